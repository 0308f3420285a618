//! Limits that `runtime/debug` sets and the scheduler obeys.

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// How many threads the process may have before it gives up (`debug.SetMaxThreads`).
static MAX_THREADS: AtomicI32 = AtomicI32::new(10_000);

/// The limit on threads.
pub fn max_threads() -> i32 {
    MAX_THREADS.load(Relaxed)
}

/// Sets the limit on threads, returns the old one.
pub fn set_max_threads(n: i32) -> i32 {
    MAX_THREADS.swap(n, Relaxed)
}
