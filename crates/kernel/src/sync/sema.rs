//! Semaphores: a `uint32` anywhere in Go memory, and the goroutines that wait for it to rise above zero.
//!
//! Waiters hang in a table hashed by address: a bucket is a list of addresses, and each address a line of waiters behind
//! its first sudog (`waitlink`, the last one in `wait_tail`). A release that finds a waiter passes its unit on directly: the woken goroutine owns
//! it and continues in Go without looking again, so nobody starves and nobody is woken in vain.
//!
//! S1  Whoever waits is counted in its bucket's `waiters` before it last looked at the semaphore; whoever releases raises
//!     the semaphore before it looks at `waiters` (both SeqCst). So one of the two sees the other.

use crate::chan::SudogRef;
use crate::prim::WordLock;
use crate::sched::{self, GRef, WaitReason};
use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering::*};

const BUCKETS: usize = 512;

/// One bucket, alone on its cache line.
#[repr(align(64))]
struct Bucket {
    /// Guards `first` and the lines behind it.
    lock: WordLock,
    /// How many goroutines wait in this bucket. See S1.
    waiters: AtomicU32,
    /// First waiters of each address, linked by `next`/`prev`.
    first: Cell<Option<SudogRef>>,
}

// SAFETY: `first` is touched under `lock` only.
unsafe impl Sync for Bucket {}

static TABLE: [Bucket; BUCKETS] = [const {
    Bucket {
        lock: WordLock::new(),
        waiters: AtomicU32::new(0),
        first: Cell::new(None),
    }
}; BUCKETS];

fn bucket(addr: usize) -> &'static Bucket {
    // Fibonacci hashing: neighbouring words go to distant buckets.
    &TABLE[((addr >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) % BUCKETS]
}

fn word(addr: usize) -> &'static AtomicU32 {
    // SAFETY: package sync passes the address of a uint32 in Go memory, which the caller's frame keeps alive during the
    // call; it is used before the call ends or parks.
    unsafe { AtomicU32::from_ptr(addr as *mut u32) }
}

/// Takes a unit if there is one.
fn try_acquire(addr: usize) -> bool {
    word(addr)
        .fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1))
        .is_ok()
}

/// Takes one unit of the semaphore at `addr`; parks until one is passed on. `lifo`: at the head of the line.
pub fn acquire(addr: usize, lifo: bool, why: WaitReason) {
    if try_acquire(addr) {
        return;
    }
    let b = bucket(addr);
    b.lock.lock();
    b.waiters.fetch_add(1, SeqCst);
    if try_acquire(addr) {
        b.waiters.fetch_sub(1, SeqCst);
        return b.lock.unlock();
    }
    let g = sched::current();
    let sg = SudogRef::take(g);
    sg.elem.set(addr);
    g.waiting.set(sg.as_ptr());
    b.enqueue(sg, lifo);
    sched::park(g, why, || b.lock.unlock())
}

/// Gives one unit. `hand_off`: the woken goroutine runs at once in this one's place.
pub fn release(addr: usize, hand_off: bool) {
    let b = bucket(addr);
    word(addr).fetch_add(1, SeqCst);
    if b.waiters.load(SeqCst) == 0 {
        return;
    }
    b.lock.lock();
    let woken = b
        .find(addr)
        .filter(|_| try_acquire(addr))
        .map(|head| b.dequeue(head));
    b.lock.unlock();
    let Some(g) = woken else { return };
    crate::profile::block::released_to(g);
    let me = sched::current();
    // SAFETY: a running goroutine has an M.
    if hand_off && unsafe { (*me.m.get()).locks.get() } == 0 {
        sched::yield_to(me, g)
    }
    sched::ready(g);
}

impl Bucket {
    /// First waiter for `addr`. Under the lock.
    fn find(&self, addr: usize) -> Option<SudogRef> {
        let mut at = self.first.get();
        while let Some(sg) = at {
            if sg.elem.get() == addr {
                return at;
            }
            at = sg.next.get();
        }
        None
    }

    /// Adds a waiter. Under the lock.
    fn enqueue(&self, sg: SudogRef, lifo: bool) {
        sg.waitlink.set(None);
        match self.find(sg.elem.get()) {
            None => {
                sg.wait_tail.set(Some(sg));
                self.insert(sg);
            }
            Some(head) if lifo => {
                sg.waitlink.set(Some(head));
                sg.wait_tail.set(head.wait_tail.get());
                self.replace(head, sg);
            }
            Some(head) => {
                if let Some(tail) = head.wait_tail.get() {
                    tail.waitlink.set(Some(sg));
                }
                head.wait_tail.set(Some(sg));
            }
        }
    }

    /// Takes the first of a line and frees its sudog; returns its goroutine. Under the lock.
    fn dequeue(&self, head: SudogRef) -> GRef {
        match head.waitlink.get() {
            Some(second) => {
                second.wait_tail.set(head.wait_tail.get());
                self.replace(head, second);
            }
            None => self.unlink(head),
        }
        self.waiters.fetch_sub(1, SeqCst);
        let g = head.owner();
        g.waiting.set(core::ptr::null_mut());
        head.recycle();
        g
    }

    fn insert(&self, sg: SudogRef) {
        sg.prev.set(None);
        sg.next.set(self.first.get());
        if let Some(n) = self.first.get() {
            n.prev.set(Some(sg));
        }
        self.first.set(Some(sg));
    }

    fn unlink(&self, sg: SudogRef) {
        let (next, prev) = (sg.next.take(), sg.prev.take());
        match prev {
            Some(p) => p.next.set(next),
            None => self.first.set(next),
        }
        if let Some(n) = next {
            n.prev.set(prev);
        }
    }

    /// Puts `new` in the place of `old` in the list of addresses.
    fn replace(&self, old: SudogRef, new: SudogRef) {
        let (next, prev) = (old.next.take(), old.prev.take());
        new.next.set(next);
        new.prev.set(prev);
        match prev {
            Some(p) => p.next.set(Some(new)),
            None => self.first.set(Some(new)),
        }
        if let Some(n) = next {
            n.prev.set(Some(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sudog(addr: usize) -> SudogRef {
        // SAFETY: zero bytes are a valid Sudog; the box is leaked.
        let sg =
            SudogRef::from_ptr(Box::into_raw(Box::new(unsafe { core::mem::zeroed() }))).unwrap();
        sg.elem.set(addr);
        sg
    }

    fn line(b: &Bucket, addr: usize) -> Vec<SudogRef> {
        core::iter::successors(b.find(addr), |s| s.waitlink.get()).collect()
    }

    #[test]
    fn lines_are_per_address_and_lifo_goes_first() {
        let b = Bucket {
            lock: WordLock::new(),
            waiters: AtomicU32::new(0),
            first: Cell::new(None),
        };
        let [a1, a2, a3, b1] = [sudog(8), sudog(8), sudog(8), sudog(16)];
        b.enqueue(a1, false);
        b.enqueue(b1, false);
        b.enqueue(a2, false);
        b.enqueue(a3, true);
        assert!(line(&b, 8) == [a3, a1, a2] && line(&b, 16) == [b1]);
        assert!(b.find(8).unwrap().wait_tail.get() == Some(a2));
        b.unlink(b1);
        assert!(line(&b, 16).is_empty() && line(&b, 8).len() == 3);
        b.replace(a3, a1);
        assert!(line(&b, 8) == [a1, a2]);
    }
}
