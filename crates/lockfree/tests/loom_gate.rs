//! Two visitors and the keeper: nobody is inside together with the keeper, and each sees what the other wrote.
#![cfg(loom)]

use goxide_lockfree::gate::{Gate, Visitor};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

struct World {
    gate: Gate,
    visitors: [Visitor; 2],
    /// One cell per visitor: written by it inside, and by the keeper behind the closed gate.
    cells: [UnsafeCell<u32>; 2],
}

fn visit(world: &World, i: usize) {
    if world.gate.enter(&world.visitors[i]) {
        world.cells[i].with_mut(|c| unsafe { *c += 1 });
        world.visitors[i].leave();
    }
}

#[test]
fn the_keeper_is_alone() {
    loom::model(|| {
        let world = Arc::new(World {
            gate: Gate::new(),
            visitors: [Visitor::new(), Visitor::new()],
            cells: [UnsafeCell::new(0), UnsafeCell::new(0)],
        });
        let threads: Vec<_> = (0..2)
            .map(|i| {
                let world = world.clone();
                thread::spawn(move || visit(&world, i))
            })
            .collect();
        world.gate.close();
        for visitor in &world.visitors {
            while visitor.is_in() {
                thread::yield_now();
            }
        }
        for cell in &world.cells {
            cell.with_mut(|c| unsafe { *c += 10 });
        }
        world.gate.open();
        visit_again(&world);
        threads.into_iter().for_each(|t| t.join().unwrap());
    });
}

/// The keeper as a visitor of the open gate is let in: nobody else uses visitor words of its own.
fn visit_again(world: &World) {
    let mine = Visitor::new();
    assert!(world.gate.enter(&mine));
    mine.leave();
}
