//! A P's run queue: a ring that its owner fills and anyone may rob, and a slot for the goroutine to run next.
//!
//! ```text
//!            head ──▶ taken by CAS, by all          tail ──▶ stored by the owner only
//!   … free … │ oldest │   │   │   │ newest │ … free …
//! ```
//!
//! R1  `tail - head` (modulo 2^32) is the number of items; it is at most [`RUNQ_LEN`].
//! R2  Slots in `head..tail` hold published items and do not change; the owner writes other slots only.
//! R3  An item leaves by exactly one successful CAS of `head`, so exactly one side gets it.
//!
//! `head` counts 2^32 items before it repeats. A thief that sleeps between its load and its CAS for exactly that long
//! could be fooled; the P would have had to run four billion goroutines meanwhile.
//!
//! Two roles, two handles: [`Owner`] is held by the M that holds the P and needs `&mut`; [`Stealer`] by anyone.
//!
//! Every load of `head` that leads to a decision about slots is the value of some RMW: nobody stores it. So a release
//! sequence started by one CAS goes on through all later ones, and a CAS from value h succeeds for one side only (an
//! RMW reads the last value, and no two RMWs read the same one).

use crate::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use crate::atomic::{AtomicU32, AtomicUsize};
use crate::const_new;

/// Slots of a ring. Four under loom: wrap-around and overflow are a few steps away.
pub const RUNQ_LEN: usize = if cfg!(loom) { 4 } else { 256 };
const LEN: u32 = RUNQ_LEN as u32;

const _: () = assert!(RUNQ_LEN.is_power_of_two(), "indices wrap by masking");

/// The ring was full; here is the item back. Make room with [`Owner::take_half_for_overflow`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overflow(pub usize);

/// Half a ring of items, on its way to the global queue.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    items: [usize; RUNQ_LEN / 2],
    len: usize,
}

impl Batch {
    /// The items, oldest first. Empty if thieves were faster: then the ring has room again.
    pub fn as_slice(&self) -> &[usize] {
        &self.items[..self.len]
    }
}

/// The shared state of a run queue's ring; see the module's chapter.
#[repr(C)]
pub struct Ring {
    /// CAS by all. Release: my reads of the slots are done; Acquire before a write: the slots may be reused.
    head: AtomicU32,
    /// Stored by the owner. Release publishes slots; Acquire before reading them.
    tail: AtomicU32,
    /// Relaxed: read under an Acquire of `tail`, dropped if the CAS of `head` fails.
    slots: [AtomicUsize; RUNQ_LEN],
}

impl Ring {
    const_new! {
        /// An empty ring; so are all-zero bytes.
        pub fn new() -> Self {
            #[cfg(not(loom))]
            let slots = [const { AtomicUsize::new(0) }; RUNQ_LEN];
            #[cfg(loom)]
            let slots = core::array::from_fn(|_| AtomicUsize::new(0));
            Self { head: AtomicU32::new(0), tail: AtomicU32::new(0), slots }
        }
    }

    /// The owner's handle. There must be one owner at a time, or items get lost and run twice: the M that holds the P.
    /// A P that changes hands carries a happens-before edge with it, which the owner's Relaxed loads rely on.
    #[inline]
    pub fn owner(&self) -> Owner<'_> {
        Owner { ring: self }
    }

    /// A thief's handle.
    #[inline]
    pub fn stealer(&self) -> Stealer<'_> {
        Stealer { ring: self }
    }

    /// How many items there are, or were a moment ago.
    ///
    /// Exact if the owner asks and no thief is about. Acquire on `head`: the `tail` read next is then at least as new as
    /// the one which that head was taken from, so the difference is not negative. It may be too large if `head` moves
    /// on in between, but by then the items were there: an answer of 0 is never wrong about both moments.
    #[inline]
    pub fn len(&self) -> usize {
        let head = self.head.load(Acquire);
        let tail = self.tail.load(Acquire);
        (tail.wrapping_sub(head) as usize).min(RUNQ_LEN)
    }

    /// Is there nothing to steal?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn slot(&self, index: u32) -> &AtomicUsize {
        &self.slots[index as usize % RUNQ_LEN]
    }

    /// Takes what lies in `head..to`. Release: the reads of those slots come before the owner's next writes to them,
    /// since the owner reads `head` by Acquire before it writes. A failure tells nothing that needs ordering.
    #[inline]
    fn advance_head(&self, head: u32, to: u32) -> bool {
        self.head
            .compare_exchange(head, to, Release, Relaxed)
            .is_ok()
    }
}

