//! What other modules report: the collector its cycles and sweeps, the scheduler its stops and latencies.
//!
//! Reporting is one or two relaxed atomic additions; the readers are [`super::mem_stats`] and [`super::metrics`].

use core::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::*};
use goxide_abi::layout::{SIZE_CLASSES, TIME_BUCKETS};

/// Durations, counted in buckets a quarter of a doubling wide: from the shortest in use to nine minutes.
pub struct TimeHistogram([AtomicU64; TIME_BUCKETS]);

impl TimeHistogram {
    const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; TIME_BUCKETS])
    }

    /// Counts one duration.
    pub fn record(&self, ns: i64) {
        self.record_times(ns, 1);
    }

    /// Counts a duration that stands for `times`.
    pub fn record_times(&self, ns: i64, times: u64) {
        self.0[Self::bucket(ns.max(0) as u64)].fetch_add(times, Relaxed);
    }

    /// The counts now.
    pub fn read(&self) -> [u64; TIME_BUCKETS] {
        core::array::from_fn(|i| self.0[i].load(Relaxed))
    }

    /// Bucket 0 ends at 64 ns; bucket `1 + 4 * (e - 6) + q` begins at `(4 + q) << (e - 2)`.
    fn bucket(ns: u64) -> usize {
        if ns < 64 {
            return 0;
        }
        let e = ns.ilog2() as usize;
        let quarter = (ns >> (e - 2) & 3) as usize;
        (1 + 4 * (e - 6) + quarter).min(TIME_BUCKETS - 1)
    }
}

/// Stops of the world for collections: from the wish to the start, and from the wish until all had stopped.
pub static GC_PAUSES: TimeHistogram = TimeHistogram::new();
/// See [`GC_PAUSES`].
pub static GC_STOPPING: TimeHistogram = TimeHistogram::new();
/// The same for stops with other reasons.
pub static OTHER_PAUSES: TimeHistogram = TimeHistogram::new();
/// See [`OTHER_PAUSES`].
pub static OTHER_STOPPING: TimeHistogram = TimeHistogram::new();
/// How long goroutines were ready before they ran.
pub static SCHED_LATENCIES: TimeHistogram = TimeHistogram::new();
/// How long goroutines waited for mutexes.
pub static MUTEX_WAIT_NS: AtomicU64 = AtomicU64::new(0);

/// The world stopped for something else than a collection, see [`note_gc_stop`].
pub fn note_other_stop(total_ns: i64, stopping_ns: i64) {
    OTHER_PAUSES.record(total_ns);
    OTHER_STOPPING.record(stopping_ns);
}

/// Processor time that was there for Go code: GOMAXPROCS over time.
pub struct ProcessorTime {
    /// Up to the last change of GOMAXPROCS, and when that was (monotonic).
    until_ns: AtomicU64,
    changed_ns: AtomicI64,
    /// Time that Ps were idle, up to their last wake.
    pub idle_ns: AtomicU64,
}

/// See [`ProcessorTime`].
pub static PROCESSOR_TIME: ProcessorTime = ProcessorTime {
    until_ns: AtomicU64::new(0),
    changed_ns: AtomicI64::new(0),
    idle_ns: AtomicU64::new(0),
};

impl ProcessorTime {
    /// Time begins.
    pub fn start(&self, now_ns: i64) {
        self.changed_ns.store(now_ns, Relaxed);
    }

    /// There were `procs` Ps until now. World stopped.
    pub fn note_change(&self, procs: u32, now_ns: i64) {
        self.until_ns.store(self.total_ns(procs, now_ns), Relaxed);
        self.changed_ns.store(now_ns, Relaxed);
    }

    /// All of it, with `procs` Ps now.
    pub fn total_ns(&self, procs: u32, now_ns: i64) -> u64 {
        let since = (now_ns - self.changed_ns.load(Relaxed)).max(0) as u64;
        self.until_ns.load(Relaxed) + since * u64::from(procs)
    }
}

/// Objects that sweeps freed, by size class.
pub static FREES: [AtomicU64; SIZE_CLASSES] = [const { AtomicU64::new(0) }; SIZE_CLASSES];
/// Bytes of the large ones.
pub static FREED_LARGE_BYTES: AtomicU64 = AtomicU64::new(0);

/// A sweep freed `objects` slots of a span of this size class (0: large), `bytes` in all.
pub fn note_freed(size_class: usize, objects: usize, bytes: usize) {
    if objects > 0 {
        // Release: whoever counts them as freed sees them counted as allocated.
        FREES[size_class].fetch_add(objects as u64, Release);
    }
    if objects > 0 && size_class == 0 {
        FREED_LARGE_BYTES.fetch_add(bytes as u64, Release);
    }
}

/// Time the world stood still for the cycle under way.
static CYCLE_PAUSE_NS: AtomicU64 = AtomicU64::new(0);

/// The collector stopped the world for `total_ns`, of which it took `stopping_ns` until all had stopped.
pub fn note_gc_stop(total_ns: i64, stopping_ns: i64) {
    GC_PAUSES.record(total_ns);
    GC_STOPPING.record(stopping_ns);
    CYCLE_PAUSE_NS.fetch_add(total_ns.max(0) as u64, Relaxed);
}

