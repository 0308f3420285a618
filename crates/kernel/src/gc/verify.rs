//! Debug kernel, and `GODEBUG=gccheckmark=1`: after a marking beside the program, everything is marked once more with the
//! world stopped. The second marking must find nothing that the first has missed; what it finds is a bug of the barrier.

use super::mark::{self, Marker};
use super::{holders, roots};
use crate::mem;
use crate::mem::meta::KVec;
use crate::prim::{Lock, Rank};
use crate::sched::{self, GState};
use crate::unwind::{self, StackSink};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// The second marking is running. Words of a stack that only may be pointers do not count then: a dead slot of a frame
/// that a signal stopped may name an object that was garbage before the first marking began.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// See [`RUNNING`].
pub fn is_running() -> bool {
    RUNNING.load(Relaxed)
}

/// Mark words of all spans, in the order of the table of spans.
static FIRST: Lock<KVec<u64>> = Lock::new(Rank::Special, KVec::new());

/// Ends the process if an object is reachable and not marked. World stopped, barrier disarmed, caches flushed.
pub fn nothing_was_missed() {
    let mut first = FIRST.lock();
    first.clear();
    mem::for_each_span(|span| span.for_each_mark_word(|word| first.push(word.swap(0, Relaxed))));
    mark_again();
    let (mut i, mut missed) = (0, None);
    mem::for_each_span(|span| {
        let mut slots = 0;
        span.for_each_mark_word(|word| {
            let before = first.as_slice()[i];
            let more = word.swap(before, Relaxed) & !before;
            if more != 0 {
                missed = Some((span, slots + more.trailing_zeros() as usize));
            }
            i += 1;
            slots += 64;
        });
    });
    if let Some((span, slot)) = missed {
        let (at, bytes) = (span.base() + slot * span.elem_bytes(), span.elem_bytes());
        WATCHED.0.store(at, Relaxed);
        WATCHED.1.store(bytes, Relaxed);
        mem::for_each_span(|span| span.for_each_mark_word(|word| word.store(0, Relaxed)));
        mark_again();
        name_goroutines(at, bytes);
        name_holders(at, bytes);
        crate::eprint!(
            "runtime: checkmarks found unexpected unmarked object obj={at:#x}, {bytes} bytes\n"
        );
        crate::throw!("checkmark found unmarked object");
    }
}

fn mark_again() {
    mark::begin();
    roots::begin();
    let mut marker = Marker::new();
    marker.activate();
    RUNNING.store(true, Relaxed);
    roots::mark(&mut marker);
    RUNNING.store(false, Relaxed);
    marker.drain();
    marker.finish();
}

/// Address and bytes of an object whose holders are to be named.
static WATCHED: (AtomicUsize, AtomicUsize) = (AtomicUsize::new(0), AtomicUsize::new(0));
/// What is being scanned: an object's address, or a root's number.
static SCANNED: AtomicUsize = AtomicUsize::new(0);

/// A marker turns to the object at `at`, or to root job number `at`.
pub fn turn_to(at: usize) {
    SCANNED.store(at, Relaxed);
}

/// A marker follows `word`.
pub fn follow(word: usize) {
    if word.wrapping_sub(WATCHED.0.load(Relaxed)) < WATCHED.1.load(Relaxed) {
        crate::eprint!("  {word:#x} found from {:#x}\n", SCANNED.load(Relaxed));
    }
}

/// Prints which goroutines hold a pointer to `at..at + bytes`.
struct Finder {
    at: usize,
    bytes: usize,
    goid: u64,
}

impl StackSink for Finder {
    fn precise(&mut self, word: usize) {
        if word >= self.at && word < self.at + self.bytes {
            crate::eprint!("  held by goroutine {}\n", self.goid);
        }
    }
    fn conservative(&mut self, word: usize) {
        if word >= self.at && word < self.at + self.bytes {
            crate::eprint!("  perhaps held by goroutine {}\n", self.goid);
        }
    }
}

fn name_goroutines(at: usize, bytes: usize) {
    sched::for_each_g(|g| {
        if !matches!(g.state(), GState::Dead | GState::Idle) {
            let goid = g.goid.get();
            unwind::scan_goroutine(g, &mut Finder { at, bytes, goid });
        }
    });
}

/// Prints which heap objects hold a pointer to the object at `at`: the first ones, and whether they were marked.
fn name_holders(at: usize, bytes: usize) {
    holders::in_heap(
        8,
        |value| value >= at && value < at + bytes,
        |span, slot, word| {
            let base = span.base() + slot * span.elem_bytes();
            crate::eprint!(
                "  held at {word:#x}, in the object of {} bytes at {base:#x}, reached: {}\n",
                span.elem_bytes(),
                span.is_marked(slot)
            );
        },
    );
}
