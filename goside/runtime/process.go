// The process as syscall, os and os/exec see it: fork, exec, system calls that are made here, signals.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/syscall"
	"unsafe"
)

// Called by syscall.forkExec right before fork: from here to afterFork no signal handler runs and no stack grows.
//
//go:linkname syscall_runtime_BeforeFork syscall.runtime_BeforeFork
//go:nosplit
func syscall_runtime_BeforeFork() {
	kbeforefork()
}

//go:linkname syscall_runtime_AfterFork syscall.runtime_AfterFork
//go:nosplit
func syscall_runtime_AfterFork() {
	kafterfork()
}

// Called in the child, which shares the parent's memory (vfork).
//
//go:linkname syscall_runtime_AfterForkInChild syscall.runtime_AfterForkInChild
//go:nosplit
func syscall_runtime_AfterForkInChild() {
	kafterforkinchild()
}

// exec replaces the whole process on Linux, threads that are being started included: there is nothing to hold back.
//
//go:linkname syscall_runtime_BeforeExec syscall.runtime_BeforeExec
func syscall_runtime_BeforeExec() {}

//go:linkname syscall_runtime_AfterExec syscall.runtime_AfterExec
func syscall_runtime_AfterExec() {}

// write is the system call, for packages that cannot import syscall. A negative result is an error number.
//
//go:linkname write
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if overrideWrite != nil {
		return overrideWrite(fd, noescape(p), n)
	}
	return kwrite(fd, p, n)
}

// overrideWrite is set by golang.org/x/mobile.
//
//go:linkname overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// internal/syscall/unix makes its own call for most commands.
//
//go:linkname fcntl
//go:nosplit
func fcntl(fd, cmd, arg int32) (ret, errno int32) {
	const sysFcntl = 72
	r, _, e := syscall.Syscall6(sysFcntl, uintptr(fd), uintptr(cmd), uintptr(arg), 0, 0, 0)
	return int32(r), int32(e)
}

// vgetrandom is the vDSO's random generator; not used here, callers fall back to the system call.
//
//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (ret int, supported bool) {
	return -1, false
}

// vdsoGettimeofdaySym is what syscall.gettimeofday calls: the vDSO's function, or the fixed vsyscall entry.
//
//go:linkname vdsoGettimeofdaySym
var vdsoGettimeofdaySym uintptr = 0xffffffffff600000

// vdsoClockgettimeSym is 0 without a vDSO.
//
//go:linkname vdsoClockgettimeSym
var vdsoClockgettimeSym uintptr

func vdsoInit() {
	vdsoClockgettimeSym = kvars.vdsoClockgettime
	if kvars.vdsoGettimeofday != 0 {
		vdsoGettimeofdaySym = kvars.vdsoGettimeofday
	}
}

// os calls it when a write to standard output or error fails with EPIPE.
//
//go:linkname os_sigpipe os.sigpipe
func os_sigpipe() {
	ksigpipe()
}

const (
	sigsys = 31

	sigDisable = 0
	sigEnable  = 1
	sigIgnore  = 2
)

// os probes for pidfd with SIGSYS ignored, since sandboxes may answer with it.
//
//go:linkname os_ignoreSIGSYS os.ignoreSIGSYS
func os_ignoreSIGSYS() {
	sigsysIgnored.Store(1)
	ksigset(sigsys, sigIgnore)
}

//go:linkname os_restoreSIGSYS os.restoreSIGSYS
func os_restoreSIGSYS() {
	if sigsysIgnored.Swap(0) != 0 {
		ksigset(sigsys, sigDisable)
	}
}

var sigsysIgnored atomic.Uint32

// os/signal's loop takes the next signal here.
//
//go:linkname signal_recv os/signal.signal_recv
func signal_recv() uint32 {
	return ksigrecv()
}

//go:linkname signal_enable os/signal.signal_enable
func signal_enable(s uint32) {
	ksigset(s, sigEnable)
}

//go:linkname signal_disable os/signal.signal_disable
func signal_disable(s uint32) {
	ksigset(s, sigDisable)
}

//go:linkname signal_ignore os/signal.signal_ignore
func signal_ignore(s uint32) {
	ksigset(s, sigIgnore)
}

//go:linkname signal_ignored os/signal.signal_ignored
func signal_ignored(s uint32) bool {
	return ksigignored(s)
}

//go:linkname signalWaitUntilIdle os/signal.signalWaitUntilIdle
func signalWaitUntilIdle() {
	for !ksigidle() {
		Gosched()
	}
}

// syscall.AllThreadsSyscall and, through it, syscall.Setuid and friends.
//
//go:linkname syscall_runtime_doAllThreadsSyscall syscall.runtime_doAllThreadsSyscall
func syscall_runtime_doAllThreadsSyscall(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr) {
	call := allThreadsCall{trap: trap, args: [6]uintptr{a1, a2, a3, a4, a5, a6}}
	kallthreads(&call)
	if call.differs {
		fatal("AllThreadsSyscall6 results differ between threads; runtime corrupted")
	}
	return call.r1, call.r2, call.err
}

// allThreadsCall is a system call that every thread makes, and its result on the calling thread. The layout is that
// of the kernel's signal::AllThreadsCall.
type allThreadsCall struct {
	trap        uintptr
	args        [6]uintptr
	r1, r2, err uintptr
	differs     bool
}
