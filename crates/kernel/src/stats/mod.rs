//! What the runtime knows about itself, and what its users may ask it to do differently.
//!
//! [`godebug`] holds the GODEBUG options and the GOTRACEBACK level, [`limits`] the limits that `runtime/debug` sets,
//! [`counters`] what other modules count for [`mem_stats`] (runtime.MemStats) and [`metrics`] (runtime/metrics).
//!
//! Everything here is atomics: readers may see a value that is a moment old, and nothing here takes a lock.

pub mod counters;
pub mod godebug;
pub mod limits;
pub mod mem_stats;
pub mod metrics;

use crate::gc::CycleStats;
use core::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// The collector completed a cycle; in the stopped world.
pub fn after_cycle(cycle: &CycleStats) {
    let forced = cycle.forced > counters::CYCLES.forced.load(Relaxed);
    let pause = cycle.pause_ns as i64;
    let mut ps = 0;
    crate::sched::for_each_p(|_| ps += 1);
    counters::CYCLES.note(forced, pause, pause * ps, cycle.heap.1);
    if godebug::gctrace() > 0 {
        trace_cycle(cycle, pause, forced);
    }
}

/// The line of GODEBUG=gctrace=1.
fn trace_cycle(cycle: &CycleStats, pause_ns: i64, forced: bool) {
    let n = counters::CYCLES.total.load(Relaxed);
    let at_ms = (cycle.stopped_ns.0 - START_NS.load(Relaxed)) / 1_000_000;
    let (us, mib) = (pause_ns / 1000, 1 << 20);
    crate::eprint!(
        "gc {n} @{}.{:03}s: {}.{:03} ms stopped, {}->{} MB, {} MB goal{}\n",
        at_ms / 1000,
        at_ms % 1000,
        us / 1000,
        us % 1000,
        cycle.heap.0 / mib,
        cycle.heap.1 / mib,
        crate::gc::heap_goal() / mib,
        if forced { " (forced)" } else { "" }
    );
}

/// Monotonic clock when the runtime started; set by boot through [`set_start`].
static START_NS: AtomicI64 = AtomicI64::new(0);

/// Remembers when the process started.
pub fn set_start(nanotime: i64) {
    START_NS.store(nanotime, Relaxed);
    counters::PROCESSOR_TIME.start(nanotime);
}
