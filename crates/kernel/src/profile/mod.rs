//! What profilers read: samples of where processor time goes and of what allocates, and the
//! stacks of all goroutines at one moment.

pub mod cpu;
mod goroutine;
pub mod heap;

pub use goroutine::{Sample, collect};
