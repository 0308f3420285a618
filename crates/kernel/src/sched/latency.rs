//! How long goroutines are ready before they run: `/sched/latencies:seconds`.
//!
//! A look at the clock takes as long as half a switch, so only some waits are measured: every eighth of a goroutine, and
//! fewer on a P that makes goroutines ready so often that the looks would be felt. A measured wait counts for as many as
//! were left out beyond that, so the histogram has the shape and the size that every eighth wait would give it.

use super::{GRef, P};
use crate::{stats, sys};

/// One in so many at the most, and at the least. Powers of two.
const MOST: u32 = 8;
const LEAST: u32 = 1024;
/// Measurements on one P should be so far apart, ns: closer ones cost more than a hundredth of the time.
const APART_NS: core::ops::Range<i64> = 15_000..60_000;

/// `g` becomes runnable.
#[inline]
pub fn ready(g: GRef) {
    let n = g.readied.get().wrapping_add(1);
    g.readied.set(n);
    let p = super::try_p();
    let every = p.map_or(MOST, |p| p.latency.get().0.max(MOST));
    // Goroutines that are made ready in turn are not measured in turn. `every` is a power of two.
    if n.wrapping_add(g.goid.get() as u32) & (every - 1) == 0 {
        measure(g, p, every);
    }
}

#[cold]
fn measure(g: GRef, p: Option<&P>, every: u32) {
    let now = sys::nanotime();
    g.ready_since.set(now);
    g.ready_weight.set(every / MOST);
    if let Some(p) = p {
        let gap = now - p.latency.get().1;
        p.latency.set((adapted(every, gap), now));
    }
}

fn adapted(every: u32, gap_ns: i64) -> u32 {
    if gap_ns < APART_NS.start {
        (every * 2).min(LEAST)
    } else if gap_ns > APART_NS.end {
        (every / 2).max(MOST)
    } else {
        every
    }
}

/// `g`, whose wait is measured, is about to run.
#[cold]
pub fn runs(g: GRef) {
    let waited = sys::nanotime() - g.ready_since.replace(0);
    stats::counters::SCHED_LATENCIES.record_times(waited, u64::from(g.ready_weight.get()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_settle_where_they_are_not_felt() {
        for ns in [20, 100, 1_000, 100_000] {
            let mut every = MOST;
            for _ in 0..100 {
                every = adapted(every, i64::from(every) * ns);
            }
            let gap = i64::from(every) * ns;
            assert!(gap >= APART_NS.start, "{ns}");
            assert!(every == MOST || gap <= APART_NS.end, "{ns}");
        }
    }
}
