//! A lock in one word that is valid as zero bytes: for objects that come zeroed, such as channels and Ps.

use crate::sys;
use core::sync::atomic::{AtomicU32, Ordering::*};

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// A mutex without data: what it guards is said where it is declared. All-zero bytes are an open lock.
#[repr(transparent)]
pub struct WordLock(AtomicU32);

impl WordLock {
    /// An open lock.
    pub const fn new() -> Self {
        Self(AtomicU32::new(FREE))
    }

    /// Waits for the lock: a short spin, then a futex sleep.
    #[inline]
    pub fn lock(&self) {
        if self
            .0
            .compare_exchange(FREE, HELD, Acquire, Relaxed)
            .is_err()
        {
            self.lock_slow();
        }
    }

    /// Opens the lock. Only its holder calls this, from whichever thread.
    #[inline]
    pub fn unlock(&self) {
        if self.0.swap(FREE, Release) == CONTENDED {
            sys::futex_wake(&self.0, 1);
        }
    }

    #[cold]
    fn lock_slow(&self) {
        for _ in 0..40 {
            core::hint::spin_loop();
            if self.0.load(Relaxed) == FREE
                && self
                    .0
                    .compare_exchange(FREE, HELD, Acquire, Relaxed)
                    .is_ok()
            {
                return;
            }
        }
        while self.0.swap(CONTENDED, Acquire) != FREE {
            let _ = sys::futex_wait(&self.0, CONTENDED, None);
        }
    }
}

impl Default for WordLock {
    fn default() -> Self {
        Self::new()
    }
}
