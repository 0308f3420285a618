//! What the runtime knows about itself, and what its users may ask it to do differently.
//!
//! [`godebug`] holds the GODEBUG options and the GOTRACEBACK level, [`limits`] the limits that `runtime/debug` sets,
//! [`counters`] what other modules count for [`mem_stats`] (runtime.MemStats) and [`metrics`] (runtime/metrics).
//!
//! Everything here is atomics: readers may see a value that is a moment old, and nothing here takes a lock.

pub mod counters;
pub mod gctrace;
pub mod godebug;
pub mod limits;
pub mod mem_stats;
pub mod metrics;

use crate::gc::CycleStats;
use core::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// The collector completed a cycle; in the stopped world.
pub fn after_cycle(cycle: &CycleStats) {
    let pause = cycle.pause_ns as i64;
    let mut ps = 0;
    crate::sched::for_each_p(|_| ps += 1);
    counters::CYCLES.note(cycle.was_forced, pause, pause * ps, cycle.heap.1);
}

/// Monotonic clock when the runtime started; set by boot through [`set_start`].
static START_NS: AtomicI64 = AtomicI64::new(0);

/// Remembers when the process started.
pub fn set_start(nanotime: i64) {
    START_NS.store(nanotime, Relaxed);
    counters::PROCESSOR_TIME.start(nanotime);
}

/// When that was.
pub fn start_ns() -> i64 {
    START_NS.load(Relaxed)
}
