//! `runtime.gopark` and `runtime.goready` for packages that pull them by linkname.
//!
//! Go's gopark calls the package's unlock function when the goroutine is parked already, on the thread's own stack. The
//! kernel never calls Go there. So the function runs before, on the goroutine's stack, between the announcement and the
//! park of a [`Parking`](goxide_lockfree::parking::Parking): a wake-up that comes as soon as it has unlocked is not lost.

use super::{GRef, WaitReason, park, ready};
use goxide_lockfree::parking::Wake;

/// The current goroutine is going to park for the reason with this number.
pub fn announce(g: GRef, reason: u32) {
    g.wait_data.set([reason as usize, 0, 0, 0]);
    g.linked_park.announce();
}

/// It parks, unless it has been made ready since.
pub fn park_announced(g: GRef) -> ! {
    let reason = WaitReason::from_number(g.wait_data.get()[0] as u32);
    park(g, reason, || {
        if !g.linked_park.park() {
            ready(g);
        }
    })
}

/// Makes `g` ready, which has parked or is about to. Twice is a mistake of the caller, as in Go.
pub fn ready_announced(g: GRef) {
    match g.linked_park.wake() {
        Wake::Early => {}
        Wake::Parked => ready(g),
        Wake::NotParking => crate::throw!("bad g->status in ready"),
    }
}
