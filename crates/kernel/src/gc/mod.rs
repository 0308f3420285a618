//! The collector: stop the world, mark in parallel, sweep, start it again.
//!
//! ```text
//!   mem::next_run ─▶ note_allocated ─▶ WANTED ─▶ tail of an allocating kernel call ─▶ stop_world
//!        ─▶ flush caches ─▶ roots + mark (this M and helpers) ─▶ specials ─▶ sweep ─▶ start_world
//! ```
//!
//! Marking is tri-colour: white = no mark bit; grey = mark bit, in a work buffer; black = mark bit, scanned.
//! The concurrent collector will replace the stop by a phase; spans, bitmaps, pointer maps and roots stay.
//!
//! C1  A collection begins only when the goroutine that starts it holds no Go pointer outside the slots that the
//!     collector reads: its results are in `g.ret`, its frames are described by `g.sched_*`.
//! C2  While the world is stopped every other goroutine is at a kernel call, a stack check or an asynchronous stop.
//! C3  Mark bits are clear between collections.
//!
//! Locks: none held over a collection but the world's. Calls up: `sched::{stop_world, start_world, help}`,
//! `unwind::scan_goroutine`, and the `roots` functions of `time`, `netpoll`, `sync`.

mod barrier;
mod cycle;
mod mark;
mod pacer;
mod roots;
pub mod special;
mod sweep;

pub use barrier::{flush_write_barrier, store, typed_clear, typed_copy};
pub use cycle::{CycleStats, collect_at_tail, collect_now, cycle_stats, cycles, is_running};
pub use pacer::{
    heap_goal, heap_live, init as init_pacer, live_after_mark, memory_limit, note_allocated,
    note_unused, percent, set_memory_limit, set_percent, wanted,
};

use crate::prim::Racy;

/// `&runtime.zerobase`, where zero-size objects live. Set once at boot.
static ZERO_BASE: Racy<usize> = Racy::new(0);

/// Address of objects without size.
pub fn zero_base() -> *mut u8 {
    ZERO_BASE.get() as *mut u8
}

/// Remembers `&runtime.zerobase`.
pub fn set_zero_base(addr: usize) {
    ZERO_BASE.set(addr);
}
