//! One collection from stop to start.

use super::mark::{self, Backoff, Marker};
use super::phase::{self, marking};
use super::{barrier, pacer, roots, special, sweep, verify};
use crate::prim::Racy;
use crate::sched::{self, GRef};
use crate::{mem, stats, sys};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::*};

/// Workers beside the program that have not run dry, and whether they are still to be sent.
static WORKERS_LEFT: AtomicU32 = AtomicU32::new(0);
static WORKERS_DUE: AtomicU32 = AtomicU32::new(0);
static FINISH_WANTED: AtomicBool = AtomicBool::new(false);
/// A background sweeper is to be sent.
static SWEEPER_DUE: AtomicBool = AtomicBool::new(false);
/// Heap when marking beside the program began, bytes.
static LIVE_AT_START: AtomicU64 = AtomicU64::new(0);
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
    marking()
}

/// Whether a marker waits for work while `active` others have some.
pub fn somebody_idles(active: u32) -> bool {
    active <= HELPERS.load(Relaxed) && HELPERS.load(Relaxed) > 0
}

/// The tail of an allocating kernel call of `g` that found [`pacer::wanted`]: begins or ends a collection, then continues
/// `g` with `g.ret` as its results. If another M is about to stop the world, `g` gives way to it first.
#[cold]
pub fn collect_at_tail(g: GRef) -> ! {
    let m = sched::m();
    // A pinned goroutine must keep its P: it collects at a later allocation.
    if m.locks.get() > 0 {
        sched::resume_go(g);
    }
    // What the last collection left unswept is swept before the stop.
    if !marking() {
        sweep::finish();
    }
    if !sched::try_stop_world() {
        sched::yield_now(g);
    }
    let begun_ns = sys::nanotime();
    let wanted = pacer::wanted() || crate::debug::ON;
    let ended = match (marking(), wanted) {
        (_, false) => false,
        (true, true) => finish_marking(begun_ns),
        (false, true) if pacer::concurrent() || crate::debug::ON => begin_marking(begun_ns),
        (false, true) => collect_stopped(begun_ns, false),
    };
    sched::start_world();
    after_start(ended, false);
    sched::resume_go(g)
}

/// The body of `runtime.GC`: a whole collection, whatever the pacer says.
pub fn collect_now(g: GRef) -> ! {
    if !sched::try_stop_world() {
        // Somebody else stops the world: come back afterwards.
        g.cont.set(Some(|g| collect_now(g)));
        sched::yield_now(g);
    }
    if marking() {
        finish_marking(sys::nanotime());
    }
    collect_stopped(sys::nanotime(), true);
    sched::start_world();
    sweep::finish();
    SWEEPER_DUE.store(false, Release);
    after_start(true, true);
    sched::resume_go(g)
}

/// What waits for the world to run again: workers after the first stop, Go code that the collection owes after the last.
fn after_start(ended: bool, forced: bool) {
    if ended {
        if SWEEPER_DUE.swap(false, AcqRel) {
            sched::help(1, sweep::finish);
        }
        special::after_cycle(forced);
    } else if marking() && WORKERS_DUE.swap(0, AcqRel) > 0 {
        sched::help(workers(), worker);
    }
}

/// Threads that mark beside the program: a quarter of the processors, at least one.
fn workers() -> u32 {
    (sched::proc_count() / 4).max(1)
}

/// The workers have run dry: somebody who holds a P must end the marking.
#[inline]
pub fn finish_wanted() -> bool {
    FINISH_WANTED.load(Relaxed)
}

/// Ends the marking on an M that holds a P and runs no goroutine.
#[cold]
pub fn finish_here() {
    if !sched::try_stop_world() {
        return;
    }
    let ended = marking() && finish_marking(sys::nanotime());
    // The last worker of a marking that ended without waiting for it may have asked once more.
    FINISH_WANTED.store(false, Release);
    sched::start_world();
    after_start(ended, false);
}

/// A whole collection in one stop. The world is stopped by this M. Always true: the collection has ended.
fn collect_stopped(begun_ns: i64, forced: bool) -> bool {
    let before = pacer::heap_live();
    sweep::finish();
    phase::next_cycle();
    mem::flush_all();
    mark::begin();
    roots::begin();
    // Waking another thread takes longer than marking a small heap.
    let small =
        pacer::live_after_mark() < HELP_FROM_BYTES && pacer::heap_live() < 2 * MIN_HEAP_FOR_HELP;
    mark_together(if small { 0 } else { sched::max_helpers() }, |marker| {
        roots::mark(marker)
    });
    end(begun_ns, before, 0, forced);
    true
}

