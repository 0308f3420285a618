//! Memory of free pages goes back to the system.
//!
//! ```text
//!   sweep has ended ─▶ retarget: how much may stay ─▶ more has memory? ─▶ sysmon: a step, a pause, a step … until it fits
//!   new page, memory limit reached ─▶ the allocating M gives back as much at once
//!   the heap grows beside holes    ─▶ the same a mebibyte at a time, if more has memory than may stay
//!   debug.FreeOSMemory ─▶ everything
//! ```
//!
//! Sysmon does the work, a mebibyte at a time, and rests a hundred times as long as the step took: 1 % of one processor,
//! and still hundreds of megabytes a second. With nothing to give back it knows no timer, so an idle program stays
//! asleep. Highest addresses first, as allocation prefers the lowest.
//!
//! `MADV_DONTNEED` it is, at once: `MADV_FREE` (`GODEBUG=madvdontneed=0`) leaves the resident size as it is until the system
//! runs short, and the pages are not known to read as zero when they are used again, which saves their clearing here.
//!
//! "Backed" are pages that may have memory behind them: in use, or free and used before. Locks: `Rank::Heap`, never over
//! a system call.

use super::{PAGE_BYTES, heap, meta};
use crate::{gc, sched, stats, sys};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
use goxide_algo::env_value::NO_MEMORY_LIMIT;
use goxide_algo::retain;

/// Given back in one step at the most, bytes; and runs of pages looked for.
const STEP_BYTES: u64 = 1 << 20;
const STEP_RUNS: u32 = 32;
/// A step of time t is followed by a pause of this many t.
const PAUSE: i64 = 99;
/// Growth after which the growing M looks whether something may go.
const GROWTH_BYTES: u64 = 1 << 20;
/// The tables of an arena take one byte for so many of its used pages.
const TABLES_PART: u64 = 56;
/// Touched part of a thread's stacks, bytes.
const THREAD_BYTES: u64 = 16 << 10;

/// Pages in spans that may stay backed, bytes; stacks come on top.
static RETAIN: AtomicU64 = AtomicU64::new(u64::MAX);
/// There is something to give back.
static DUE: AtomicBool = AtomicBool::new(false);
/// Bytes that may be backed before an allocation must give some back itself.
static CEILING: AtomicU64 = AtomicU64::new(u64::MAX);
/// Fresh pages taken and not yet looked at, bytes.
static GROWN: AtomicU64 = AtomicU64::new(0);
/// At the end of the last marking: bytes in spans, those of them without objects, and the goal that it had.
static PEAK: AtomicU64 = AtomicU64::new(0);
static FRAGMENTS: AtomicU64 = AtomicU64::new(0);
static OLD_GOAL: AtomicU64 = AtomicU64::new(0);

/// What has been given back: in the background, and by allocations.
pub struct Work {
    /// Bytes since the last line of GODEBUG=scavtrace=1.
    bytes: AtomicU64,
    /// Processor time, ns.
    pub ns: AtomicU64,
}

impl Work {
    const fn new() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            ns: AtomicU64::new(0),
        }
    }

    /// Gives back about `bytes` from at most `runs` places; how many it were, and the time it took.
    fn give_back(&self, bytes: u64, runs: u32) -> (u64, i64) {
        let begun_ns = sys::nanotime();
        let mut done = 0;
        for _ in 0..runs {
            let wanted = bytes.saturating_sub(done).div_ceil(PAGE_BYTES as u64);
            let released = match wanted {
                0 => 0,
                n => heap::release_highest(n.min(u64::from(u32::MAX)) as u32),
            };
            if released == 0 {
                break;
            }
            done += released;
        }
        let ns = sys::nanotime() - begun_ns;
        self.bytes.fetch_add(done, Relaxed);
        self.ns.fetch_add(ns.max(0) as u64, Relaxed);
        (done, ns)
    }
}

/// By sysmon.
pub static BACKGROUND: Work = Work::new();
/// By allocations that met the memory limit.
pub static EAGER: Work = Work::new();

/// Marking has ended, nothing is swept yet, and `live` bytes were taken from spans: what a heap of that goal needs.
pub fn note_peak(live: u64, goal: u64) {
    let in_spans = heap::stats().in_spans.load(Relaxed);
    PEAK.store(in_spans, Relaxed);
    FRAGMENTS.store(in_spans.saturating_sub(live), Relaxed);
    OLD_GOAL.store(goal, Relaxed);
}

