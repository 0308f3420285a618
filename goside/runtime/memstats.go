// Statistics about the allocator and the collector.

package runtime

import "unsafe"

// MemStats is the account of memory that [ReadMemStats] draws up. Sizes are in bytes; what only grows is counted from
// the program's start.
type MemStats struct {
	// General statistics.

	// Alloc equals HeapAlloc.
	Alloc uint64

	// TotalAlloc sums up all objects ever allocated; freeing does not lower it.
	TotalAlloc uint64

	// Sys is all memory that the runtime has mapped, used or not: the other fields in …Sys add up to it.
	Sys uint64

	// Lookups is 0: nothing counts them.
	Lookups uint64

	// Mallocs counts allocations; without the Frees it is the number of objects that exist.
	Mallocs uint64

	// Frees counts objects that the collector has freed.
	Frees uint64

	// Heap memory statistics.

	// HeapAlloc is the size of all heap objects that exist: the live ones, and the dead ones that are not swept
	// yet.
	HeapAlloc uint64

	// HeapSys is the memory mapped for the heap, untouched parts included. Stacks are not in it.
	HeapSys uint64

	// HeapIdle is the part of HeapSys in which no object lies. What HeapReleased does not count of it still has
	// memory behind it.
	HeapIdle uint64

	// HeapInuse is the size of the spans that hold objects. HeapInuse - HeapAlloc is room for more objects.
	HeapInuse uint64

	// HeapReleased is the part of HeapIdle that has no memory behind it: the system has it back.
	HeapReleased uint64

	// HeapObjects counts the objects that HeapAlloc sums up.
	HeapObjects uint64

	// Stack memory statistics.

	// StackInuse is the memory of goroutine stacks.
	StackInuse uint64

	// StackSys is the memory mapped for stacks; unused stacks belong to the heap, so it equals StackInuse.
	StackSys uint64

	// Off-heap memory statistics.

	// MSpanInuse is the size of the span records in use.
	MSpanInuse uint64

	// MSpanSys is the memory mapped for span records.
	MSpanSys uint64

	// MCacheInuse is the size of the per-P caches in use.
	MCacheInuse uint64

	// MCacheSys is the memory mapped for these caches.
	MCacheSys uint64

	// BuckHashSys is the memory of the stacks that profiles have recorded.
	BuckHashSys uint64

	// GCSys is the memory of the collector's own data.
	GCSys uint64

	// OtherSys is what the kernel has mapped beside all that.
	OtherSys uint64

	// Garbage collector statistics.

	// NextGC is the value of HeapAlloc at which the next collection should be complete.
	NextGC uint64

	// LastGC is when the last collection ended, in nanoseconds of Unix time; 0 before the first.
	LastGC uint64

	// PauseTotalNs sums up the time for which collections have stopped the world.
	PauseTotalNs uint64

	// PauseNs holds the pauses of the last 256 collections, in nanoseconds. Collection n, counted from 1, stands at
	// index (n-1)%256, so the latest at (NumGC+255)%256.
	PauseNs [256]uint64

	// PauseEnd says when these pauses ended, in nanoseconds of Unix time, by the same index.
	PauseEnd [256]uint64

	// NumGC counts completed collections.
	NumGC uint32

	// NumForcedGC counts those that the program asked for with [GC].
	NumForcedGC uint32

	// GCCPUFraction is the collector's share, from 0 to 1, of the processor time that GOMAXPROCS threads had so
	// far.
	GCCPUFraction float64

	// EnableGC is true, with GOGC=off too.
	EnableGC bool

	// DebugGC is false.
	DebugGC bool

	// BySize has a row for each of the smaller size classes. An object is counted in the first row that it fits;
	// larger ones than the last row's are not shown.
	BySize [61]struct {
		// Size is the room of one object.
		Size uint32

		// Mallocs counts allocations.
		Mallocs uint64

		// Frees counts freed objects.
		Frees uint64
	}
}

// ReadMemStats fills in *m with the figures of this moment, for which it stops the world. (Heap profiles show those of
// the last collection.)
func ReadMemStats(m *MemStats) {
	_ = m.Alloc // nil check before the world stops
	kreadmemstats(m)
	// The kernel has no floats: it leaves the collector's processor time in the field's place.
	gcNs := *(*uint64)(unsafe.Pointer(&m.GCCPUFraction))
	m.GCCPUFraction = 0
	if all := float64(nanotime()-runtimeInitTime) * float64(kgomaxprocs(0, procsProgram)); all > 0 {
		m.GCCPUFraction = min(float64(gcNs)/all, 1)
	}
}