impl Default for Ring {
    fn default() -> Self {
        Self::new()
    }
}

/// The owner's side of a [`Ring`].
pub struct Owner<'a> {
    ring: &'a Ring,
}

impl Owner<'_> {
    /// Appends an item.
    #[inline]
    pub fn push(&mut self, item: usize) -> Result<(), Overflow> {
        let tail = self.tail();
        if self.room(tail) == 0 {
            return Err(Overflow(item));
        }
        self.ring.slot(tail).store(item, Relaxed);
        self.publish(tail.wrapping_add(1));
        Ok(())
    }

    /// Appends as many of the items as there is room for, made visible at once; returns how many.
    pub fn push_batch(&mut self, items: &[usize]) -> usize {
        let tail = self.tail();
        let n = items.len().min(self.room(tail) as usize);
        for (i, &item) in (0..).zip(&items[..n]) {
            self.ring.slot(tail.wrapping_add(i)).store(item, Relaxed);
        }
        if n > 0 {
            self.publish(tail.wrapping_add(n as u32));
        }
        n
    }

    /// Takes the oldest item.
    #[inline]
    pub fn pop(&mut self) -> Option<usize> {
        // Relaxed: the slots are this thread's own writes. A stale head only makes the CAS fail, which brings the next.
        let mut head = self.ring.head.load(Relaxed);
        let tail = self.tail();
        while head != tail {
            let item = self.ring.slot(head).load(Relaxed);
            match self
                .ring
                .head
                .compare_exchange_weak(head, head.wrapping_add(1), Release, Relaxed)
            {
                Ok(_) => return Some(item),
                Err(now) => head = now,
            }
        }
        None
    }

    /// Takes the older half out of a full ring, for the global queue. Takes nothing if a thief was about: then there is
    /// room, and [`Owner::push`] will succeed.
    pub fn take_half_for_overflow(&mut self) -> Batch {
        let mut batch = Batch {
            items: [0; RUNQ_LEN / 2],
            len: 0,
        };
        let head = self.ring.head.load(Relaxed); // as in `pop`
        let n = LEN / 2;
        if self.tail().wrapping_sub(head) != LEN {
            return batch;
        }
        for (i, item) in (0..n).zip(&mut batch.items) {
            *item = self.ring.slot(head.wrapping_add(i)).load(Relaxed);
        }
        if self.ring.advance_head(head, head.wrapping_add(n)) {
            batch.len = n as usize;
        }
        batch
    }

    /// How many items may be pushed now, at least.
    #[inline]
    pub fn free_slots(&self) -> usize {
        self.room(self.tail()) as usize
    }

    /// Relaxed: only the owner stores `tail`.
    #[inline]
    fn tail(&self) -> u32 {
        self.ring.tail.load(Relaxed)
    }

    /// Acquire pairs with the Release of whoever moved `head` this far (or of an RMW in its release sequence): that side
    /// has read the slots, so they may be written again.
    #[inline]
    fn room(&self, tail: u32) -> u32 {
        LEN - tail.wrapping_sub(self.ring.head.load(Acquire))
    }

    /// Release: whoever sees the new `tail` sees the items, and what their pushers wrote before.
    #[inline]
    fn publish(&mut self, tail: u32) {
        self.ring.tail.store(tail, Release);
    }
}

/// A thief's side of a [`Ring`].
#[derive(Clone, Copy)]
pub struct Stealer<'a> {
    ring: &'a Ring,
}

