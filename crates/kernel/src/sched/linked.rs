//! `runtime.gopark` and `runtime.goready` for packages that pull them by linkname.
//!
//! Go's gopark calls the package's unlock function when the goroutine is parked already, on the thread's own stack. The
//! kernel never calls Go there. So the function runs before, on the goroutine's stack, and a word in the G bridges the time:
//!
//!   gopark: Announced ─▶ unlock function ─▶ Parked      goready: Announced ─▶ Ready (then the park does not happen)
//!                                                                Parked ─▶ None, and the goroutine becomes runnable
//!
//! Each edge is one compare-exchange, so a wake-up that comes as soon as the function has unlocked is never lost.

use super::{GRef, WaitReason, park, ready, resume_go};
use core::sync::atomic::Ordering::*;

const NONE: u32 = 0;
const ANNOUNCED: u32 = 1;
const READY: u32 = 2;
const PARKED: u32 = 3;

/// The current goroutine is going to park for the reason with this number.
pub fn announce(g: GRef, reason: u32) {
    g.wait_data.set([reason as usize, 0, 0, 0]);
    g.linked_park.store(ANNOUNCED, Release);
}

/// It parks, unless it has been made ready since.
pub fn park_announced(g: GRef) -> ! {
    let change = |from, to| {
        let word = &g.linked_park;
        word.compare_exchange(from, to, AcqRel, Acquire).is_ok()
    };
    if change(READY, NONE) {
        resume_go(g);
    }
    let reason = WaitReason::from_number(g.wait_data.get()[0] as u32);
    park(g, reason, || {
        // From the moment the word says so, whoever makes it ready may run it; before, the wake is left to us.
        if !change(ANNOUNCED, PARKED) {
            g.linked_park.store(NONE, Relaxed);
            ready(g);
        }
    })
}

/// Makes `g` ready, which has parked or is about to. Twice is a mistake of the caller, as in Go.
pub fn ready_announced(g: GRef) {
    let word = &g.linked_park;
    loop {
        match word.load(Acquire) {
            ANNOUNCED => {
                if word
                    .compare_exchange(ANNOUNCED, READY, AcqRel, Acquire)
                    .is_ok()
                {
                    return;
                }
            }
            PARKED => {
                if word.compare_exchange(PARKED, NONE, AcqRel, Acquire).is_ok() {
                    return ready(g);
                }
            }
            _ => crate::throw!("bad g->status in ready"),
        }
    }
}
