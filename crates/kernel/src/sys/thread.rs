//! Waiting of threads.

use super::{Errno, nr};
use crate::arch::syscall;
use core::sync::atomic::AtomicU32;

const FUTEX_WAIT_PRIVATE: usize = 128;
const FUTEX_WAKE_PRIVATE: usize = 129;

/// Sleeps while `*word == expected`, at most `timeout_ns`. Wakes without cause are allowed: callers loop.
pub fn futex_wait(word: &AtomicU32, expected: u32, timeout_ns: Option<i64>) -> Result<(), Errno> {
    let spec = timeout_ns.map(|ns| [ns / 1_000_000_000, ns % 1_000_000_000]);
    let t = spec.as_ref().map_or(0, |s| s.as_ptr() as usize);
    Errno::check(syscall(
        nr::FUTEX,
        [
            word.as_ptr() as usize,
            FUTEX_WAIT_PRIVATE,
            expected as usize,
            t,
            0,
            0,
        ],
    ))
    .map(drop)
}

/// Wakes up to `count` sleepers on `word`.
pub fn futex_wake(word: &AtomicU32, count: usize) {
    syscall(
        nr::FUTEX,
        [word.as_ptr() as usize, FUTEX_WAKE_PRIVATE, count, 0, 0, 0],
    );
}

/// Lets another thread run.
pub fn osyield() {
    syscall(nr::SCHED_YIELD, [0; 6]);
}

/// Sleeps for `us` microseconds.
pub fn usleep(us: u64) {
    let spec = [us / 1_000_000, us % 1_000_000 * 1000];
    syscall(nr::NANOSLEEP, [spec.as_ptr() as usize, 0, 0, 0, 0, 0]);
}
