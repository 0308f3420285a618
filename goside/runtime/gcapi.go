// The collector's controls: runtime.GC and what runtime/debug offers.

package runtime

import (
	"unsafe"
)

// GC collects garbage and returns when marking and sweeping are done. The program may be stopped for parts of it.
func GC() {
	for target := kgctarget(); !kgcwait(target); {
		if stopped(becauseAsked) {
			kgcgo()
		}
	}
	// Finalizers and cleanups that became due have been made ready; programs that loop over GC expect them to run.
	Gosched()
}

// Why a collection begins, as the kernel knows it (gc/pools.rs).
const (
	becauseFull = iota
	becauseAsked
	becauseOfTime
)

// stopped stops the world, until kgcgo, and has pools let go what nobody has taken for a while. False: there is no
// collection to begin. Traces show its caller as the one that begins it.
func stopped(why uintptr) bool {
	if !kgcstop(why) {
		return false
	}
	emptyPools()
	return true
}

// collect is called by collectroom: an allocation has found the heap full.
func collect() {
	if stopped(becauseFull) {
		kgcgo()
	}
}

// runCollector is the goroutine that begins a collection when the program does nothing.
func runCollector() {
	for {
		var call helperCall
		for khelpertake(helperCollector, &call) {
			if stopped(becauseOfTime) {
				kgcgo()
			}
		}
		khelperwait(helperCollector)
	}
}

var runCollectorFn = runCollector

// poolCleanup empties sync.Pools. It expects that nothing else runs.
var poolCleanup func()

// sync's init announces the function.
//
//go:linkname sync_runtime_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_runtime_registerPoolCleanup(f func()) {
	poolCleanup = f
	khelperannounce(helperCollector, *(**funcval)(unsafe.Pointer(&runCollectorFn)))
}

// emptyPools does what other packages do at a collection. The world is stopped, and no marking runs: no barriers.
func emptyPools() {
	if poolCleanup != nil {
		poolCleanup()
	}
	for _, cache := range boringCaches {
		atomicstorep(cache, nil)
	}
}

// boringCaches are cleared at each collection.
var boringCaches []unsafe.Pointer

//go:linkname boring_registerCache crypto/internal/boring/bcache.registerCache
func boring_registerCache(p unsafe.Pointer) {
	boringCaches = append(boringCaches, p)
}

//go:linkname debug_setGCPercent runtime/debug.setGCPercent
func debug_setGCPercent(percent int32) int32 {
	return setgcpercent(percent)
}

//go:linkname debug_setMemoryLimit runtime/debug.setMemoryLimit
func debug_setMemoryLimit(limit int64) int64 {
	return setmemorylimit(limit)
}

//go:linkname debug_freeOSMemory runtime/debug.freeOSMemory
func debug_freeOSMemory() {
	GC()
	kfreeosmemory()
}

// readGCStats fills *pauses with the latest pauses (newest first), the times they ended, then the time of the last
// collection, the number of collections and the total pause. The slice has room for 2*256+3 values.
//
//go:linkname debug_readGCStats runtime/debug.readGCStats
func debug_readGCStats(pauses *[]uint64) {
	const words = 2*256 + 3
	var buf [words]uint64
	n := kgcstats(&buf[0])
	if cap(*pauses) < words {
		throw("short slice passed to readGCStats")
	}
	*pauses = append((*pauses)[:0], buf[:n]...)
}

//go:linkname debug_setMaxThreads runtime/debug.setMaxThreads
func debug_setMaxThreads(n int) int {
	return int(ksetmaxthreads(int32(min(n, 0x7fffffff))))
}

//go:linkname debug_setPanicOnFault runtime/debug.setPanicOnFault
func debug_setPanicOnFault(on bool) bool {
	gp := getg()
	old := gp.paniconfault
	gp.paniconfault = on
	return old
}

//go:linkname debug_WriteHeapDump runtime/debug.WriteHeapDump
func debug_WriteHeapDump(fd uintptr) {
	kwriteheapdump(fd, Version())
}

// heapObjectsCanMove says that addresses of heap objects are stable.
//
//go:linkname heapObjectsCanMove
func heapObjectsCanMove() bool {
	return false
}
