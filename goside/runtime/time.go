// Hooks of package time: clock, Sleep, timers.

package runtime

import "unsafe"

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
	if now, in := kbubblenow(); in {
		return now / 1e9, int32(now % 1e9), now
	}
	return ktimenow()
}

//go:linkname time_runtimeNano time.runtimeNano
func time_runtimeNano() int64 {
	if getg().bubble != nil {
		now, _ := kbubblenow()
		return now
	}
	return nanotime()
}

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool {
	return getg().bubble != nil
}

//go:linkname timeSleep time.Sleep
func timeSleep(ns int64) {
	ksleep(ns)
}

// timePackage is where package time keeps the local time zone and its start time, and the code of the function that
// AfterFunc's timers call. In time_amd64.s, so that only programs with timers refer to package time.
func timePackage() (localLoc, startNano, goFunc uintptr)

var timeLearned bool

// newTimer makes a started timer. A timer with a channel sends the time there, without any Go code running. AfterFunc's
// function f does nothing but start a goroutine with arg, so that is what the kernel does. Other functions
// (asynctimerchan=1) are called in a goroutine each time.
//
//go:linkname newTimer time.newTimer
func newTimer(when, period int64, f func(arg any, seq uintptr, delta int64), arg any, c *hchan) *timeTimer {
	if when <= 0 {
		throw("timer when must be positive")
	}
	if period < 0 {
		throw("timer period must be non-negative")
	}
	_, _, goFunc := timePackage()
	if !timeLearned {
		klearntime(timePackage())
		timeLearned = true
	}
	t := new(timeTimer)
	t.init = true
	if c != nil {
		if c.size == 0 {
			throw("invalid timer channel: no capacity")
		}
		knewtimer(t, when, period, c, nil)
		return t
	}
	fn := func() { f(arg, 0, 0) }
	if **(**uintptr)(unsafe.Pointer(&f)) == goFunc {
		fn = arg.(func())
	}
	knewtimer(t, when, period, nil, *(**funcval)(unsafe.Pointer(&fn)))
	return t
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
