//! Debug kernel: after a marking beside the program, everything is marked once more with the world stopped. The second
//! marking must find nothing that the first has missed; what it finds is a bug of the barrier.

use super::mark::{self, Marker};
use super::roots;
use crate::mem;
use crate::mem::meta::KVec;
use crate::prim::{Lock, Rank};

/// Mark words of all spans, in the order of the table of spans.
static FIRST: Lock<KVec<u64>> = Lock::new(Rank::Special, KVec::new());

/// Ends the process if an object is reachable and not marked. World stopped, barrier disarmed, caches flushed.
pub fn nothing_was_missed() {
    let mut first = FIRST.lock();
    first.clear();
    mem::for_each_span(|span| {
        span.for_each_mark_word(|word| {
            first.push(word.swap(0, core::sync::atomic::Ordering::Relaxed))
        })
    });
    mark::begin();
    roots::begin();
    let mut marker = Marker::new();
    marker.activate();
    roots::mark(&mut marker);
    marker.drain();
    marker.finish();
    let mut i = 0;
    mem::for_each_span(|span| {
        let mut slots = 0;
        span.for_each_mark_word(|word| {
            let before = first.as_slice()[i];
            let now = word.load(core::sync::atomic::Ordering::Relaxed);
            let missed = now & !before;
            if missed != 0 {
                let slot = slots + missed.trailing_zeros() as usize;
                let at = span.base() + slot * span.elem_bytes();
                crate::throw!(
                    "gc: concurrent marking missed the object of {} bytes at {at:#x}",
                    span.elem_bytes()
                );
            }
            word.store(before, core::sync::atomic::Ordering::Relaxed);
            i += 1;
            slots += 64;
        });
    });
}
