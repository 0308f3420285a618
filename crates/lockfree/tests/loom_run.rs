//! A span in small: slots 1 to 3, their addresses are their numbers; the owner, and a marker that asks about slots.
#![cfg(loom)]

use goxide_lockfree::run::Run;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use loom::thread;

struct Span {
    run: Run,
    bits: AtomicUsize,
    marks: AtomicUsize,
    /// The marker has seen that its mark may lie on a free slot.
    doubt: AtomicBool,
}

impl Span {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            run: Run::new(),
            bits: AtomicUsize::new(0),
            marks: AtomicUsize::new(0),
            doubt: AtomicBool::new(false),
        })
    }

    fn is_taken(&self, slot: usize) -> bool {
        self.run
            .is_taken(slot, || self.bits.load(Acquire) >> slot & 1 != 0)
    }

    /// The run is used up to `used`; the marks of its other slots, which are born marked, go.
    fn close(&self, used: usize) {
        let (first, end) = self.run.bounds();
        let mut bits = self.bits.load(Relaxed);
        (first..used).for_each(|slot| bits |= 1 << slot);
        self.bits.store(bits, Release);
        self.run.close();
        let rest: usize = (used..end).map(|slot| 1 << slot).sum();
        self.marks.fetch_and(!rest, Release);
    }

    /// What a marker does with a doubtful word that names this slot.
    fn mark_doubtful(&self, slot: usize) {
        if self.marks.load(Relaxed) >> slot & 1 == 0
            && self.is_taken(slot)
            && self.marks.fetch_or(1 << slot, Acquire) >> slot & 1 == 0
            && !self.is_taken(slot)
        {
            self.doubt.store(true, Relaxed);
        }
    }
}

/// An object is taken from when its address is known, whatever becomes of runs.
#[test]
fn objects_stay_taken() {
    loom::model(|| {
        let span = Span::new();
        let known = Arc::new(AtomicUsize::new(0));
        let marker = {
            let (span, known) = (span.clone(), known.clone());
            thread::spawn(move || {
                let slot = known.load(Acquire);
                assert!(slot == 0 || span.is_taken(slot));
            })
        };
        span.run.open(1, 3);
        known.store(1, Release);
        span.close(2);
        span.run.open(2, 4);
        known.store(2, Release);
        span.close(3);
        marker.join().unwrap();
    });
}

/// A mark on a free slot comes from a precise pointer, or there is doubt.
#[test]
fn marks_on_free_slots_raise_doubt() {
    loom::model(|| {
        let span = Span::new();
        span.marks.store(0b0110, Relaxed);
        span.run.open(1, 3);
        let marker = {
            let span = span.clone();
            thread::spawn(move || span.mark_doubtful(2))
        };
        // Slot 1 is used, slot 2 is not; a run before marking began would have been opened without marks.
        span.close(2);
        marker.join().unwrap();
        let zombies = span.marks.load(Relaxed) & !span.bits.load(Relaxed);
        assert!(zombies == 0 || span.doubt.load(Relaxed));
    });
}

/// The same for a run that was opened before marking began, so that its slots are not marked.
#[test]
fn marks_in_older_runs_raise_doubt() {
    loom::model(|| {
        let span = Span::new();
        span.run.open(1, 3);
        let marker = {
            let span = span.clone();
            thread::spawn(move || (1..3).for_each(|slot| span.mark_doubtful(slot)))
        };
        span.close(2);
        marker.join().unwrap();
        assert!(span.is_taken(1));
        let zombies = span.marks.load(Relaxed) & !span.bits.load(Relaxed);
        assert!(zombies & 1 << 1 == 0);
        assert!(zombies == 0 || span.doubt.load(Relaxed));
    });
}
