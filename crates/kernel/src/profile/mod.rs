//! What profilers read: samples of where processor time goes and of what allocates, waits of
//! goroutines, and the stacks of all goroutines at one moment.

pub mod block;
mod buckets;
pub mod cpu;
mod goroutine;
pub mod heap;
pub mod heap_dump;
pub mod threads;

pub use buckets::{Sample as StackSample, bytes as bucket_bytes};
pub use goroutine::{Sample, collect};
