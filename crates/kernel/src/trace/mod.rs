//! The execution trace: what every goroutine, P and thread did, in the format of Go 1.25 (`internal/trace/tracev2`).
//!
//! ```text
//!   hooks ─▶ buffer of this M ─▶ full ones (a stack of its generation) ─▶ reader ─▶ runtime/trace
//!                └ ids of stacks and strings: tables of the generation ─▶ dumped when it has ended
//! ```
//!
//! A trace is cut into generations; each stands for itself, with its own tables. A generation begins in a short stop of
//! the world, in which the stopper writes down what every P and M is doing; goroutines without an M follow beside the
//! program (`status`). Symbols are looked up and tables written when the generation has ended.
//!
//! T1  An M writes to its own buffer only, and only while it holds a P (then no generation can begin: the stop waits for
//!     it), or inside [`without_p`], which the switch of generations waits for.
//! T2  A change of state and its event happen in the same such section. So the stopper sees both or neither.
//! T3  Sequence numbers of a G and a P are written by whoever owns it, and begin anew with each generation.
//! T4  Off, the tracer costs one relaxed load at each hook.
//!
//! The number of a generation never repeats in a process; what belongs to generation n lies at index n % 2, since
//! generation n is read to its end before n + 2 begins.

mod buffer;
mod cpu;
mod dump;
mod event;
mod hooks;
mod reader;
mod status;
mod stop;
mod switch;
mod table;

pub use buffer::Buf;
pub use cpu::cpu_sample;
pub use dump::{done, dump};
pub use hooks::*;
pub use reader::{read, reader_due, wait_until_read};
pub use status::introduce_all;
pub use stop::{stop_begins, stop_ends};
pub use switch::{Switch, switch, without_p};

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Whether events are written. Changes with the world stopped and nobody in [`without_p`].
static ON: AtomicBool = AtomicBool::new(false);
/// The generation that is being written. Changes as `ON`.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// Nanoseconds of a unit of trace time.
const UNIT_NS: u64 = 64;

/// Whether a trace is being taken.
#[inline(always)]
pub fn on() -> bool {
    ON.load(Relaxed)
}

fn generation() -> u64 {
    GENERATION.load(Relaxed)
}

/// Trace time: monotonic, in units of 64 ns.
fn clock() -> u64 {
    crate::sys::nanotime() as u64 / UNIT_NS
}
