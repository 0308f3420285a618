//! The collector: concurrent tri-colour marking between two short stops, then a sweep of bitmaps.
//!
//! ```text
//!   mem::next_run ─▶ note_allocated ─▶ WANTED ─▶ tail of an allocating kernel call
//!      stop ─▶ arm the barrier, kernel's roots ─▶ start ─▶ workers: stacks, globals, timers, specials, heap
//!                                                          assists of whoever allocates
//!      stop ─▶ what the barrier recorded (much: workers again) ─▶ start ─▶ sweep, span by span; specials
//! ```
//!
//! White = no mark bit; grey = mark bit, in a work buffer; black = mark bit, scanned. Objects are born black: the run
//! of slots that a P allocates from is marked as a whole, and what stays unused is unmarked when the run is closed.
//!
//! C1  A collection begins only when the goroutine that starts it holds no Go pointer outside the slots that the
//!     collector reads: its results are in `g.ret`, its frames are described by `g.sched_*`.
//! C2  While the world is stopped every other goroutine is at a kernel call, a stack check or an asynchronous stop.
//! C3  Mark bits are clear between collections.
//! C4  While marking runs a goroutine is scanned once (`G::scanned_in`): by a worker while it does not run, by its own M
//!     before it runs. `G::scan_lock` keeps it from running meanwhile. So one that runs has been scanned.
//!
//! Locks: none held over a collection but the world's. Calls up: `sched::{stop_world, start_world, help}`,
//! `unwind::scan_goroutine`, the `roots` functions of `sync`, `types`, `profile`, and `time::mark_job`.

mod assist;
mod bad_pointer;
mod barrier;
mod cycle;
mod finalizer_check;
mod holders;
mod limiter;
mod mark;
mod pacer;
pub mod periodic;
mod phase;
pub mod pools;
mod roots;
pub mod special;
mod sweep;
mod verify;
mod zombie;

pub use barrier::{flush_write_barrier, shade, shade_array, store, typed_clear, typed_copy};
pub use cycle::{
    CycleStats, attend, collect_at_tail, cycle_stats, cycles, is_running, target, wait_for, wants_p,
};
pub use finalizer_check::note_origin;
pub use limiter::last_on as limiter_last_on;
pub use pacer::{
    heap_goal, heap_live, init as init_pacer, live_after_mark, memory_limit, note_allocated,
    note_unused, percent, set_memory_limit, set_percent, wanted,
};

pub use zombie::found as found_zombies;

pub use phase::{cycle, marking};
pub use roots::{enter_running, for_each_kernel_root, for_each_segment, scan_before_running};
pub use sweep::{finish as finish_sweep, is_due as sweep_is_due, sweep_span};

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
