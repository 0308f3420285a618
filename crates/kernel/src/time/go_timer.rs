//! `time.Timer` and `time.Ticker`: what `time.newTimer`, `stopTimer` and `resetTimer` ask for.

use super::{Kind, Timer, chan_timer};
use crate::chan::ChanRef;
use crate::gc;
use crate::sync::bubble;

/// `timeTimer` in time.go: a heap object that begins as `time.Timer` does.
#[repr(C)]
pub struct GoTimer {
    /// `Timer.C`. The user may overwrite it: the kernel never reads it.
    chan: usize,
    /// `Timer.initTimer`.
    init: u8,
    /// The timer.
    timer: Timer,
}

impl GoTimer {
    fn chan(&self) -> Option<ChanRef> {
        if self.timer.kind.get() == Kind::Chan {
            ChanRef::from_word(self.timer.target.get())
        } else {
            None
        }
    }
}

/// Starts a fresh timer: a channel timer if `chan` is not 0, else one that starts a goroutine with `func` each time.
pub fn new_timer(t: &GoTimer, when: i64, period: i64, chan: usize, func: usize) {
    let timer = &t.timer;
    bubble::adopt_timer(timer);
    // SAFETY: `target` is a pointer slot of the Go object.
    unsafe { gc::store(timer.target.as_ptr(), if chan != 0 { chan } else { func }) };
    match ChanRef::from_word(chan) {
        Some(c) => {
            chan_timer::attach(c, timer);
            chan_timer::start(c, timer, when, period);
        }
        None => {
            timer.kind.set(Kind::Func);
            timer.period.set(period);
            timer.arm(when);
        }
    }
    bubble::timer_started(timer);
}

/// `Stop`: whether the call stopped the timer.
pub fn stop_timer(t: &GoTimer) -> bool {
    bubble::check_timer(&t.timer, "stop of synctest timer from outside bubble");
    match t.chan() {
        Some(c) => {
            c.lock.lock();
            let pending = chan_timer::stop(c, &t.timer);
            c.lock.unlock();
            pending
        }
        None => t.timer.disarm(),
    }
}

/// `Reset`: whether the timer was active.
pub fn reset_timer(t: &GoTimer, when: i64, period: i64) -> bool {
    bubble::check_timer(&t.timer, "reset of synctest timer from outside bubble");
    let active = match t.chan() {
        Some(c) => {
            c.lock.lock();
            let pending = chan_timer::stop(c, &t.timer);
            chan_timer::start(c, &t.timer, when, period);
            c.lock.unlock();
            pending
        }
        None => {
            let was = if period != t.timer.period.get() {
                t.timer.disarm()
            } else {
                false
            };
            t.timer.period.set(period);
            t.timer.arm(when) || was
        }
    };
    bubble::timer_started(&t.timer);
    active
}