impl Stealer<'_> {
    /// Takes the older half of the items, rounded up. One is returned, to run at once; the others go to the end of
    /// `into`, as far as it has room. `None`: there was nothing.
    pub fn steal_half(&self, into: &mut Owner<'_>) -> Option<usize> {
        let tail = into.tail();
        let room = into.room(tail);
        loop {
            // Acquire: the `tail` read next is not older than that head, so R1 can only be broken upwards.
            let head = self.ring.head.load(Acquire);
            // Acquire pairs with `publish`: the slots below this tail are written.
            let available = self.ring.tail.load(Acquire).wrapping_sub(head);
            if available == 0 {
                return None;
            }
            if available > LEN {
                continue; // head moved on between the two loads
            }
            let n = available.div_ceil(2).min(room + 1);
            // Slots beyond `into`'s tail are nobody's: they were reserved by `room`. If the CAS fails they are
            // overwritten in the next round.
            for i in 1..n {
                let item = self.ring.slot(head.wrapping_add(i)).load(Relaxed);
                into.ring
                    .slot(tail.wrapping_add(i - 1))
                    .store(item, Relaxed);
            }
            let first = self.ring.slot(head).load(Relaxed);
            if self.ring.advance_head(head, head.wrapping_add(n)) {
                if n > 1 {
                    into.publish(tail.wrapping_add(n - 1));
                }
                return Some(first);
            }
        }
    }

    /// Takes the oldest item only.
    pub fn steal_one(&self) -> Option<usize> {
        loop {
            let head = self.ring.head.load(Acquire); // as in `steal_half`
            let available = self.ring.tail.load(Acquire).wrapping_sub(head);
            if available == 0 {
                return None;
            }
            let item = self.ring.slot(head).load(Relaxed);
            if self.ring.advance_head(head, head.wrapping_add(1)) {
                return Some(item);
            }
        }
    }

    /// Is there nothing to steal?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }
}

/// The goroutine that a P runs next, ahead of its ring: one word, 0 when empty.
///
/// AcqRel on every exchange: Release, so that who takes an item sees what its pusher wrote; Acquire, to be that taker.
#[repr(transparent)]
pub struct NextSlot(AtomicUsize);

impl NextSlot {
    const_new! {
        /// An empty slot; so is a zero word.
        pub fn new() -> Self {
            Self(AtomicUsize::new(0))
        }
    }

    /// Puts an item (not 0) and returns the one that it displaces, which belongs at the end of the ring.
    #[inline]
    pub fn replace(&self, item: usize) -> Option<usize> {
        debug_assert!(item != 0, "0 means empty");
        some(self.0.swap(item, AcqRel))
    }

    /// Takes the item.
    #[inline]
    pub fn take(&self) -> Option<usize> {
        // Relaxed: an empty answer orders nothing; a full one is confirmed by the swap. Spares an RMW when empty.
        if self.0.load(Relaxed) == 0 {
            return None;
        }
        some(self.0.swap(0, AcqRel))
    }

    /// For a thief that has looked at the slot and waited: takes the item if it is still the same.
    #[inline]
    pub fn take_if(&self, seen: usize) -> bool {
        seen != 0 && self.0.compare_exchange(seen, 0, AcqRel, Relaxed).is_ok()
    }

    /// What lies there. Relaxed: a hint, to be confirmed by [`NextSlot::take_if`].
    #[inline]
    pub fn peek(&self) -> Option<usize> {
        some(self.0.load(Relaxed))
    }
}

impl Default for NextSlot {
    fn default() -> Self {
        Self::new()
    }
}