/// Time of the stops noted since the last cycle ended. In the last stop of a cycle.
pub fn take_cycle_pause_ns() -> u64 {
    CYCLE_PAUSE_NS.swap(0, Relaxed)
}

/// Pauses that are remembered one by one.
pub const PAUSES: usize = 256;

/// Cycles of the collector.
pub struct Cycles {
    /// Completed, all and those that runtime.GC and friends asked for.
    pub total: AtomicU32,
    /// See `total`.
    pub forced: AtomicU32,
    /// Wall clock at the end of the last cycle, nanoseconds since 1970.
    pub last_end_unix_ns: AtomicU64,
    /// Time the world stood still.
    pub pause_total_ns: AtomicU64,
    /// Processor time of the collector: of goroutines that assist, of workers that mark beside the program whether it
    /// has processors to spare or not, of workers on idle processors, and of all Ps in stops.
    pub assist_ns: AtomicU64,
    /// See `assist_ns`.
    pub worker_ns: AtomicU64,
    /// See `assist_ns`.
    pub guest_ns: AtomicU64,
    /// See `assist_ns`.
    pub stopped_cpu_ns: AtomicU64,
    /// Bytes found alive by the last cycle.
    pub live_bytes: AtomicU64,
    /// The last 256 pauses, and when they ended (nanoseconds since 1970), at index `total % 256`.
    pub pause_ns: [AtomicU64; PAUSES],
    /// See `pause_ns`.
    pub pause_end: [AtomicU64; PAUSES],
    /// Bytes scanned by the last cycle: data segments, heap, stacks.
    pub scanned: [AtomicU64; 3],
}

/// The collector's record.
pub static CYCLES: Cycles = Cycles {
    total: AtomicU32::new(0),
    forced: AtomicU32::new(0),
    last_end_unix_ns: AtomicU64::new(0),
    pause_total_ns: AtomicU64::new(0),
    assist_ns: AtomicU64::new(0),
    worker_ns: AtomicU64::new(0),
    guest_ns: AtomicU64::new(0),
    stopped_cpu_ns: AtomicU64::new(0),
    live_bytes: AtomicU64::new(0),
    pause_ns: [const { AtomicU64::new(0) }; PAUSES],
    pause_end: [const { AtomicU64::new(0) }; PAUSES],
    scanned: [const { AtomicU64::new(0) }; 3],
};

impl Cycles {
    /// A worker marked beside the program for `ns`, as a `guest` on an idle processor or not.
    pub fn note_worker(&self, ns: i64, guest: bool) {
        let sum = if guest {
            &self.guest_ns
        } else {
            &self.worker_ns
        };
        sum.fetch_add(ns.max(0) as u64, Relaxed);
    }

    /// A goroutine that allocates marked for `ns`.
    pub fn note_assist(&self, ns: i64) {
        self.assist_ns.fetch_add(ns.max(0) as u64, Relaxed);
    }

    /// Processor time for marking that the program could have had, ns: not that of workers on idle processors.
    pub fn taken_ns(&self) -> u64 {
        self.marking_ns() - self.guest_ns.load(Relaxed)
    }

    /// The cycle that ends scanned so many bytes of data segments, heap and stacks.
    pub fn note_scanned(&self, bytes: [u64; 3]) {
        for (to, n) in self.scanned.iter().zip(bytes) {
            to.store(n, Relaxed);
        }
    }

    /// Processor time for marking beside the program.
    pub fn marking_ns(&self) -> u64 {
        [&self.assist_ns, &self.worker_ns, &self.guest_ns]
            .iter()
            .map(|ns| ns.load(Relaxed))
            .sum()
    }

    /// Processor time of the collector in all, Ps that it kept from work included.
    pub fn cpu_ns(&self) -> u64 {
        self.marking_ns() + self.stopped_cpu_ns.load(Relaxed)
    }

    /// The collector completed a cycle that stopped the world for `pause_ns` in all, which is `cpu_ns` of all Ps.
    /// In the stopped world.
    pub fn note(&self, forced: bool, pause_ns: i64, cpu_ns: i64, live_bytes: u64) {
        let now = crate::time::wall_ns() as u64;
        let pause = pause_ns.max(0) as u64;
        let n = self.total.load(Relaxed) as usize % PAUSES;
        self.pause_ns[n].store(pause, Relaxed);
        self.pause_end[n].store(now, Relaxed);
        self.pause_total_ns.fetch_add(pause, Relaxed);
        self.stopped_cpu_ns.fetch_add(cpu_ns.max(0) as u64, Relaxed);
        self.last_end_unix_ns.store(now, Relaxed);
        self.live_bytes.store(live_bytes, Relaxed);
        self.forced.fetch_add(u32::from(forced), Relaxed);
        self.total.fetch_add(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_has_the_bucket_that_covers_it() {
        let start = |i: usize| {
            if i == 0 {
                0
            } else {
                (4 + (i as u64 - 1) % 4) << ((i as u64 - 1) / 4 + 4)
            }
        };
        for ns in (0..5000).chain((1..63).map(|e| 1 << e)) {
            let i = TimeHistogram::bucket(ns);
            assert!(start(i) <= ns, "{ns}");
            assert!(i == TIME_BUCKETS - 1 || ns < start(i + 1), "{ns}");
        }
    }
}
