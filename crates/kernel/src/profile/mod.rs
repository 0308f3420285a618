//! What profilers read: samples of where processor time goes, and the stacks of all goroutines at one moment.

pub mod cpu;
mod goroutine;

pub use goroutine::{Sample, collect};
