// Controls of the scheduler.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/cgroup"
	_ "unsafe" // for go:linkname
	_ "unsafe" // for go:linkname
)

// GOMAXPROCS sets the maximum number of CPUs that can be executing simultaneously and returns the previous setting.
// If n < 1, it does not change the current setting.
//
// The default is the number of logical CPUs this process may use, lowered to the CPU limit of its cgroup if it is in
// one that has such a limit.
func GOMAXPROCS(n int) int {
	if n > 0 {
		defaultProcs.custom.Store(1)
	}
	return kgomaxprocs(max(n, 0))
}

// SetDefaultGOMAXPROCS updates the GOMAXPROCS setting to the runtime default, as described by [GOMAXPROCS], ignoring
// the GOMAXPROCS environment variable.
//
// SetDefaultGOMAXPROCS can be used to enable the default automatic updating GOMAXPROCS behavior if it has been
// disabled by the GOMAXPROCS environment variable or a prior call to [GOMAXPROCS], or to force an immediate update if
// the caller is aware of a change to the total CPU count, cgroup CPU limit or affinity mask.
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

// NumCPU returns the number of logical CPUs usable by the current process.
//
// The set of available CPUs is checked by querying the operating system at process startup. Changes to operating
// system CPU allocation after process startup are not reflected.
func NumCPU() int {
	return int(kvars.ncpu)
}

// NumGoroutine returns the number of goroutines that currently exist.
func NumGoroutine() int {
	return knumgoroutine()
}

// NumCgoCall returns the number of cgo calls made by the current process: this implementation makes none.
func NumCgoCall() int64 {
	return 0
}

// LockOSThread wires the calling goroutine to its current operating system thread. The calling goroutine will always
// execute in that thread, and no other goroutine will execute in it, until the calling goroutine has made as many
// calls to [UnlockOSThread] as to LockOSThread. If the calling goroutine exits without unlocking the thread, the
// thread will be terminated.
//
// All init functions are run on the startup thread. Calling LockOSThread from an init function will cause the main
// function to be invoked on that thread.
func LockOSThread() {
	lockosthread()
}

// UnlockOSThread undoes an earlier call to LockOSThread. If this drops the number of active LockOSThread calls on the
// calling goroutine to zero, it unwires the calling goroutine from its fixed operating system thread. If there are no
// active LockOSThread calls, this is a no-op.
func UnlockOSThread() {
	unlockosthread()
}
