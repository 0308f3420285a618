//! One collection from stop to start.

use super::mark::{self, Backoff, Marker};
use super::{pacer, roots, special, sweep};
use crate::prim::Racy;
use crate::sched::{self, GRef};
use crate::{mem, stats, sys};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::*};

static RUNNING: AtomicBool = AtomicBool::new(false);
static CYCLES: AtomicU64 = AtomicU64::new(0);
/// Live heap from which other threads help, bytes; and the same for the heap before the first collections.
const HELP_FROM_BYTES: u64 = 1 << 20;
const MIN_HEAP_FOR_HELP: u64 = 4 << 20;

/// Helpers that have not finished yet, and how many were sent.
static HELPERS_LEFT: AtomicU32 = AtomicU32::new(0);
static HELPERS: AtomicU32 = AtomicU32::new(0);

/// What the last collection did.
#[derive(Clone, Copy, Default)]
pub struct CycleStats {
    /// When the world was stopped and started again, monotonic ns.
    pub stopped_ns: (i64, i64),
    /// Wall clock at the end, ns since 1970.
    pub end_unix_ns: i64,
    /// Heap before and after, bytes.
    pub heap: (u64, u64),
    /// Sum of all pauses, ns.
    pub pause_total_ns: u64,
    /// Collections asked for by the program.
    pub forced: u32,
}

/// Written with the world stopped.
static STATS: Racy<CycleStats> = Racy::new(CycleStats {
    stopped_ns: (0, 0),
    end_unix_ns: 0,
    heap: (0, 0),
    pause_total_ns: 0,
    forced: 0,
});

/// Collections so far.
pub fn cycles() -> u64 {
    CYCLES.load(Relaxed)
}

/// Figures of the last collection.
pub fn cycle_stats() -> CycleStats {
    STATS.get()
}

/// Whether a collection is under way.
pub fn is_running() -> bool {
    RUNNING.load(Relaxed)
}

/// Whether a marker waits for work while `active` others have some.
pub fn somebody_idles(active: u32) -> bool {
    active <= HELPERS.load(Relaxed) && HELPERS.load(Relaxed) > 0
}

/// The tail of an allocating kernel call of `g` that found [`pacer::wanted`]: collects, then continues `g` with
/// `g.ret` as its results. If another M is about to stop the world, `g` gives way to it first.
#[cold]
pub fn collect_at_tail(g: GRef) -> ! {
    let m = sched::m();
    // A pinned goroutine must keep its P: it collects at a later allocation.
    if m.locks.get() > 0 {
        sched::resume_go(g);
    }
    if sched::try_stop_world() {
        let collected = pacer::wanted() || crate::debug::ON;
        if collected {
            collect(g, false);
        }
        sched::start_world();
        if collected {
            special::after_cycle(false);
        }
        sched::resume_go(g);
    }
    sched::yield_now(g)
}

/// The body of `runtime.GC`: a whole collection, whatever the pacer says.
pub fn collect_now(g: GRef) -> ! {
    if !sched::try_stop_world() {
        // Somebody else stops the world: come back afterwards.
        g.cont.set(Some(|g| collect_now(g)));
        sched::yield_now(g);
    }
    collect(g, true);
    sched::start_world();
    special::after_cycle(true);
    sched::resume_go(g)
}

/// The world is stopped by this M; `_g` is the goroutine on whose behalf.
fn collect(_g: GRef, forced: bool) {
    let begin = sys::nanotime();
    RUNNING.store(true, Relaxed);
    let before = pacer::heap_live();
    mem::flush_all();
    mark_phase();
    let live = sweep::all();
    pacer::after_sweep(live);
    RUNNING.store(false, Relaxed);
    CYCLES.fetch_add(1, Relaxed);
    record(begin, before, live, forced);
}

fn mark_phase() {
    mark::begin();
    roots::begin();
    // Waking another thread takes longer than marking a small heap.
    let small =
        pacer::live_after_mark() < HELP_FROM_BYTES && pacer::heap_live() < 2 * MIN_HEAP_FOR_HELP;
    let helpers = if small { 0 } else { sched::max_helpers() };
    HELPERS.store(helpers, Relaxed);
    HELPERS_LEFT.store(helpers, Release);
    if helpers > 0 {
        sched::help(helpers, helper);
    }
    mark_part();
    let mut patience = Backoff::new();
    while HELPERS_LEFT.load(Acquire) != 0 {
        patience.wait();
    }
    HELPERS.store(0, Relaxed);
    let mut marker = Marker::new();
    marker.activate();
    special::after_mark(&mut marker);
    marker.drain();
    marker.finish();
}

fn mark_part() {
    let mut marker = Marker::new();
    marker.activate();
    roots::mark(&mut marker);
    marker.drain();
    marker.finish();
}

/// Runs on an idle M while the world is stopped.
fn helper() {
    mark_part();
    HELPERS_LEFT.fetch_sub(1, Release);
}

fn record(begin: i64, before: u64, live: u64, forced: bool) {
    let end = sys::nanotime();
    let (sec, nsec) = sys::walltime();
    let old = STATS.get();
    STATS.set(CycleStats {
        stopped_ns: (begin, end),
        end_unix_ns: sec * 1_000_000_000 + i64::from(nsec),
        heap: (before, live),
        pause_total_ns: old.pause_total_ns + (end - begin) as u64,
        forced: old.forced + u32::from(forced),
    });
    stats::after_cycle(&STATS.get());
}
