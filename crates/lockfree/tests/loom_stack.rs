//! The stack under every interleaving: no node has two owners, and what its last owner wrote is visible to the next.
#![cfg(loom)]

use goxide_lockfree::stack::Stack;
use loom::cell::Cell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicU32;
use loom::thread;

const NODES: usize = 3;

/// The cells are plain memory: loom fails the run if two threads touch one without an order between them.
struct World {
    stack: Stack,
    links: [AtomicU32; NODES],
    contents: [Cell<u32>; NODES],
}

impl World {
    fn new(nodes: u32) -> Arc<Self> {
        let links = core::array::from_fn(|_| AtomicU32::new(0));
        let world = Self {
            stack: Stack::new(),
            links,
            contents: Default::default(),
        };
        (0..nodes).for_each(|node| world.push(node));
        Arc::new(world)
    }

    fn push(&self, node: u32) {
        self.contents[node as usize].set(node);
        self.stack.push(&self.links[..], node);
    }

    fn pop(&self) -> Option<u32> {
        let node = self.stack.pop(&self.links[..])?;
        assert_eq!(self.contents[node as usize].replace(99), node, "two owners");
        Some(node)
    }
}

fn model(check: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(3));
    builder.check(check);
}

/// One thread pops two and pushes the first again: the classic ABA against a popper that has read the old top.
#[test]
fn loom_popped_and_pushed_again_is_noticed() {
    model(|| {
        let world = World::new(3);
        let other = thread::spawn({
            let world = world.clone();
            move || world.pop()
        });
        let (a, b) = (world.pop(), world.pop());
        a.into_iter().for_each(|node| world.push(node));
        let mut got: Vec<_> = b.into_iter().chain(other.join().unwrap()).collect();
        got.extend(std::iter::from_fn(|| world.pop()));
        got.sort_unstable();
        assert_eq!(got, [0, 1, 2]);
    });
}

#[test]
fn loom_pushers_and_a_popper() {
    model(|| {
        let world = World::new(0);
        let pushers: Vec<_> = (0..2)
            .map(|node| {
                let world = world.clone();
                thread::spawn(move || world.push(node))
            })
            .collect();
        let early = world.pop();
        pushers.into_iter().for_each(|t| t.join().unwrap());
        let mut got: Vec<_> = early
            .into_iter()
            .chain(std::iter::from_fn(|| world.pop()))
            .collect();
        got.sort_unstable();
        assert_eq!(got, [0, 1]);
    });
}
