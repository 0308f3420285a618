//! After marking: what has no mark is free. Runs with the world stopped; it touches bitmaps, not objects.

use crate::mem::{self, MSpan};
use crate::stats::counters::note_freed;

/// Sweeps every span; returns the bytes that stay.
pub fn all() -> u64 {
    mem::clear_partial();
    let mut live = 0;
    mem::for_each_span(|span| live += sweep(span));
    live
}

fn sweep(span: &'static MSpan) -> u64 {
    let before = span.alloc_count();
    let objects = span.sweep();
    note_freed(
        span.class().size_class().index(),
        before - objects,
        (before - objects) * span.elem_bytes(),
    );
    if objects == 0 {
        mem::free_span(span);
        return 0;
    }
    if cfg!(feature = "debug-kernel") {
        span.verify();
    }
    mem::rebuild_partial(span);
    (objects * span.elem_bytes()) as u64
}
