//! The kernel's mutex: data inside, a futex behind, a rank that the debug kernel checks.

use super::word::{CONTENDED, FREE, spin, try_take};
use crate::sys;
use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicU32, Ordering::*};

/// Locks are taken top to bottom: a lock may be taken only while all held locks stand above it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Rank {
    World,
    Assist,
    NetPollDesc,
    Chan,
    Sema,
    Notify,
    Timers,
    Signal,
    AllGs,
    Itab,
    Sched,
    Stack,
    Special,
    SpecialSpans,
    Finalizer,
    Central,
    Heap,
    Trace,
    Meta,
    Print,
}

/// Looks at a held lock before a thread sleeps, some microseconds: locks are held for less. Who sleeps may find its
/// processor taken for a whole time slice when the lock is free.
const SPINS: u32 = 250;

/// A value with its lock. All-zero bytes are not required to be valid: use [`Lock::new`].
pub struct Lock<T> {
    word: AtomicU32,
    rank: Rank,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached only through a guard, and one guard exists at a time.
unsafe impl<T> Sync for Lock<T> {}
// SAFETY: the value moves with the lock; nothing in it is bound to a thread.
unsafe impl<T> Send for Lock<T> {}

impl<T> Lock<T> {
    /// An open lock around `value`.
    pub const fn new(rank: Rank, value: T) -> Self {
        Self {
            word: AtomicU32::new(FREE),
            rank,
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the lock: a short spin, then a futex sleep.
    #[inline]
    pub fn lock(&self) -> LockGuard<'_, T> {
        if !try_take(&self.word) {
            self.lock_slow();
        }
        crate::debug::fault_if_due();
        LockGuard { lock: self }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        try_take(&self.word).then_some(LockGuard { lock: self })
    }

    /// The rank given at construction.
    pub fn rank(&self) -> Rank {
        self.rank
    }

    /// The value without taking the lock.
    ///
    /// # Safety
    /// No other thread may hold or take the lock meanwhile: the world is stopped, or the process has one thread.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn get_unlocked(&self) -> &mut T {
        // SAFETY: the caller guarantees exclusion.
        unsafe { &mut *self.value.get() }
    }

    #[cold]
    fn lock_slow(&self) {
        if spin(&self.word, SPINS) {
            return;
        }
        while self.word.swap(CONTENDED, Acquire) != FREE {
            if crate::panic::is_dying_here() {
                return self.lock_while_dying();
            }
            let _ = sys::futex_wait(&self.word, CONTENDED, None);
        }
    }

    /// The thread that ends the process may have been interrupted while it held this very lock. It waits a moment, in
    /// case somebody else holds it, and then goes ahead without: what it finds may be half changed, but a process that
    /// prints too little is better than one that never ends.
    #[cold]
    fn lock_while_dying(&self) {
        const PATIENCE: u32 = 50;
        const TRY_NS: i64 = 1_000_000;
        for _ in 0..PATIENCE {
            let _ = sys::futex_wait(&self.word, CONTENDED, Some(TRY_NS));
            if self.word.swap(CONTENDED, Acquire) == FREE {
                return;
            }
        }
    }

    #[inline]
    fn unlock(&self) {
        if self.word.swap(FREE, Release) == CONTENDED {
            sys::futex_wake(&self.word, 1);
        }
    }
}

/// The right to the value until dropped.
#[must_use]
pub struct LockGuard<'a, T> {
    lock: &'a Lock<T>,
}

impl<T> LockGuard<'_, T> {
    /// Gives the lock back: the same as dropping, for the places where the moment matters.
    pub fn release(self) {}
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock, and is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for LockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dying_thread_does_not_wait_for_ever() {
        let lock = Lock::new(Rank::Print, 1);
        let held = lock.lock();
        lock.lock_while_dying();
        held.release();
        assert!(lock.try_lock().is_some(), "free afterwards");
    }

    #[test]
    fn a_dying_thread_waits_for_a_short_holder() {
        let lock = Lock::new(Rank::Print, 1);
        std::thread::scope(|s| {
            let mut held = lock.lock();
            s.spawn(|| {
                lock.lock_while_dying();
                assert_eq!(*LockGuard { lock: &lock }, 2);
            });
            *held = 2;
        });
    }
}