fn some(word: usize) -> Option<usize> {
    (word != 0).then_some(word)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    static IN_A_STATIC: Ring = Ring::new();

    #[test]
    fn owner_gets_items_in_order_across_many_wraps() {
        let mut q = IN_A_STATIC.owner();
        for round in 0..1000 {
            (0..100).for_each(|i| q.push(round * 100 + i).unwrap());
            (0..100).for_each(|i| assert_eq!(q.pop(), Some(round * 100 + i)));
        }
        assert_eq!(q.pop(), None);
    }

    #[test]
    fn indices_may_wrap_around_zero() {
        let ring = Ring::new();
        ring.head.store(u32::MAX - 2, Relaxed);
        ring.tail.store(u32::MAX - 2, Relaxed);
        let (mut q, other) = (ring.owner(), Ring::new());
        (1..=RUNQ_LEN).for_each(|i| q.push(i).unwrap());
        assert_eq!((q.push(9), ring.len()), (Err(Overflow(9)), RUNQ_LEN));
        assert_eq!(ring.stealer().steal_half(&mut other.owner()), Some(1));
        assert_eq!(
            (q.pop(), other.owner().pop()),
            (Some(RUNQ_LEN / 2 + 1), Some(2))
        );
    }

    #[test]
    fn full_ring_gives_its_older_half_to_the_global_queue() {
        let ring = Ring::new();
        let mut q = ring.owner();
        assert!(q.take_half_for_overflow().as_slice().is_empty());
        (0..RUNQ_LEN).for_each(|i| q.push(i).unwrap());
        assert_eq!(q.push(7), Err(Overflow(7)));
        let batch = q.take_half_for_overflow();
        assert!(batch.as_slice().iter().copied().eq(0..RUNQ_LEN / 2));
        assert_eq!(
            (q.pop(), q.free_slots()),
            (Some(RUNQ_LEN / 2), RUNQ_LEN / 2 + 1)
        );
    }

    #[test]
    fn thief_takes_the_older_half_rounded_up() {
        let (victim, mine) = (Ring::new(), Ring::new());
        assert_eq!(victim.owner().push_batch(&[1, 2, 3, 4, 5]), 5);
        assert_eq!(victim.stealer().steal_half(&mut mine.owner()), Some(1));
        assert_eq!(
            (mine.owner().pop(), mine.owner().pop(), mine.owner().pop()),
            (Some(2), Some(3), None)
        );
        assert_eq!((victim.stealer().steal_one(), victim.len()), (Some(4), 1));
    }

    #[test]
    fn thief_with_a_full_ring_takes_one() {
        let (victim, mine) = (Ring::new(), Ring::new());
        let items: Vec<usize> = (0..2 * RUNQ_LEN).collect();
        assert_eq!(victim.owner().push_batch(&items), RUNQ_LEN);
        assert_eq!(mine.owner().push_batch(&items), RUNQ_LEN);
        assert_eq!(victim.stealer().steal_half(&mut mine.owner()), Some(0));
        assert_eq!((victim.len(), mine.len()), (RUNQ_LEN - 1, RUNQ_LEN));
    }

    #[test]
    fn next_slot_displaces_and_is_taken_once() {
        let next = NextSlot::new();
        assert_eq!(
            (next.take(), next.replace(8), next.replace(16)),
            (None, None, Some(8))
        );
        assert!(
            !next.take_if(8) && next.peek() == Some(16) && next.take_if(16) && !next.take_if(0)
        );
        assert_eq!(next.take(), None);
    }

    /// Owner pushes, pops and overflows while thieves rob it and each other: every item arrives exactly once.
    #[test]
    fn stress_every_item_arrives_once() {
        const ITEMS: usize = if cfg!(miri) { 2_000 } else { 1_000_000 };
        let (victim, done) = (Ring::new(), AtomicBool::new(false));
        let rob = || {
            let (mine, mut got) = (Ring::new(), Vec::new());
            while !done.load(Acquire) || !victim.is_empty() {
                got.extend(victim.stealer().steal_half(&mut mine.owner()));
                got.extend(std::iter::from_fn(|| mine.owner().pop()));
                thread::yield_now();
            }
            got
        };
        let mut all = thread::scope(|s| {
            let thieves: Vec<_> = (0..2).map(|_| s.spawn(rob)).collect();
            let mut got = produce(&mut victim.owner(), ITEMS);
            done.store(true, Release);
            thieves
                .into_iter()
                .for_each(|t| got.extend(t.join().unwrap()));
            got
        });
        all.extend(std::iter::from_fn(|| victim.owner().pop()));
        all.sort_unstable();
        assert!(all.into_iter().eq(0..ITEMS));
    }

    fn produce(q: &mut Owner<'_>, items: usize) -> Vec<usize> {
        let mut got = Vec::new();
        for item in 0..items {
            while q.push(item).is_err() {
                got.extend(q.take_half_for_overflow().as_slice());
            }
            if item % 5 == 0 {
                got.extend(q.pop());
            }
        }
        got
    }
}