/// The first stop: arms the barrier and greys what the kernel holds. Always false: the collection goes on.
fn begin_marking(begun_ns: i64) -> bool {
    sweep::finish();
    phase::next_cycle();
    mem::flush_all();
    mark::begin();
    roots::begin();
    phase::set_marking(true);
    let mut marker = Marker::new();
    roots::mark_kernel(&mut marker);
    marker.finish();
    LIVE_AT_START.store(pacer::begin_marking(), Relaxed);
    WORKERS_LEFT.store(workers(), Release);
    WORKERS_DUE.store(1, Release);
    add_pause(sys::nanotime() - begun_ns);
    false
}

/// Runs on a thread without a P, beside the program.
fn worker() {
    let begun_ns = sys::nanotime();
    mark_part(roots::mark);
    stats::counters::CYCLES.note_worker(sys::nanotime() - begun_ns);
    if WORKERS_LEFT.fetch_sub(1, AcqRel) == 1 && marking() {
        FINISH_WANTED.store(true, Release);
        pacer::want();
        sched::preempt_one();
    }
}

/// The second stop: what the barrier recorded, stacks that nobody came to, what entered the kernel's places meanwhile.
/// Always true: the collection has ended.
fn finish_marking(begun_ns: i64) -> bool {
    let before = pacer::heap_live();
    let live_at_start = LIVE_AT_START.load(Relaxed);
    sched::for_each_p(barrier::flush);
    // Workers that are not done go on with the others.
    let late = WORKERS_LEFT.load(Acquire) > 0;
    if late && WORKERS_DUE.swap(0, AcqRel) > 0 {
        WORKERS_LEFT.store(0, Release);
    }
    let mut marker = Marker::new();
    roots::mark_late_goroutines(&mut marker);
    roots::mark_kernel(&mut marker);
    marker.finish();
    mark_together(if late { sched::max_helpers() } else { 0 }, |marker| {
        roots::mark(marker)
    });
    let mut patience = Backoff::new();
    while WORKERS_LEFT.load(Acquire) != 0 {
        patience.wait();
    }
    mark_together(0, |_| {});
    mem::flush_all();
    phase::set_marking(false);
    FINISH_WANTED.store(false, Release);
    let born_black = pacer::end_marking(live_at_start);
    end(begun_ns, before, born_black, false);
    true
}

/// Everything is marked: specials, figures, and the spans are handed to the sweeper.
fn end(begun_ns: i64, before: u64, born_black: u64, forced: bool) {
    mark_together(0, special::after_mark);
    let live = mark::marked_bytes() + born_black;
    if crate::debug::ON && born_black > 0 {
        verify::nothing_was_missed();
    }
    SWEEPER_DUE.store(sweep::begin(), Release);
    pacer::after_mark(live);
    CYCLES.fetch_add(1, Relaxed);
    record(begun_ns, before, live, forced);
}

/// Marks `first` and all that follows from it on this M and `helpers` others. World stopped.
fn mark_together(helpers: u32, first: fn(&mut Marker)) {
    HELPERS.store(helpers, Relaxed);
    HELPERS_LEFT.store(helpers, Release);
    if helpers > 0 {
        sched::help(helpers, helper);
    }
    mark_part(first);
    let mut patience = Backoff::new();
    while HELPERS_LEFT.load(Acquire) != 0 {
        patience.wait();
    }
    HELPERS.store(0, Relaxed);
}

fn mark_part(first: fn(&mut Marker)) {
    let mut marker = Marker::new();
    marker.activate();
    first(&mut marker);
    marker.drain();
    marker.finish();
}

/// Runs on an idle M while the world is stopped.
fn helper() {
    mark_part(roots::mark);
    HELPERS_LEFT.fetch_sub(1, Release);
}

fn add_pause(ns: i64) {
    let old = STATS.get();
    STATS.set(CycleStats {
        pause_total_ns: old.pause_total_ns + ns as u64,
        ..old
    });
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