/// Bytes that count against the memory limit and hold no objects: stacks, tables, gaps.
pub fn overhead() -> u64 {
    let peak = PEAK.load(Relaxed);
    besides_pages(peak) + FRAGMENTS.load(Relaxed) + heap::stats().in_stacks.load(Relaxed)
}

/// Memory of the runtime besides `backed` bytes of pages.
fn besides_pages(backed: u64) -> u64 {
    let threads = sched::thread_count().max(1) as u64;
    meta::USED_BYTES.load(Relaxed) + backed / TABLES_PART + threads * THREAD_BYTES
}

/// A sweep has ended or the memory limit has changed: how much may stay, and is there more?
pub fn retarget() {
    let (peak, old, new) = (PEAK.load(Relaxed), OLD_GOAL.load(Relaxed), gc::heap_goal());
    RETAIN.store(retain::by_goal(peak, old, new), Relaxed);
    CEILING.store(ceiling(), Relaxed);
    if heap::backed_bytes() > may_stay() {
        DUE.store(true, SeqCst);
        sched::wake_sysmon();
    }
}

fn ceiling() -> u64 {
    match gc::memory_limit() {
        NO_MEMORY_LIMIT => u64::MAX,
        limit => (limit as u64).saturating_sub(besides_pages(heap::backed_bytes())),
    }
}

/// Bytes of pages that may stay backed.
fn may_stay() -> u64 {
    let stacks = heap::stats().in_stacks.load(Relaxed);
    let by_goal = RETAIN.load(Relaxed).saturating_add(stacks);
    match gc::memory_limit() {
        NO_MEMORY_LIMIT => by_goal,
        limit => by_goal.min(retain::by_limit(
            limit as u64,
            besides_pages(heap::backed_bytes()),
        )),
    }
}

/// Whether [`step`] has something to do.
#[inline]
pub fn is_due() -> bool {
    DUE.load(SeqCst)
}

/// Gives a little back; how long to rest before the next step, ns. `None`: nothing is left to do.
pub fn step() -> Option<i64> {
    // Before the look: a `retarget` that comes later sets it again.
    DUE.store(false, SeqCst);
    let excess = heap::backed_bytes().saturating_sub(may_stay());
    if excess == 0 {
        return None;
    }
    let (done, ns) = BACKGROUND.give_back(excess.min(STEP_BYTES), STEP_RUNS);
    if done == 0 {
        return None;
    }
    DUE.store(true, SeqCst);
    Some(ns.max(1000) * PAUSE)
}

/// An allocation took `fresh` bytes of pages that had no memory; `backed` bytes of pages may have some now.
#[inline]
pub fn keep_ceiling(backed: u64, fresh: u64) {
    if fresh == 0 {
        return;
    }
    give_back_above(CEILING.load(Relaxed), backed, fresh);
    if GROWN.fetch_add(fresh, Relaxed) + fresh >= GROWTH_BYTES {
        // Taken by one M only: another one that has seen it too finds nothing.
        give_back_above(may_stay(), backed, GROWN.swap(0, Relaxed));
    }
}

/// Gives back what `backed` is above `ceiling`, `at_most` so many bytes.
fn give_back_above(ceiling: u64, backed: u64, at_most: u64) {
    let bytes = backed.saturating_sub(ceiling).min(at_most);
    if bytes > 0 {
        EAGER.give_back(bytes, u32::MAX);
    }
}

/// `debug.FreeOSMemory`: gives everything back that is free.
pub fn give_back_all() {
    let (released, _) = EAGER.give_back(u64::MAX, u32::MAX);
    if stats::godebug::scavtrace() > 0 {
        EAGER.bytes.fetch_sub(released, Relaxed);
        trace(0, released, " (forced)");
    }
}

/// The line of GODEBUG=scavtrace=1, once a collection.
pub fn trace_cycle() {
    if stats::godebug::scavtrace() > 0 {
        trace(
            BACKGROUND.bytes.swap(0, Relaxed),
            EAGER.bytes.swap(0, Relaxed),
            "",
        );
    }
}

fn trace(background: u64, eager: u64, tail: &str) {
    let heap = heap::stats();
    let in_spans = heap.in_spans.load(Relaxed);
    let kept = heap::backed_bytes().saturating_sub(heap.in_stacks.load(Relaxed));
    crate::eprint!(
        "scav {} KiB work (bg), {} KiB work (eager), {} KiB now, {}% util{tail}\n",
        background >> 10,
        eager >> 10,
        heap::unbacked_bytes() >> 10,
        in_spans * 100 / kept.max(1)
    );
}
