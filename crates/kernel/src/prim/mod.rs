//! Primitives that everything above stands on: locks of the kernel, one-shot sleeps of an M, cells for statics.
//!
//! A [`Lock`] is held for a few hundred instructions at most and never across a park. Only Ms wait for a `Lock`;
//! a G waits by parking.

mod cell;
mod lock;
mod note;
mod word;

pub use cell::{KernelCell, Racy};
pub use lock::{Lock, LockGuard, Rank};
pub use note::Note;
pub use word::WordLock;
