//! Spans by span class: those with free slots, those without, and those that the last collection has left unswept.
//!
//! A collection moves both former lists into the latter without looking at a span. From there spans are swept one by
//! one: by a P that needs a slot of the class, by the background sweeper, and by whoever needs all to be swept.
//!
//! L1  A span in use is in one list of its class, or in the cache of a P, or in the hands of one sweeper.
//! L2  Spans in `partial` and `full` are swept.

use super::heap;
use super::mspan::{MSpan, SpanState};
use crate::gc;
use crate::prim::{Lock, Rank};
use crate::trace;
use core::sync::atomic::{AtomicU32, Ordering::*};
use goxide_algo::size_class::{SizeClass, SpanClass};

const CLASSES: usize = SpanClass::COUNT as usize;

/// A list of spans, linked through `MSpan::link`; 0: none.
#[derive(Clone, Copy)]
struct List {
    head: usize,
    tail: usize,
}

impl List {
    const EMPTY: Self = Self { head: 0, tail: 0 };

    fn push(&mut self, span: &MSpan) {
        let at = core::ptr::from_ref(span) as usize;
        span.set_link(self.head);
        if self.tail == 0 {
            self.tail = at;
        }
        self.head = at;
    }

    fn pop(&mut self) -> Option<&'static MSpan> {
        // SAFETY: lists hold spans in use, and spans are type-stable.
        let span = unsafe { (self.head as *const MSpan).as_ref()? };
        self.head = span.link();
        if self.head == 0 {
            self.tail = 0;
        }
        Some(span)
    }

    fn append(&mut self, other: &mut List) {
        // SAFETY: as in `pop`.
        match unsafe { (self.tail as *const MSpan).as_ref() } {
            None => *self = *other,
            Some(_) if other.head == 0 => return,
            Some(last) => {
                last.set_link(other.head);
                self.tail = other.tail;
            }
        }
        *other = Self::EMPTY;
    }
}

struct Lists {
    partial: List,
    full: List,
    unswept: List,
}

static LISTS: [Lock<Lists>; CLASSES] = [const {
    Lock::new(
        Rank::Central,
        Lists {
            partial: List::EMPTY,
            full: List::EMPTY,
            unswept: List::EMPTY,
        },
    )
}; CLASSES];

/// Spans that a sweeper has taken out and not put back.
static IN_HANDS: AtomicU32 = AtomicU32::new(0);

/// Spans that a P sweeps in search of a free slot before it asks the heap for a new span.
const PATIENCE: usize = 64;

/// A span of the class with at least one free slot, for a P's cache.
pub fn refill(class: SpanClass) -> &'static MSpan {
    let span = partial(class)
        .or_else(|| trace::sweeping(|| sweep_for(class)))
        .unwrap_or_else(|| heap::alloc_span(class.size_class().pages(), class, 0));
    span.set_state(SpanState::Cached);
    span
}

fn partial(class: SpanClass) -> Option<&'static MSpan> {
    LISTS[class.index()].lock().partial.pop()
}

/// Sweeps spans of the class until one has a free slot.
fn sweep_for(class: SpanClass) -> Option<&'static MSpan> {
    for _ in 0..PATIENCE {
        let span = take_unswept(class)?;
        gc::sweep_span(span);
        let found = span.alloc_count() < span.nelems();
        if !found {
            give_back(span);
        }
        IN_HANDS.fetch_sub(1, Release);
        if found {
            return Some(span);
        }
    }
    None
}

fn take_unswept(class: SpanClass) -> Option<&'static MSpan> {
    let mut lists = LISTS[class.index()].lock();
    let span = lists.unswept.pop()?;
    // Under the lock: whoever finds the list empty later sees the span in hands.
    IN_HANDS.fetch_add(1, Relaxed);
    Some(span)
}

/// Takes a swept span that is in no list and no cache: from a P, from a sweeper, or a new large one.
pub fn give_back(span: &MSpan) {
    let mut lists = LISTS[span.class().index()].lock();
    if span.alloc_count() == span.nelems() {
        span.set_state(SpanState::Full);
        lists.full.push(span);
    } else {
        span.set_state(SpanState::Partial);
        lists.partial.push(span);
    }
}

/// Marking has ended: all spans are unswept. World stopped, caches flushed.
pub fn begin_sweep() {
    for lists in &LISTS {
        let mut lists = lists.lock();
        let Lists {
            partial,
            full,
            unswept,
        } = &mut *lists;
        unswept.append(partial);
        unswept.append(full);
    }
}

/// Sweeps one unswept span of any class from number `from` on; the number of the class to go on with, `None` when there
/// is nothing left. A span without objects goes back to the heap.
pub fn sweep_next(from: usize) -> Option<usize> {
    (from..CLASSES).find(|&i| {
        let Some(span) = take_unswept(SpanClass::from_index(i)) else {
            return false;
        };
        if gc::sweep_span(span) == 0 {
            heap::free_span(span);
        } else {
            give_back(span);
        }
        IN_HANDS.fetch_sub(1, Release);
        true
    })
}

/// Sweeps some large spans, so that their pages can serve before the heap grows.
pub fn sweep_large() {
    trace::sweeping(|| {
        for noscan in [false, true] {
            let class = SpanClass::new(SizeClass::LARGE, noscan).index();
            for _ in 0..PATIENCE {
                if sweep_next(class) != Some(class) {
                    break;
                }
            }
        }
    })
}

/// Whether a sweeper still has a span.
pub fn sweeping() -> bool {
    IN_HANDS.load(Acquire) != 0
}
