// Controls of the scheduler.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/cgroup"
	"unsafe"
)

// GOMAXPROCS sets how many threads may run Go code at the same time, and returns the number until now. n < 1 only asks.
// A change stops the world for a moment.
//
// The default is the environment variable of the same name or else the number of CPUs that the process may use, lowered
// (not below 2) to what the CPU quota of its cgroup allows. Without the variable, and until the program calls GOMAXPROCS
// with a number, it follows changes of both; GODEBUG=updatemaxprocs=0 keeps it as it was at the start, and
// GODEBUG=containermaxprocs=0 ignores the quota. Both are the default for modules that say go 1.24 or less.
func GOMAXPROCS(n int) int {
	return startTheWorldGC(max(n, 0), procsProgram)
}

// startTheWorldGC and startTheWorld: tools look for the change of GOMAXPROCS below these names in traces.
func startTheWorldGC(n int, who uintptr) int { return startTheWorld(n, who) }

func startTheWorld(n int, who uintptr) int { return kgomaxprocs(n, who) }

// SetDefaultGOMAXPROCS goes back to the default that [GOMAXPROCS] describes without the environment variable, and
// forgets what the program has set. CPUs and quota are read anew, and followed from now on.
func SetDefaultGOMAXPROCS() {
	kgomaxprocs(defaultProcCount(), procsDefault)
	followDefaultProcs()
}

// On whose behalf the number changes: the kernel's sched::procs_watch::Who.
const (
	procsProgram uintptr = iota
	procsDefault
	procsUpdate
)

// quota is the reader of the cgroup's limit. Opened when it is first needed, and never if it cannot matter.
var quota struct {
	opening atomic.Uint32 // a spin lock: 70 KB of scratch memory are needed once
	tried   bool
	cpu     cgroup.CPU
	opened  bool
}

// The first words of cgroup.CPU, which keeps them to itself.
type cgroupFiles struct {
	version       int
	quota, period int
}

var following atomic.Uint32

var (
	containermaxprocs = &godebugInc{name: "containermaxprocs"}
	updatemaxprocs    = &godebugInc{name: "updatemaxprocs"}
)

// startMaxProcs applies the cgroup's limit. It runs after package initialisation of the runtime's imports.
func startMaxProcs() {
	if n, ok := parseInt(gogetenv("GOMAXPROCS")); ok && n > 0 {
		kgomaxprocs(kgomaxprocs(0, procsProgram), procsProgram)
		return
	}
	if n := defaultProcCount(); n != kgomaxprocs(0, procsProgram) {
		kgomaxprocs(n, procsDefault)
	}
	followDefaultProcs()
}

// countMaxProcsSettings counts, for runtime/metrics, settings that make a difference. It runs when internal/godebug is
// there to count.
func countMaxProcsSettings() {
	if kgodebugvalue("updatemaxprocs") == 0 {
		updatemaxprocs.IncNonDefault()
	}
	if kgodebugvalue("containermaxprocs") == 0 && NumCPU() > 2 {
		if limited := lowerToQuota(NumCPU()); limited != NumCPU() {
			containermaxprocs.IncNonDefault()
		}
	}
}

// followDefaultProcs starts the goroutine that the kernel wakes when the default may have changed.
func followDefaultProcs() {
	if kgodebugvalue("updatemaxprocs") == 0 || !following.CompareAndSwap(0, 1) {
		return
	}
	f := updateMaxProcs
	kprocswatch(*(**funcval)(unsafe.Pointer(&f)))
}

func updateMaxProcs() {
	for {
		kgomaxprocs(defaultProcCount(), procsUpdate)
		kprocswait() // returns when something has changed
	}
}

// defaultProcCount is the number of CPUs, or the cgroup's limit if that is lower.
func defaultProcCount() int {
	n := kcpucount()
	// A limit lowers the count to 2 at the least.
	if n <= 2 || kgodebugvalue("containermaxprocs") == 0 {
		return n
	}
	return lowerToQuota(n)
}

// lowerToQuota is n, or the cgroup's limit (rounded up, at least 2) if that is lower.
func lowerToQuota(n int) int {
	if !openQuota() {
		return n
	}
	limit, ok, err := cgroup.ReadCPULimit(quota.cpu)
	if !ok || err != nil {
		return n
	}
	up := int(limit)
	if float64(up) < limit {
		up++
	}
	return min(n, max(up, 2))
}

// openQuota reports whether the process is in a cgroup with files to read.
func openQuota() bool {
	for !quota.opening.CompareAndSwap(0, 1) {
		Gosched()
	}
	if !quota.tried {
		quota.tried = true
		cpu, err := cgroup.OpenCPU(make([]byte, cgroup.ScratchSize))
		if err == nil {
			quota.cpu, quota.opened = cpu, true
			watchQuota()
		}
	}
	quota.opening.Store(0)
	return quota.opened
}

// watchQuota names the files to the kernel, which looks at them now and then. Version 2 has one.
func watchQuota() {
	const v1 = 1
	files := (*cgroupFiles)(unsafe.Pointer(&quota.cpu))
	period := -1
	if files.version == v1 {
		period = files.period
	}
	kprocswatchfiles(files.quota, period)
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
