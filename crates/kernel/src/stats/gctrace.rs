//! The line of GODEBUG=gctrace=1, in the form that tools parse.
//!
//! ```text
//! gc 7 @0.035s 7%: 0.030+16+0.067 ms clock, 0.061+0.005/1.9/0.50+0.13 ms cpu, 4->9->9 MB, 5 MB goal, 0 MB stacks,
//! 0 MB globals, 2 P (forced)
//! ```
//!
//! Clock: first stop, marking, last stop. Processor time: the Ps in the first stop; assists, workers, and workers on idle
//! processors; the Ps in the last stop. Heap when marking began, when it had ended, and what of it is alive.

use super::counters::{CYCLES, PROCESSOR_TIME};
use super::godebug;
use crate::gc::CycleStats;
use crate::prim::Racy;
use crate::{sched, sys};
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

const MIB: u64 = 1 << 20;

/// What the counters of assists, workers and guests stood at when the last cycle ended.
static BEFORE: Racy<[u64; 3]> = Racy::new([0; 3]);

/// Prints the line of the cycle that has just ended, if it is wanted.
pub fn print(cycle: &CycleStats) {
    if godebug::gctrace() <= 0 {
        return;
    }
    let marking = [&CYCLES.assist_ns, &CYCLES.worker_ns, &CYCLES.guest_ns].map(ns);
    let before = BEFORE.get();
    BEFORE.set(marking);
    let procs = sched::proc_count();
    let first = since(cycle.begun_ns, cycle.marking_ns);
    let last = since(cycle.stopped_ns.0, cycle.stopped_ns.1);
    let at_ms = since(super::start_ns(), cycle.begun_ns) / 1_000_000;
    let total = PROCESSOR_TIME.total_ns(procs, sys::nanotime()).max(1);
    let [globals, _, stacks] = CYCLES.scanned.each_ref().map(ns);
    crate::eprint!(
        "gc {} @{}.{:03}s {}%: {}+{}+{} ms clock, {}+{}/{}/{}+{} ms cpu, {}->{}->{} MB, {} MB goal, {} MB stacks, \
         {} MB globals, {procs} P{}\n",
        CYCLES.total.load(Relaxed),
        at_ms / 1000,
        at_ms % 1000,
        CYCLES.cpu_ns() * 100 / total,
        Ms(first),
        Ms(since(cycle.marking_ns, cycle.stopped_ns.0)),
        Ms(last),
        Ms(first * u64::from(procs)),
        Ms(marking[0] - before[0]),
        Ms(marking[1] - before[1]),
        Ms(marking[2] - before[2]),
        Ms(last * u64::from(procs)),
        cycle.heap_at_start / MIB,
        cycle.heap.0 / MIB,
        cycle.heap.1 / MIB,
        cycle.goal / MIB,
        stacks / MIB,
        globals / MIB,
        if cycle.was_forced { " (forced)" } else { "" }
    );
}

fn ns(counter: &AtomicU64) -> u64 {
    counter.load(Relaxed)
}

fn since(from: i64, to: i64) -> u64 {
    (to - from).max(0) as u64
}

/// Nanoseconds as milliseconds: two digits and at most three places behind the point; from 10 ms on, whole ones.
struct Ms(u64);

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0 / 1000 {
            0 => write!(f, "0"),
            us @ 1..100 => write!(f, "0.{us:03}"),
            us @ 100..1000 => write!(f, "0.{:02}", us / 10),
            us @ 1000..10_000 => write!(f, "{}.{}", us / 1000, us / 100 % 10),
            us => write!(f, "{}", us / 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_two_digits() {
        let cases = [
            (999, "0"),
            (1_000, "0.001"),
            (99_999, "0.099"),
            (100_000, "0.10"),
            (999_999, "0.99"),
            (1_000_000, "1.0"),
            (9_999_999, "9.9"),
            (10_000_000, "10"),
            (1_234_567_890, "1234"),
        ];
        for (ns, text) in cases {
            assert_eq!(std::format!("{}", Ms(ns)), text);
        }
    }
}
