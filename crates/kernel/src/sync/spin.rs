//! Spinning of `sync.Mutex` before it sleeps.

use crate::sched;

/// More rounds than this do not pay.
const ROUNDS: isize = 4;
/// Pauses in a round.
const PAUSES: u32 = 30;

/// Whether round `i` of spinning is worth it: the holder may run on another P, and nothing else waits for this one.
pub fn can_spin(i: isize) -> bool {
    i < ROUNDS && sched::p_count() > 1 && sched::others_running() && sched::p().is_empty()
}

/// One round.
pub fn spin() {
    for _ in 0..PAUSES {
        core::hint::spin_loop();
    }
}
