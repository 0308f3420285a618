//! Timers behind channels, after the rules of Go 1.23: the channel looks unbuffered, and no value from before a Stop or
//! Reset arrives after it.
//!
//! All functions here are called with the channel locked. `when` is the next due time, 0 when stopped. The buffer's one
//! slot holds a value that was due when somebody looked.

use super::clock::{GoTime, now_for};
use super::timers::next_beat;
use super::{Kind, Timer};
use crate::chan::{ChanRef, wake};

/// Brings the channel up to date: a value that is due goes into the buffer, if there is room. While receivers wait, it
/// is theirs, and `alarm` brings it to them.
pub fn poll_chan(c: ChanRef) {
    let Some(t) = c
        .timer()
        .filter(|t| t.when.get() != 0 && c.recvq.is_empty())
    else {
        return;
    };
    let (when, now) = (t.when.get(), now_for(t));
    if when > now {
        return;
    }
    advance(t, now);
    if c.buffered() == 0 {
        let value = GoTime::at(t, when);
        c.buffer_put(&raw const value as usize);
    }
}

/// The timer has reached `when`: what is next.
fn advance(t: &Timer, now: i64) {
    match t.period.get() {
        0 => t.when.set(0),
        period => t.when.set(next_beat(t.when.get(), period, now)),
    }
}

/// A goroutine waits on the channel: see to it that `alarm` is called when the value is due.
pub fn arm_alarm(c: ChanRef) {
    if let Some(t) = c.timer().filter(|t| t.when.get() != 0) {
        t.arm(t.when.get());
    }
}

/// A goroutine no longer waits; without any other, the alarm goes.
pub fn drop_alarm(c: ChanRef) {
    if let Some(t) = c.timer().filter(|_| c.recvq.is_empty()) {
        t.disarm();
    }
}

/// The alarm went off: serves a waiting receiver. Unlocks the channel.
pub(super) fn alarm(c: ChanRef, now: i64) {
    let Some(t) = c.timer() else {
        return c.lock.unlock();
    };
    let when = t.when.get();
    let due = when != 0 && when <= now;
    let receiver = if due { c.recvq.pop() } else { None };
    if let Some(receiver) = receiver {
        advance(t, now);
        let value = GoTime::at(t, when);
        c.copy_elem(receiver.elem.get(), &raw const value as usize);
    }
    if !c.recvq.is_empty() {
        arm_alarm(c);
    }
    c.lock.unlock();
    if let Some(receiver) = receiver {
        wake(receiver, true);
    }
}

/// Stops the timer and takes back a value that nobody received; whether there was something to stop.
pub(super) fn stop(c: ChanRef, t: &Timer) -> bool {
    let pending = t.when.replace(0) != 0 || c.buffered() > 0;
    if c.buffered() > 0 {
        c.buffer_take(0);
    }
    t.disarm();
    pending
}

/// Sets the timer anew.
pub(super) fn start(c: ChanRef, t: &Timer, when: i64, period: i64) {
    t.period.set(period);
    t.when.set(when);
    if !c.recvq.is_empty() {
        arm_alarm(c);
    }
}

/// Makes `t` the timer of channel `c`, not started.
pub(super) fn attach(c: ChanRef, t: &Timer) {
    t.kind.set(Kind::Chan);
    c.set_timer(t);
}
