// Hooks of package time: clock, Sleep, timers.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// timeTimer begins as time.Timer and time.Ticker do.
type timeTimer struct {
	c     unsafe.Pointer // <-chan time.Time
	init  bool
	timer kernelTimer
}

// kernelTimer is the kernel's Timer (crates/kernel/src/time/timer.rs).
type kernelTimer struct {
	kind    uint8
	heaped  bool
	bubbled bool
	index   uint32
	home    uintptr
	when    int64
	period  int64
	seq     uintptr
	target  unsafe.Pointer // the channel, or the func value to start a goroutine with
}

// The kernel counts on these sizes; a mismatch does not compile.
const (
	_ = -(unsafe.Sizeof(kernelTimer{}) ^ 48)
	_ = -(unsafe.Offsetof(timeTimer{}.timer) ^ 16)
	_ = -(unsafe.Sizeof(hchan{}) ^ 112)
)

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	return ktimenow()
}

//go:linkname time_runtimeNow time.runtimeNow
func time_runtimeNow() (sec int64, nsec int32, mono int64) {
	if getg().bubble == nil {
		return time_now() // its name is what profiles of such calls show
	}
	// Without a monotonic reading: times of the bubble would not compare with those from outside of it.
	now := kbubblenow()
	return now / 1e9, int32(now % 1e9), 0
}

//go:linkname time_runtimeNano time.runtimeNano
func time_runtimeNano() int64 {
	if getg().bubble != nil {
		return kbubblenow()
	}
	now := nanotime()
	if timePackage.start == 0 {
		timePackage.start = now - 1
	}
	return now
}

// haveHighResSleep tells package time's tests that sleeps are precise.
//
//go:linkname haveHighResSleep
var haveHighResSleep = true

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool {
	return getg().bubble != nil
}

//go:linkname timeSleep time.Sleep
func timeSleep(ns int64) {
	ksleep(ns)
}

// timePackage is what the kernel needs to know to make time.Time values.
var timePackage struct {
	start int64          // time.startNano: package time's first reading of the clock, when it is initialised, less 1
	local unsafe.Pointer // time.Local as it was when a timer channel was last made
	known bool           // the kernel knows where this is
	made  uint32         // number of timer channels made, a rough count
}

// newTimer makes a started timer. A timer with a channel sends the time there, without any Go code running. AfterFunc's
// function f does nothing but start a goroutine with arg, so that is what the kernel does. Other functions
// (asynctimerchan not 0) are called in a goroutine each time.
//
//go:linkname newTimer time.newTimer
func newTimer(when, period int64, f func(arg any, seq uintptr, delta int64), arg any, c *hchan) *timeTimer {
	if when <= 0 {
		throw("timer when must be positive")
	}
	if period < 0 {
		throw("timer period must be non-negative")
	}
	if !timePackage.known {
		klearntime(&timePackage.start, &timePackage.local, **(**uintptr)(unsafe.Pointer(&f)))
		timePackage.known = true
	}
	t := new(timeTimer)
	t.init = true
	if c != nil && debug.asynctimerchan.Load() == 0 {
		if c.dataqsiz == 0 {
			throw("invalid timer channel: no capacity")
		}
		learnLocal(f, arg, c)
		knewtimer(t, when, period, c, nil)
		return t
	}
	if fn, ok := arg.(func()); ok {
		knewtimer(t, when, period, nil, *(**funcval)(unsafe.Pointer(&fn)))
		return t
	}
	call := new(timerCall)
	call.code = abi.FuncPCABIInternal(runTimerCall)
	call.f = f
	call.arg = arg
	knewtimer(t, when, period, nil, (*funcval)(unsafe.Pointer(abi.Escape(call)))) // the kernel keeps it
	return t
}

// timerCall is the func value of a goroutine that makes the call of a timer.
type timerCall struct {
	code uintptr
	f    func(arg any, seq uintptr, delta int64)
	arg  any
}

//go:nosplit
func runTimerCall() {
	call := (*timerCall)(unsafe.Pointer(sys.GetClosurePtr())) // gone once a prologue has looked at the stack
	call.run()
}

func (call *timerCall) run() {
	call.f(call.arg, 0, 0)
}

// learnLocal lets package time send the time to the new channel once, and keeps its location: programs may set
// time.Local, which cannot be seen from here. That happens early, so later it is looked at now and then only.
func learnLocal(f func(arg any, seq uintptr, delta int64), arg any, c *hchan) {
	timePackage.made++
	if timePackage.made > 256 && timePackage.made%64 != 0 {
		return
	}
	var now struct {
		wall, ext uint64
		loc       unsafe.Pointer
	}
	if c.elemsize == unsafe.Sizeof(now) {
		f(arg, 0, 0)
		chanrecv1(c, unsafe.Pointer(&now))
		timePackage.local = now.loc
	}
}

//go:linkname stopTimer time.stopTimer
func stopTimer(t *timeTimer) bool {
	return kstoptimer(t)
}

//go:linkname resetTimer time.resetTimer
func resetTimer(t *timeTimer, when, period int64) bool {
	if when <= 0 {
		throw("timer when must be positive")
	}
	return kresettimer(t, when, period)
}
