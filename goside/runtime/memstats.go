// Statistics about the allocator and the collector.

package runtime

import "unsafe"

// A MemStats records statistics about the memory allocator.
type MemStats struct {
	// General statistics.

	// Alloc is bytes of allocated heap objects: the same as HeapAlloc.
	Alloc uint64

	// TotalAlloc is cumulative bytes allocated for heap objects. It does not decrease when objects are freed.
	TotalAlloc uint64

	// Sys is the total bytes of memory obtained from the OS: the sum of the XSys fields below. It measures the
	// address space reserved for the heap, stacks and internal data structures.
	Sys uint64

	// Lookups is the number of pointer lookups performed by the runtime; always 0.
	Lookups uint64

	// Mallocs is the cumulative count of heap objects allocated. The number of live objects is Mallocs - Frees.
	Mallocs uint64

	// Frees is the cumulative count of heap objects freed.
	Frees uint64

	// Heap memory statistics.

	// HeapAlloc is bytes of allocated heap objects: all reachable ones, and unreachable ones that have not been freed.
	HeapAlloc uint64

	// HeapSys is bytes of heap memory obtained from the OS, including address space that was not used yet.
	HeapSys uint64

	// HeapIdle is bytes in idle (unused) spans.
	HeapIdle uint64

	// HeapInuse is bytes in in-use spans, which have at least one object in them.
	HeapInuse uint64

	// HeapReleased is bytes of physical memory returned to the OS.
	HeapReleased uint64

	// HeapObjects is the number of allocated heap objects.
	HeapObjects uint64

	// Stack memory statistics.

	// StackInuse is bytes in stack spans.
	StackInuse uint64

	// StackSys is bytes of stack memory obtained from the OS.
	StackSys uint64

	// Off-heap memory statistics.

	// MSpanInuse is bytes of allocated span records.
	MSpanInuse uint64

	// MSpanSys is bytes of memory obtained from the OS for span records.
	MSpanSys uint64

	// MCacheInuse is bytes of allocated per-processor caches.
	MCacheInuse uint64

	// MCacheSys is bytes of memory obtained from the OS for per-processor caches.
	MCacheSys uint64

	// BuckHashSys is bytes of memory in profiling bucket hash tables.
	BuckHashSys uint64

	// GCSys is bytes of memory in garbage collection metadata.
	GCSys uint64

	// OtherSys is bytes of memory in miscellaneous off-heap runtime allocations.
	OtherSys uint64

	// Garbage collector statistics.

	// NextGC is the target heap size of the next GC cycle.
	NextGC uint64

	// LastGC is the time the last garbage collection finished, as nanoseconds since 1970.
	LastGC uint64

	// PauseTotalNs is the cumulative nanoseconds in GC stop-the-world pauses since the program started.
	PauseTotalNs uint64

	// PauseNs is a circular buffer of recent GC stop-the-world pause times in nanoseconds. The most recent pause is
	// at PauseNs[(NumGC+255)%256].
	PauseNs [256]uint64

	// PauseEnd is a circular buffer of recent GC pause end times, as nanoseconds since 1970.
	PauseEnd [256]uint64

	// NumGC is the number of completed GC cycles.
	NumGC uint32

	// NumForcedGC is the number of GC cycles that were forced by the application calling the GC function.
	NumForcedGC uint32

	// GCCPUFraction is the fraction of this program's available CPU time used by the GC since the program started.
	GCCPUFraction float64

	// EnableGC indicates that GC is enabled. It is always true, even if GOGC=off.
	EnableGC bool

	// DebugGC is currently unused.
	DebugGC bool

	// BySize reports per-size class allocation statistics: BySize[N] for blocks of size S, where
	// BySize[N-1].Size < S ≤ BySize[N].Size. It does not report allocations larger than BySize[60].Size.
	BySize [61]struct {
		// Size is the maximum byte size of an object in this size class.
		Size uint32

		// Mallocs is the cumulative count of heap objects allocated in this size class.
		Mallocs uint64

		// Frees is the cumulative count of heap objects freed in this size class.
		Frees uint64
	}
}

// ReadMemStats populates m with memory allocator statistics.
//
// The returned memory allocator statistics are up to date as of the call to ReadMemStats. This is in contrast with a
// heap profile, which is a snapshot as of the most recently completed garbage collection cycle.
func ReadMemStats(m *MemStats) {
	_ = m.Alloc // nil check before the world stops
	kreadmemstats(m)
	// The kernel has no floats: it leaves the collector's processor time in the field's place.
	gcNs := *(*uint64)(unsafe.Pointer(&m.GCCPUFraction))
	m.GCCPUFraction = 0
	if all := float64(nanotime()-runtimeInitTime) * float64(kgomaxprocs(0)); all > 0 {
		m.GCCPUFraction = min(float64(gcNs)/all, 1)
	}
}
