//! What profilers read: so far the stacks of all goroutines at one moment.

mod goroutine;

pub use goroutine::{Sample, collect};
