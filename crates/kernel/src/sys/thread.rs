//! Waiting of threads.

use super::{Errno, nr};
use crate::arch::syscall;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

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

/// Where Linux notes on which processor a thread runs, whenever it puts it onto one: `struct rseq` of rseq(2). No restartable
/// sequence is declared.
#[repr(C, align(32))]
pub struct Whereabouts {
    cpu_id_start: AtomicU32,
    cpu_id: AtomicU32,
    rseq_cs: u64,
    flags: u32,
    node_id: u32,
    mm_cid: u32,
    reserved: u32,
}

impl Whereabouts {
    /// What the abort handlers of restartable sequences must be marked with; Linux wants it even where there are none.
    const SIGNATURE: usize = 0x5305_3053;
    const UNKNOWN: u32 = u32::MAX;

    /// Has Linux note the current thread's processor here. Without effect where it cannot.
    pub fn follow_this_thread(&'static self) {
        self.cpu_id.store(Self::UNKNOWN, Relaxed);
        let at = core::ptr::from_ref(self) as usize;
        syscall(nr::RSEQ, [at, size_of::<Self>(), 0, Self::SIGNATURE, 0, 0]);
    }

    /// The processor on which the thread runs, or ran last.
    pub fn cpu(&self) -> Option<u32> {
        match self.cpu_id.load(Relaxed) {
            Self::UNKNOWN => None,
            cpu => Some(cpu),
        }
    }
}
