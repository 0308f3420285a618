//! Limits that `runtime/debug` sets and the scheduler obeys.

use core::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

/// How many threads the process may have before it gives up (`debug.SetMaxThreads`).
static MAX_THREADS: AtomicI32 = AtomicI32::new(10_000);
/// Descriptor of `debug.SetCrashOutput`, all ones for none.
static CRASH_FD: AtomicUsize = AtomicUsize::new(usize::MAX);

/// The limit on threads.
pub fn max_threads() -> i32 {
    MAX_THREADS.load(Relaxed)
}

/// Sets the limit on threads, returns the old one.
pub fn set_max_threads(n: i32) -> i32 {
    MAX_THREADS.swap(n, Relaxed)
}

/// The descriptor that gets a copy of a crash report.
pub fn crash_fd() -> Option<i32> {
    i32::try_from(CRASH_FD.load(Relaxed)).ok()
}

/// Replaces the crash descriptor, returns the old word.
pub fn set_crash_fd(fd: usize) -> usize {
    CRASH_FD.swap(fd, Relaxed)
}
