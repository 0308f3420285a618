//! Spans with free slots, by span class.

use super::heap;
use super::mspan::{MSpan, SpanState};
use crate::prim::{Lock, Rank};
use goxide_algo::size_class::SpanClass;

const CLASSES: usize = SpanClass::COUNT as usize;

/// Head of the list of one class, linked through `MSpan::link`; 0: empty.
static PARTIAL: [Lock<usize>; CLASSES] = [const { Lock::new(Rank::Central, 0) }; CLASSES];

fn push(head: &mut usize, span: &MSpan) {
    span.set_state(SpanState::Partial);
    span.set_link(*head);
    *head = core::ptr::from_ref(span) as usize;
}

/// A span of the class with at least one free slot, for a P's cache.
pub fn refill(class: SpanClass) -> &'static MSpan {
    let mut head = PARTIAL[class.index()].lock();
    // SAFETY: the list holds spans in use, and spans are type-stable.
    if let Some(span) = unsafe { (*head as *const MSpan).as_ref() } {
        *head = span.link();
        head.release();
        span.set_state(SpanState::Cached);
        return span;
    }
    head.release();
    let span = heap::alloc_span(class.size_class().pages(), class, 0);
    span.set_state(SpanState::Cached);
    span
}

/// Takes a span that a P no longer caches.
pub fn give_back(span: &MSpan) {
    if span.alloc_count() == span.nelems() {
        span.set_state(SpanState::Full);
    } else {
        push(&mut PARTIAL[span.class().index()].lock(), span);
    }
}

/// Forgets all lists: the sweeper builds them anew. World stopped.
pub fn clear_partial() {
    for list in &PARTIAL {
        *list.lock() = 0;
    }
}

/// Enters a swept span. World stopped.
pub fn rebuild_partial(span: &MSpan) {
    give_back(span);
}
