//! A thing that waits is made runnable and runs, while a reader describes it: it is described once, as it was in the
//! beginning, and nobody reads its stack while it runs.
#![cfg(loom)]

use goxide_lockfree::introduction::Introduction;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::*};
use loom::thread;

const WAITING: u32 = 0;
const RUNNABLE: u32 = 1;
const RUNNING: u32 = 2;
const ROUND: u64 = 7;

struct Thing {
    word: Introduction,
    state: AtomicU32,
    stack: UnsafeCell<u32>,
    /// How often it was described as waiting, and as anything else.
    described: [AtomicU32; 2],
}

impl Thing {
    fn describe(&self, state: u32) {
        self.described[usize::from(state != WAITING)].fetch_add(1, Relaxed);
    }

    /// Made runnable by one thread, and run by it, too.
    fn change(&self) {
        if self.word.introduce(ROUND) {
            self.describe(WAITING);
        }
        self.state.store(RUNNABLE, Release);
        if self.word.introduce(ROUND) {
            self.describe(RUNNABLE);
        }
        self.word.wait_for_reader(thread::yield_now);
        self.state.store(RUNNING, Release);
        // SAFETY: loom checks that nobody else uses the cell meanwhile.
        self.stack.with_mut(|s| unsafe { *s += 1 });
    }

    fn read(&self) {
        let seen = self.word.look();
        let state = self.state.load(Acquire);
        if state == RUNNING || !self.word.hold(seen, ROUND) {
            return;
        }
        self.describe(state);
        // SAFETY: as above.
        self.stack.with(|s| assert_eq!(unsafe { *s }, 0));
        self.word.release(ROUND);
    }
}

#[test]
fn a_thing_is_described_once_and_as_it_was() {
    loom::model(|| {
        let thing = Arc::new(Thing {
            word: Introduction::new(),
            state: AtomicU32::new(WAITING),
            stack: UnsafeCell::new(0),
            described: [AtomicU32::new(0), AtomicU32::new(0)],
        });
        let changer = {
            let thing = thing.clone();
            thread::spawn(move || thing.change())
        };
        thing.read();
        changer.join().unwrap();
        assert_eq!(thing.described[0].load(Relaxed), 1);
        assert_eq!(thing.described[1].load(Relaxed), 0);
    });
}
