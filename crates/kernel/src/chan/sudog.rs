//! A goroutine in a queue.

use crate::mem::meta::Pool;
use crate::sched::GRef;
use core::cell::Cell;
use core::ops::Deref;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, Ordering::*};

/// One goroutine waiting in one queue (channel, semaphore or notify list). Type-stable kernel memory.
///
/// Queue links and flags belong to the lock of the queue; the rest to the goroutine, or to its waker while it is parked.
#[repr(C)]
pub struct Sudog {
    /// Link of the free list.
    _pool_link: Cell<usize>,
    /// Who waits. `None` only in a free sudog.
    pub g: Cell<Option<GRef>>,
    /// Neighbours in the queue.
    pub next: Cell<Option<SudogRef>>,
    /// See `next`.
    pub prev: Cell<Option<SudogRef>>,
    /// Where the value comes from or goes to; semaphores: the address. May point into the waiter's own stack. Root.
    pub elem: Cell<usize>,
    /// The channel, 0 for others. Root.
    pub c: Cell<usize>,
    /// Next sudog of the same goroutine (select), or of the same address (semaphores).
    pub waitlink: Cell<Option<SudogRef>>,
    /// Semaphores: last waiter of the address, valid in the first one.
    pub wait_tail: Cell<Option<SudogRef>>,
    /// Notify lists: position in line.
    pub ticket: Cell<u32>,
    /// Select: index of the case.
    pub case: Cell<u32>,
    /// Part of a select: must be won through `g.select_done`.
    pub is_select: Cell<bool>,
    /// In a queue now.
    pub queued: Cell<bool>,
    /// Woken by a value (true) or by close (false).
    pub success: Cell<bool>,
    /// When the wait began or ended, for profiles; 0: not recorded.
    pub release_time: Cell<i64>,
}

static POOL: Pool<Sudog> = Pool::new();

/// A pointer to a sudog. `Option<SudogRef>` is one word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct SudogRef(NonNull<Sudog>);

impl Deref for SudogRef {
    type Target = Sudog;
    fn deref(&self) -> &Sudog {
        // SAFETY: sudogs live in type-stable memory that is never unmapped; their fields are cells.
        unsafe { self.0.as_ref() }
    }
}

impl SudogRef {
    /// A reference from a pointer that is null or points to a sudog.
    pub fn from_ptr(at: *mut Sudog) -> Option<Self> {
        NonNull::new(at).map(Self)
    }

    /// The address.
    pub fn as_ptr(self) -> *mut Sudog {
        self.0.as_ptr()
    }

    /// A fresh sudog for `g`, from the goroutine's own stock first.
    pub fn take(g: GRef) -> Self {
        let at = match Self::from_ptr(g.sudogs.get()) {
            Some(own) => {
                g.sudogs
                    .set(own.waitlink.get().map_or(null_mut(), Self::as_ptr));
                own.as_ptr()
            }
            None => POOL.get(),
        };
        // SAFETY: both sources hand out memory that holds a Sudog (zero bytes are one) and that nobody else uses.
        let sg = Self(unsafe { NonNull::new_unchecked(at) });
        sg.g.set(Some(g));
        sg.waitlink.set(None);
        sg.is_select.set(false);
        sg.success.set(false);
        sg.c.set(0);
        sg
    }

    /// Puts the sudog into the stock of its goroutine. Called by the goroutine, or by its waker while it is parked.
    pub fn recycle(self) {
        let Some(g) = self.g.get() else { return };
        self.elem.set(0);
        self.c.set(0);
        self.waitlink.set(Self::from_ptr(g.sudogs.get()));
        g.sudogs.set(self.as_ptr());
    }

    /// The goroutine that waits.
    pub fn owner(self) -> GRef {
        match self.g.get() {
            Some(g) => g,
            None => crate::throw!("sudog without goroutine"),
        }
    }
}

/// A queue of sudogs, first in first out. All-zero bytes are an empty queue. Guarded by its owner's lock, except for
/// `is_empty`.
#[repr(C)]
pub struct WaitQueue {
    first: AtomicPtr<Sudog>,
    last: Cell<Option<SudogRef>>,
}

impl WaitQueue {
    /// An empty queue.
    pub const fn new() -> Self {
        Self {
            first: AtomicPtr::new(null_mut()),
            last: Cell::new(None),
        }
    }

    /// Whether nobody waits. Without the lock: a hint that was true at some moment.
    pub fn is_empty(&self) -> bool {
        self.first.load(Acquire).is_null()
    }

    /// The one that came first.
    pub fn first(&self) -> Option<SudogRef> {
        SudogRef::from_ptr(self.first.load(Relaxed))
    }

    fn set_first(&self, sg: Option<SudogRef>) {
        self.first
            .store(sg.map_or(null_mut(), SudogRef::as_ptr), Release);
    }

    /// Appends.
    pub fn push(&self, sg: SudogRef) {
        sg.next.set(None);
        sg.prev.set(self.last.get());
        sg.queued.set(true);
        match self.last.get() {
            Some(last) => last.next.set(Some(sg)),
            None => self.set_first(Some(sg)),
        }
        self.last.set(Some(sg));
    }

    /// Takes the first whose goroutine can still be won: a select that another channel woke already is dropped.
    pub fn pop(&self) -> Option<SudogRef> {
        loop {
            let sg = self.first()?;
            self.remove(sg);
            if !sg.is_select.get()
                || sg
                    .owner()
                    .select_done
                    .compare_exchange(0, 1, AcqRel, Relaxed)
                    .is_ok()
            {
                return Some(sg);
            }
        }
    }

    /// Takes `sg` out if it is still in; says whether it was.
    pub fn remove(&self, sg: SudogRef) -> bool {
        if !sg.queued.replace(false) {
            return false;
        }
        let (next, prev) = (sg.next.take(), sg.prev.take());
        match prev {
            Some(p) => p.next.set(next),
            None => self.set_first(next),
        }
        match next {
            Some(n) => n.prev.set(prev),
            None => self.last.set(prev),
        }
        true
    }
}

impl Default for WaitQueue {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sudog() -> SudogRef {
        // SAFETY: zero bytes are a valid Sudog; the box is leaked, so the memory lives on.
        SudogRef::from_ptr(Box::into_raw(Box::new(unsafe { core::mem::zeroed() }))).unwrap()
    }

    fn order(q: &WaitQueue) -> Vec<SudogRef> {
        core::iter::successors(q.first(), |s| s.next.get()).collect()
    }

    #[test]
    fn queue_keeps_order_through_removals() {
        let q = WaitQueue::new();
        let [a, b, c, d] = [sudog(), sudog(), sudog(), sudog()];
        for s in [a, b, c, d] {
            q.push(s);
        }
        assert!(q.remove(b) && !q.remove(b));
        assert!(order(&q) == [a, c, d]);
        assert!(q.remove(d) && order(&q) == [a, c]);
        assert!(q.pop() == Some(a) && q.pop() == Some(c) && q.pop().is_none() && q.is_empty());
        q.push(b);
        assert!(order(&q) == [b]);
    }
}
