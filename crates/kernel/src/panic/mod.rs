//! Panics, deferred calls, and the end of the process.
//!
//! ```text
//!   defer ─▶ record (frame or kernel memory) ─▶ g._defer          open-coded defers: bits and slots in the frame
//!   panic ─▶ gopanic (Go) ⇄ progress::next ── finds the next deferred call, frame by frame
//!                  │ calls it in Go            └─ recovered: recover::land at the frame's deferreturn
//!                  └─ none left: the values are printed, fatal::die_panic
//! ```
//!
//! The kernel decides which deferred call is next and where a recovered goroutine continues; calling closures is left
//! to three small loops in Go (`gopanic`, `Goexit`, `deferreturn`), because it must happen on the goroutine's stack.
//!
//! I1  `g._defer` holds records in order of their frames, innermost first; a record is taken off before its call.
//! I2  `g._panic` holds the records of `gopanic` and `Goexit` activations, innermost first, each in its own frame.
//! I3  A record below the SP of the frame that recovers belongs to an abandoned activation; only `Goexit` survives.
//!
//! Calls down: `unwind`, `sched::resume_go`. Locks: none, except around printing.

mod ancestors;
mod args;
mod damage;
mod defer;
mod fatal;
mod progress;
mod recover;
pub mod traceback;

pub use ancestors::{Ancestors, forget as forget_ancestors, save as save_ancestors};
pub use damage::die_of_damage;
pub use defer::{free_record, new_record, push_range, range_head, splice_range};
pub use fatal::{
    Death, Stderr, copy_to_crash_log, die_deadlock, die_fatal, die_panic, die_throw, hold_still,
    is_dying, is_dying_here, set_crash_fd, start_dying,
};
pub use progress::{next, running};
pub use traceback::print_for_signal;
