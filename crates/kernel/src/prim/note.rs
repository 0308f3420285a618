//! One-shot sleep and wake of an M.

use crate::sys;
use core::sync::atomic::{AtomicU32, Ordering::*};

/// One M sleeps until another wakes it once; `clear` re-arms. A wake before the sleep is not lost.
pub struct Note(AtomicU32);

impl Note {
    /// A note that has not been woken.
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Forgets a wake. Only the sleeper calls this, after it has slept.
    pub fn clear(&self) {
        self.0.store(0, Relaxed);
    }

    /// Lets the sleeper go on. Release: what the waker wrote is visible to it.
    pub fn wake(&self) {
        if self.0.swap(1, Release) == 0 {
            sys::futex_wake(&self.0, 1);
        }
    }

    /// Sleeps until woken.
    pub fn sleep(&self) {
        while self.0.load(Acquire) == 0 {
            let _ = sys::futex_wait(&self.0, 0, None);
        }
    }

    /// Sleeps until woken or for `ns` nanoseconds; says whether it was woken.
    pub fn sleep_for(&self, ns: i64) -> bool {
        let deadline = sys::nanotime() + ns;
        loop {
            if self.0.load(Acquire) != 0 {
                return true;
            }
            let left = deadline - sys::nanotime();
            if left <= 0 {
                return false;
            }
            let _ = sys::futex_wait(&self.0, 0, Some(left));
        }
    }
}

impl Default for Note {
    fn default() -> Self {
        Self::new()
    }
}
