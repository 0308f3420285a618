//! A lock in one word that is valid as zero bytes: for objects that come zeroed, such as channels and Ps.

use crate::sys;
use core::sync::atomic::{AtomicU32, Ordering::*};

pub(super) const FREE: u32 = 0;
const HELD: u32 = 1;
pub(super) const CONTENDED: u32 = 2;
/// Looks at a held lock before a thread sleeps.
const SPINS: u32 = 40;

/// Takes the lock in `word` if it is free.
#[inline]
pub(super) fn try_take(word: &AtomicU32) -> bool {
    word.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
}

/// Takes the lock in `word` if it becomes free within so many looks.
pub(super) fn spin(word: &AtomicU32, looks: u32) -> bool {
    for _ in 0..looks {
        core::hint::spin_loop();
        if word.load(Relaxed) == FREE && try_take(word) {
            return true;
        }
    }
    false
}

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
        if !try_take(&self.0) {
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
        if spin(&self.0, SPINS) {
            return;
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
