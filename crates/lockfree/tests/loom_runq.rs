//! Every interleaving of a few steps on a ring of four slots, under the C11 memory model.
//!
//! One thing loom cannot show: it never lets a load return what is stored later. So the Release of `head`, which keeps
//! a thief's reads before the owner's next writes, rests on its written argument. Weakening any other ordering that
//! correctness needs makes a model here fail.
#![cfg(loom)]

use goxide_lockfree::runq::{NextSlot, Overflow, RUNQ_LEN, Ring};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::thread;

/// What the goroutine behind an item holds: written before the push, so who gets the item must see it.
struct World {
    ring: Ring,
    next: NextSlot,
    goroutines: [AtomicUsize; 8],
}

impl World {
    fn new() -> Arc<Self> {
        let goroutines = core::array::from_fn(|_| AtomicUsize::new(0));
        Arc::new(Self {
            ring: Ring::new(),
            next: NextSlot::new(),
            goroutines,
        })
    }

    fn make(&self, item: usize) -> usize {
        self.goroutines[item].store(item, Relaxed);
        item
    }

    fn push(&self, item: usize) {
        self.ring.owner().push(self.make(item)).unwrap();
    }

    fn check(&self, item: usize) -> usize {
        assert_eq!(
            self.goroutines[item].load(Relaxed),
            item,
            "pushed before it was written"
        );
        item
    }

    /// Robs the ring once and returns everything that it got.
    fn rob(&self) -> Vec<usize> {
        let mine = Ring::new();
        let first = self.ring.stealer().steal_half(&mut mine.owner());
        let rest = std::iter::from_fn(|| mine.owner().pop());
        first
            .into_iter()
            .chain(rest)
            .map(|item| self.check(item))
            .collect()
    }

    fn drain(&self) -> Vec<usize> {
        std::iter::from_fn(|| self.ring.owner().pop())
            .map(|item| self.check(item))
            .collect()
    }
}

fn assert_each_once(got: impl IntoIterator<Item = usize>, items: std::ops::RangeInclusive<usize>) {
    let mut got: Vec<_> = got.into_iter().collect();
    got.sort_unstable();
    assert!(got.iter().copied().eq(items), "{got:?}");
}

fn model(check: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(3));
    builder.check(check);
}

#[test]
fn loom_owner_and_thief_share_without_loss() {
    model(|| {
        let world = World::new();
        world.push(1);
        world.push(2);
        let thief = thread::spawn({
            let world = world.clone();
            move || world.rob()
        });
        world.push(3);
        let mut got: Vec<_> = world.ring.owner().pop().into_iter().collect();
        world.push(4);
        got.extend(world.drain());
        assert_each_once(got.into_iter().chain(thief.join().unwrap()), 1..=4);
    });
}

#[test]
fn loom_two_thieves_never_get_the_same_item() {
    model(|| {
        let world = World::new();
        (1..=3).for_each(|item| world.push(item));
        let thieves: Vec<_> = (0..2)
            .map(|_| {
                let world = world.clone();
                thread::spawn(move || world.rob())
            })
            .collect();
        let mut got: Vec<_> = world.ring.owner().pop().into_iter().collect();
        thieves
            .into_iter()
            .for_each(|t| got.extend(t.join().unwrap()));
        got.extend(world.drain());
        assert_each_once(got, 1..=3);
    });
}

/// The owner writes slots again that a thief may still be reading.
#[test]
fn loom_reused_slots_do_not_reach_a_slow_thief() {
    model(|| {
        let world = World::new();
        (1..=RUNQ_LEN).for_each(|item| world.push(item));
        let thief = thread::spawn({
            let world = world.clone();
            move || world.rob()
        });
        let mut got: Vec<_> = (0..2).filter_map(|_| world.ring.owner().pop()).collect();
        world.push(5);
        world.push(6);
        got.extend(world.drain());
        assert_each_once(got.into_iter().chain(thief.join().unwrap()), 1..=6);
    });
}

#[test]
fn loom_overflow_races_with_a_thief() {
    model(|| {
        let world = World::new();
        (1..=RUNQ_LEN).for_each(|item| world.push(item));
        let thief = thread::spawn({
            let world = world.clone();
            move || world.rob()
        });
        let mut got = Vec::new();
        world.make(5);
        while let Err(Overflow(5)) = world.ring.owner().push(5) {
            got.extend_from_slice(world.ring.owner().take_half_for_overflow().as_slice());
        }
        got.extend(world.drain());
        assert_each_once(got.into_iter().chain(thief.join().unwrap()), 1..=5);
    });
}

/// A thief robs into a ring that is itself robbed: items travel over two hops and stay visible.
#[test]
fn loom_stolen_items_can_be_stolen_again() {
    model(|| {
        let (a, b) = (World::new(), Arc::new(Ring::new()));
        (1..=3).for_each(|item| a.push(item));
        let first = thread::spawn({
            let (a, b) = (a.clone(), b.clone());
            move || a.ring.stealer().steal_half(&mut b.owner())
        });
        let stolen = b.stealer().steal_one().map(|item| a.check(item));
        let first = first.join().unwrap();
        let rest = std::iter::from_fn(|| b.owner().pop());
        assert_each_once(
            first.into_iter().chain(stolen).chain(rest).chain(a.drain()),
            1..=3,
        );
    });
}

#[test]
fn loom_next_slot_has_one_taker() {
    model(|| {
        let world = World::new();
        world.next.replace(world.make(1));
        let thief = thread::spawn({
            let world = world.clone();
            move || {
                let seen = world.next.peek()?;
                world.next.take_if(seen).then(|| world.check(seen))
            }
        });
        let displaced = world.next.replace(world.make(2));
        let taken = world.next.take();
        assert_each_once(
            displaced
                .into_iter()
                .chain(taken)
                .chain(thief.join().unwrap()),
            1..=2,
        );
    });
}

#[test]
fn loom_taker_of_the_next_slot_sees_the_goroutine() {
    model(|| {
        let world = World::new();
        let waker = thread::spawn({
            let world = world.clone();
            move || world.next.replace(world.make(1))
        });
        let early = world.next.take().map(|item| world.check(item));
        assert_eq!(waker.join().unwrap(), None);
        assert_each_once(early.into_iter().chain(world.next.take()), 1..=1);
    });
}
