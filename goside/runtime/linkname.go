// Names that only packages outside of the standard library pull by linkname. What they can do is done; what has no
// counterpart in this runtime is there so that programs link, and says so.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

//go:linkname FuncForPC

//go:linkname goyield
func goyield() {
	Gosched()
}

// wakep wakes or starts a thread for work that may be there.
//
//go:linkname wakep
func wakep() {
	kwakep()
}

// getm is the thread's descriptor as a number: equal as long as the goroutine stays on its thread.
//
//go:linkname getm
func getm() uintptr {
	return uintptr(unsafe.Pointer(getg().m))
}

// gopark parks the goroutine until goready. In between unlockf gives up the lock under which others find the goroutine; if
// it returns false, nothing has happened. Here it runs before the goroutine is parked, on the goroutine's own stack.
//
//go:linkname gopark
func gopark(unlockf func(*g, unsafe.Pointer) bool, lock unsafe.Pointer, reason uint8, traceReason uint8, traceskip int) {
	klinkedpark(uint32(reason))
	if unlockf == nil || unlockf(getg(), lock) {
		klinkedparked()
	}
}

// goready makes a goroutine runnable that is parked in gopark or on its way there.
//
//go:linkname goready
func goready(gp *g, traceskip int) {
	klinkedready(gp)
}

//go:linkname lockedOSThread
func lockedOSThread() bool {
	return klockedosthread()
}

// findObject is the heap object that p points into: where it begins, and its number among its neighbours. s stands for the
// span and is not nil; what it points to is this runtime's own. All is zero for other pointers.
//
//go:linkname findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, s unsafe.Pointer, objIndex uintptr) {
	base, size := kfindobject(unsafe.Pointer(p))
	if base == 0 {
		return 0, nil, 0
	}
	return base, unsafe.Pointer(&firstmoduledata), base % arenaBytes / size
}

// moduledataverify1 checks a module that a package is about to hang behind the last one, and makes its functions known: their
// frames are walked, scanned and printed as those of the binary's own. Types and variables of its own are not supported.
//
//go:linkname moduledataverify1
func moduledataverify1(datap *moduledata) {
	kaddmodule(datap)
}

//go:linkname morestack_noctxt
func morestack_noctxt()

// morestackc was the end of code that needed more of a thread's own stack.
//
//go:linkname morestackc
func morestackc()

// mayMoreStackPreempt and mayMoreStackMove are for the compiler's debug option maymorestack, which calls them in front of
// every stack check: each check then enters the kernel. The debug kernel moves the stack there, whichever of the two it is.
//
//go:linkname mayMoreStackPreempt
//go:nosplit
func mayMoreStackPreempt() {
	const stackPreempt = 0xfffffffffffffade // as in the kernel
	if gp := getg(); gp != gp.m.g0 {
		gp.stackguard0 = stackPreempt
	}
}

//go:linkname mayMoreStackMove
//go:nosplit
func mayMoreStackMove() {
	mayMoreStackPreempt()
}

// setsigsegv makes the next sigpanic report a fault at pc.
//
//go:linkname setsigsegv
func setsigsegv(pc uintptr) {
	const sigsegv, segvMaperr = 11, 1
	gp := getg()
	gp.sig, gp.sigcode0, gp.sigcode1, gp.sigpc = sigsegv, segvMaperr, 0, pc
}

// Architectures that this runtime does not run on; both are 0 elsewhere, too.
//
//go:linkname goarm
//go:linkname goarmsoftfp
var goarm, goarmsoftfp uint8

// sched has the size of Go's scheduler state, and nothing in it: what it stands for is the kernel's.
//
//go:linkname sched
var sched [6848]byte

// keepSched refers to sched, so that it is in every binary: tools look for it.
func keepSched() {
	if kvars.argc < 0 {
		sched[0] = 1
	}
}

// Always 0: threads of C code do not exist here, and the kernel's poller keeps its own count.
//
//go:linkname extraMInUse
//go:linkname netpollWaiters
var extraMInUse, netpollWaiters atomic.Uint32
