//! `time.Sleep`.

use super::{Kind, Timer, clock};
use crate::mem::meta::Pool;
use crate::sched::{self, WaitReason};
use crate::sync::bubble;

static POOL: Pool<Timer> = Pool::new();

/// Parks the current goroutine for `ns` nanoseconds; returns at once if that is not positive.
pub fn sleep(ns: i64) {
    if ns <= 0 {
        return;
    }
    let g = sched::current();
    if g.sleep_timer.get().is_null() {
        g.sleep_timer.set(POOL.get());
    }
    // SAFETY: a goroutine's timer is type-stable and stays the goroutine's for ever.
    let t: &'static Timer = unsafe { &*g.sleep_timer.get() };
    t.kind.set(Kind::Sleep);
    t.target.set(g.as_ptr() as usize);
    bubble::adopt_timer(t);
    let when = clock::now_for(t).saturating_add(ns);
    // Armed only when the goroutine is off its stack: the timer may fire at once, on another M.
    sched::park(g, WaitReason::Sleep, move || {
        t.arm(when);
    })
}
