//! After marking: what has no mark is free. Sweeping touches bitmaps, not objects, and runs beside the program.

use super::mark::Backoff;
use crate::mem::{self, MSpan};
use crate::stats::counters::note_freed;
use crate::trace;
use core::sync::atomic::{AtomicU32, Ordering::*};

/// The collection whose spans may be unswept, 0: none. A sweeper that comes late clears only what it has seen.
static DUE: AtomicU32 = AtomicU32::new(0);
/// Fewer spans than this are swept at once: another thread would take longer to wake.
const AT_ONCE: usize = 1024;

/// Marking has ended. World stopped, caches flushed.
pub fn begin() {
    mem::begin_sweep();
    DUE.store(super::cycle().max(1), Release);
    if crate::debug::ON {
        finish();
    }
}

/// The world runs again: few spans are swept here, many beside the program.
pub fn start() {
    if mem::span_count() < AT_ONCE {
        finish()
    } else {
        crate::sched::help(1, finish)
    }
}

/// Sweeps what is left, and waits for other sweepers. Before the next marking, and for exact figures.
pub fn finish() {
    let due = DUE.load(Acquire);
    if due == 0 {
        return;
    }
    let all = || {
        let mut class = Some(0);
        while let Some(at) = class {
            class = mem::sweep_next(at);
            crate::sched::step_aside();
        }
    };
    if trace::on() {
        trace::sweeping(all)
    } else {
        all()
    }
    let mut patience = Backoff::new();
    while mem::sweeping() {
        patience.wait();
    }
    if DUE.compare_exchange(due, 0, AcqRel, Relaxed).is_ok() {
        super::special::after_sweep();
        mem::scavenge::trace_cycle();
        mem::scavenge::retarget();
    }
}

/// Whether spans may be unswept.
pub fn is_due() -> bool {
    DUE.load(Relaxed) != 0
}

/// Frees the unmarked objects of a span that the caller has taken from the unswept ones; how many stay.
pub fn sweep_span(span: &MSpan) -> usize {
    let before = span.alloc_count();
    let objects = super::special::settle_and(span, || span.sweep());
    let freed = before - objects;
    note_freed(
        span.class().size_class().index(),
        freed,
        freed * span.elem_bytes(),
    );
    if trace::on() {
        trace::swept(span.npages() * mem::PAGE_BYTES, freed * span.elem_bytes());
    }
    if cfg!(feature = "debug-kernel") {
        span.verify();
    }
    objects
}
