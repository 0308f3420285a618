//! Goroutine stacks: 2 KiB at birth, doubled by copying when a prologue finds no room, halved after a collection that
//! finds three quarters unused.
//!
//! ```text
//!   prologue ─▶ morestack (asm) ─▶ grow ─┬─ preemption was asked for ─▶ sched::preempt_here
//!                                        └─ copy to twice the size, adjust every pointer into the old stack
//! ```
//!
//! I1  Sizes are powers of two from [`STACK_MIN`] on. The first `STACK_GUARD` bytes are for code without prologue checks.
//! I2  A stack moves only while its own goroutine stands at a prologue or behind a kernel call that has no address on it:
//!     then every live pointer into it lies in a slot that a stack map, a stack object, a defer or panic record or
//!     `g.sched` names. Registers hold none.
//! I3  Old and new stack both exist while pointers are adjusted: words are read from the old one and written to the
//!     new one, so that adjusting a word twice does no harm.
//!
//! Locks: `Rank::Stack` around the lists of free stacks. Calls up: `sched::preempt_here`, `panic` for defer records.

mod adjust;
mod cache;
mod grow;
mod shrink;

pub use cache::{alloc, free};
pub use goxide_abi::layout::STACK_MIN;
pub use grow::{debug_before_resume, grow, set_max_bytes};
pub use shrink::{after_scan, before_resume};
