// Controls of the scheduler.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/cgroup"
	_ "unsafe" // for go:linkname
)

// GOMAXPROCS sets how many threads may run Go code at the same time, and returns the number until now. n < 1 only asks.
// A change stops the world for a moment.
//
// The default is the environment variable of the same name or else [NumCPU], lowered (not below 2) to what the CPU
// quota of the process's cgroup allows.
func GOMAXPROCS(n int) int {
	if n > 0 {
		defaultProcs.custom.Store(1)
	}
	return startTheWorldGC(max(n, 0))
}

// startTheWorldGC and startTheWorld: the change of GOMAXPROCS stands below these names in traces, which tools look for.
func startTheWorldGC(n int) int { return startTheWorld(n) }

func startTheWorld(n int) int { return kgomaxprocs(n) }

// SetDefaultGOMAXPROCS goes back to the default that [GOMAXPROCS] describes without the environment variable, and
// forgets what the program has set. The quota is read anew.
func SetDefaultGOMAXPROCS() {
	defaultProcs.custom.Store(0)
	kgomaxprocs(defaultProcCount())
}

// defaultProcs is what is needed to find the default again.
var defaultProcs struct {
	custom atomic.Uint32 // GOMAXPROCS was set by the program or the environment
	cgroup cgroup.CPU
	opened bool
}

// startMaxProcsUpdates applies the cgroup's limit. It runs after package initialisation of the runtime's imports.
func startMaxProcsUpdates() {
	if _, ok := parseInt(gogetenv("GOMAXPROCS")); ok {
		defaultProcs.custom.Store(1)
		return
	}
	// A limit lowers the count to 2 at the least.
	if NumCPU() <= 2 || kgodebugvalue("containermaxprocs") == 0 {
		return
	}
	cpu, err := cgroup.OpenCPU(make([]byte, cgroup.ScratchSize))
	if err != nil {
		return
	}
	defaultProcs.cgroup, defaultProcs.opened = cpu, true
	if n := defaultProcCount(); n != kgomaxprocs(0) {
		kgomaxprocs(n)
	}
}

// defaultProcCount is the number of CPUs, or the cgroup's limit (rounded up, at least 2) if that is lower.
func defaultProcCount() int {
	n := NumCPU()
	if !defaultProcs.opened {
		return n
	}
	limit, ok, err := cgroup.ReadCPULimit(defaultProcs.cgroup)
	if !ok || err != nil {
		return n
	}
	up := int(limit)
	if float64(up) < limit {
		up++
	}
	return min(n, max(up, 2))
}

// internal/runtime/cgroup reports what cannot happen.
//
//go:linkname cgroup_throw internal/runtime/cgroup.throw
func cgroup_throw(s string) {
	throw(s)
}

// NumCPU is the number of logical CPUs that the process was allowed to use when it started; later changes do not show.
func NumCPU() int {
	return int(kvars.ncpu)
}

// NumGoroutine is how many goroutines exist now, those of the runtime not counted.
func NumGoroutine() int {
	return knumgoroutine()
}

// NumCgoCall would count calls of C functions. There are none without cgo: it is 0.
func NumCgoCall() int64 {
	return 0
}

// LockOSThread ties the calling goroutine to the thread it runs on: neither runs with anybody else until
// [UnlockOSThread] has been called as often. A goroutine that ends while tied takes its thread with it, so state of the
// thread that should not spread (namespaces, credentials) dies too.
//
// Package initialisation runs on the process's first thread: an init function that calls LockOSThread keeps main there.
func LockOSThread() {
	lockosthread()
}

// UnlockOSThread takes back one call of [LockOSThread]; with the last one the goroutine may move again. Without any it
// does nothing.
func UnlockOSThread() {
	unlockosthread()
}
