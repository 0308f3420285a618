//! Debug kernel: after a marking beside the program, everything is marked once more with the world stopped. The second
//! marking must find nothing that the first has missed; what it finds is a bug of the barrier.

use super::mark::{self, Marker};
use super::roots;
use crate::mem;
use crate::mem::meta::KVec;
use crate::prim::{Lock, Rank};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

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
    mark::begin();
    roots::begin();
    let mut marker = Marker::new();
    marker.activate();
    RUNNING.store(true, Relaxed);
    roots::mark(&mut marker);
    RUNNING.store(false, Relaxed);
    marker.drain();
    marker.finish();
    let mut i = 0;
    mem::for_each_span(|span| {
        let mut slots = 0;
        span.for_each_mark_word(|word| {
            let before = first.as_slice()[i];
            let now = word.load(Relaxed);
            let missed = now & !before;
            if missed != 0 {
                let slot = slots + missed.trailing_zeros() as usize;
                let at = span.base() + slot * span.elem_bytes();
                crate::throw!(
                    "gc: concurrent marking missed the object of {} bytes at {at:#x}",
                    span.elem_bytes()
                );
            }
            word.store(before, Relaxed);
            i += 1;
            slots += 64;
        });
    });
}
