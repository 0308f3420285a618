//! From a PC to names, and from a stack pointer to frames.
//!
//!   ftab/findfunctab ─▶ Func ─▶ pcsp, file, line, inline tree, stack maps
//!   g.sched ─▶ Frames ─▶ one Frame per Go function, innermost first
//!
//! Everything is read from the tables the linker put into the binary (and from those of [`modules`] that joined later): nothing here allocates, takes a lock or fails
//! loudly, so that tracebacks work while the process is dying. [`scan`] adds the collector's view of a stack.
//!
//! I1  A goroutine that is not running Go code is described by `g.sched`: the caller of its kernel call.
//! I2  A frame's `lookup` PC lies inside the instruction that is in progress: the call for ordinary frames, the
//!     interrupted instruction for frames that a signal stopped.
//! Calls down only: `types` for the module data, `sched` for the fields of `G`.

mod cache;
mod callers;
mod frames;
mod inline;
mod modules;
mod pclntab;
pub mod scan;
mod stack_map;
#[cfg(test)]
mod tests;

pub use callers::{callee, callers, fill as fill_pcs, hides_wrapper, inline_pcs};
pub use frames::{Frame, Frames};
pub use inline::{Logical, LogicalFrames};
pub use modules::add_module;
pub use pclntab::{Func, FuncId, InlinedCall, PcData, Tables, find_func, tables};
pub use scan::{StackSink, scan_goroutine};
pub use stack_map::{Bitmap, FrameMaps, StackObject};
