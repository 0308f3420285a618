//! The collector's share of processor time under a memory limit: at most half, idle processors aside; see
//! `algo::gc_share`.
//!
//! Looked at once a cycle. While the bucket is full, the heap may grow beyond the memory limit by what gives the program
//! its half.

use crate::prim::Racy;
use crate::stats::counters::CYCLES;
use crate::{sched, sys};
use core::sync::atomic::{AtomicU64, Ordering::*};
use goxide_algo::gc_share::{self, Bucket};

/// The bucket holds this for every P, ns.
const CAPACITY_NS: u64 = 1_000_000_000;

/// What the last look saw.
#[derive(Clone, Copy)]
struct Seen {
    bucket: Bucket,
    collector_ns: u64,
    program_ns: u64,
}

/// Written with the world stopped.
static SEEN: Racy<Seen> = Racy::new(Seen {
    bucket: Bucket::EMPTY,
    collector_ns: 0,
    program_ns: 0,
});
/// Bytes that the heap may grow over the live ones whatever the limit says.
static ROOM: AtomicU64 = AtomicU64::new(0);
static LAST_ON: AtomicU64 = AtomicU64::new(0);

/// Cycle number `cycle` ends; the program allocated `bytes` since the last one. World stopped.
pub fn after_cycle(cycle: u64, bytes: u64) {
    let old = SEEN.get();
    // All of it processor time: on a busy machine threads of both sides wait for processors. What the collector uses of
    // idle processors the program does not miss.
    let collector = CYCLES.taken_ns();
    let program = (sys::process_cpu_ns() as u64).saturating_sub(CYCLES.marking_ns());
    let collector_ns = collector.saturating_sub(old.collector_ns);
    let program_ns = program.saturating_sub(old.program_ns);
    let mut bucket = old.bucket;
    let capacity = CAPACITY_NS * u64::from(sched::proc_count());
    let on = bucket.after_cycle(collector_ns, program_ns, capacity);
    SEEN.set(Seen {
        bucket,
        collector_ns: collector,
        program_ns: program,
    });
    if on {
        LAST_ON.store(cycle, Relaxed);
    }
    let room = match on {
        true => gc_share::room(bytes, collector_ns, program_ns),
        false => 0,
    };
    ROOM.store(room, Relaxed);
}

/// What the heap may grow over the live bytes beyond the limit: 0 while the collector is within its half.
pub fn room() -> u64 {
    ROOM.load(Relaxed)
}

/// The last cycle at whose end the program had had less than its half, 0: none.
pub fn last_on() -> u64 {
    LAST_ON.load(Relaxed)
}
