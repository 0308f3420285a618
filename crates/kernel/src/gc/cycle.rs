//! One collection from stop to start.

use super::mark::{self, Backoff, Marker};
use super::phase::{self, marking};
use super::{
    assist, barrier, finalizer_check, pacer, periodic, pools, roots, special, sweep, verify, zombie,
};
use crate::prim::{Lock, Racy, Rank};
use crate::sched::{self, GList, GRef, StopReason, WaitReason};
use crate::stats::godebug;
use crate::{mem, stats, sys, time};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::*};

/// Workers beside the program that have not run dry, and how many are still to be sent.
static WORKERS_LEFT: AtomicU32 = AtomicU32::new(0);
static WORKERS_DUE: AtomicU32 = AtomicU32::new(0);
/// How many have set out.
static WORKERS_SENT: AtomicU32 = AtomicU32::new(0);
static FINISH_WANTED: AtomicBool = AtomicBool::new(false);
/// The collection was asked for by the program.
static FORCED: AtomicBool = AtomicBool::new(false);
/// Heap when marking beside the program began, bytes.
static LIVE_AT_START: AtomicU64 = AtomicU64::new(0);
static CYCLES: AtomicU64 = AtomicU64::new(0);
/// Goroutines in `runtime.GC` that wait for the end of a collection.
static WAITERS: Lock<GList> = Lock::new(Rank::Assist, GList::EMPTY);
/// A worker on an idle processor leaves when it has found the program in need of it so often in a row: some hundred
/// microseconds, since idle processors look for work and are not idle meanwhile.
const PATIENCE_TICKS: u32 = 64;
/// How often a worker looks for an idle processor.
const CALL_TICKS: u32 = 16;
/// What the stop after the workers marks at the most before it sends them again, bytes.
const LEFT_OVER_BYTES: u64 = 32 << 10;
/// So much is marked in the first stop if the last collection found no more alive: a worker takes longer to wake.
const AT_ONCE_BYTES: u64 = 32 << 10;

/// What the last collection did.
#[derive(Clone, Copy, Default)]
pub struct CycleStats {
    /// When the cycle's first stop was wished, and when it ended, monotonic ns.
    pub begun_ns: i64,
    /// See `begun_ns`.
    pub marking_ns: i64,
    /// When the last stop was wished, and when all was done in it. With a single stop: when all was marked.
    pub stopped_ns: (i64, i64),
    /// Wall clock at the end, ns since 1970.
    pub end_unix_ns: i64,
    /// Heap when marking began, bytes; its goal then.
    pub heap_at_start: u64,
    /// See `heap_at_start`.
    pub goal: u64,
    /// Heap before and after, bytes.
    pub heap: (u64, u64),
    /// Sum of the cycle's pauses, ns.
    pub pause_ns: u64,
    /// Collections asked for by the program.
    pub forced: u32,
    /// This was one.
    pub was_forced: bool,
}

/// Written with the world stopped.
static STATS: Racy<CycleStats> = Racy::new(CycleStats {
    begun_ns: 0,
    marking_ns: 0,
    stopped_ns: (0, 0),
    end_unix_ns: 0,
    heap_at_start: 0,
    goal: 0,
    heap: (0, 0),
    pause_ns: 0,
    forced: 0,
    was_forced: false,
});
/// `begun_ns` and `marking_ns` of the collection under way. Written with the world stopped.
static BEGAN_NS: Racy<(i64, i64)> = Racy::new((0, 0));

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

/// The tail of an allocating kernel call of `g` that found [`pacer::wanted`]: begins a collection, helps one, or ends
/// it, then continues `g` with `g.ret` as its results. If another M is about to stop the world, `g` gives way to it first.
#[cold]
pub fn collect_at_tail(g: GRef) -> ! {
    // A pinned goroutine must keep its P: it collects at a later allocation.
    if sched::m().locks.get() > 0 {
        sched::resume_go(g);
    }
    // The debug kernel ends some markings early, so that stops find work of every kind left.
    let cut_short = crate::debug::ON && crate::debug::cut_short();
    if marking() && !finish_wanted() && !cut_short {
        assist::assist(g);
    }
    if !marking() {
        if pools::announced() {
            pools::collect_in_go(g);
        }
        // What the last collection left unswept is swept before the stop.
        sweep::finish();
    }
    let why = if marking() {
        StopReason::GcEnd
    } else {
        StopReason::GcBegin
    };
    if !sched::try_stop_world(why) {
        sched::yield_now(g);
    }
    let wanted = pacer::wanted() || crate::debug::ON;
    let ended = match (marking(), wanted) {
        (_, false) => false,
        (true, true) => try_finish(cut_short),
        (false, true) => begin_marking(Some(g)),
    };
    start_world(ended, Some(g));
    sched::resume_go(g)
}

/// Which collection frees what is garbage now: one that is under way has missed what became garbage since it began.
pub fn target() -> u64 {
    cycles() + 1 + u64::from(marking())
}

/// Waits for the end of collection number `target` and of its sweep, with 1 as result. 0: none runs, one must be begun.
pub fn wait_for(g: GRef, target: u64) -> ! {
    g.wait_data.set([target as usize, 0, 0, 0]);
    wait_on(g)
}

fn wait_on(g: GRef) -> ! {
    let target = g.wait_data.get()[0] as u64;
    if cycles() >= target {
        sweep::finish();
        special::wake_helpers();
        g.set_ret(0, 1);
        sched::resume_go(g);
    }
    let mut waiters = WAITERS.lock();
    // Under the lock: the end of the collection comes later and finds `g` in the list.
    if cycles() >= target {
        waiters.release();
        wait_on(g);
    }
    if !marking() {
        waiters.release();
        g.set_ret(0, 0);
        sched::resume_go(g);
    }
    sched::park_then(
        g,
        WaitReason::GarbageCollection,
        |g| wait_on(g),
        move || {
            waiters.push(g);
            waiters.release();
        },
    )
}

/// Starts the world after a stop of the collector, and what waits for that: workers, a sweeper, goroutines, Go code that
/// the collection owes. `stopper` is the goroutine on whose behalf the world was stopped.
pub(super) fn start_world(ended: bool, stopper: Option<GRef>) {
    let stop = sched::start_world_timed();
    stats::counters::note_gc_stop(stop.total_ns, stop.stopping_ns);
    // It has not been through the scheduler since, as all others: nobody else scans it, and perhaps everything hangs on it.
    if let Some(g) = stopper
        && marking()
    {
        roots::scan_running(g);
    }
    let workers = WORKERS_DUE.swap(0, AcqRel);
    if workers > 0 {
        sched::help(workers, worker);
    }
    if !ended {
        return;
    }
    stats::gctrace::print(&STATS.get());
    finalizer_check::print_queues();
    assist::wake_all();
    sweep::start();
    special::wake_helpers();
    let mut waiters = WAITERS.lock();
    let mut awake = core::mem::replace(&mut *waiters, GList::EMPTY);
    waiters.release();
    if !awake.is_empty() {
        sched::ready_list(&mut awake);
    }
}

/// Threads that mark beside the program whether it has processors to spare or not: a quarter of them, at least one.
/// They call others to where nothing runs.
fn base_workers() -> u32 {
    (sched::proc_count() / 4).max(1)
}

/// A worker that stays sees an idle processor that no worker uses.
fn call_guest() {
    let out = WORKERS_LEFT.load(Relaxed);
    if out < sched::idle_proc_count().min(sched::max_helpers() + 1) {
        // The caller is out itself, so the count is not zero and nobody ends the marking meanwhile.
        WORKERS_LEFT.fetch_add(1, AcqRel);
        sched::help(1, worker);
    }
}

/// What a worker does every so often.
struct Watch {
    /// The worker uses an idle processor: it leaves when the program wants it back.
    guest: bool,
    ticks: u32,
    busy: u32,
}

impl Watch {
    /// Whether the worker should leave. It has `plenty` to do: enough for another one.
    fn tick(&mut self, plenty: bool) -> bool {
        self.ticks += 1;
        sched::step_aside();
        if !self.guest {
            if plenty && self.ticks.is_multiple_of(CALL_TICKS) {
                call_guest();
            }
            return false;
        }
        let wanted = sched::idle_proc_count() < WORKERS_LEFT.load(Relaxed);
        self.busy = if wanted { self.busy + 1 } else { 0 };
        self.busy > PATIENCE_TICKS
    }
}

/// The workers have run dry: somebody who holds a P must end the marking.
#[inline]
pub fn finish_wanted() -> bool {
    FINISH_WANTED.load(Relaxed)
}

/// Whether a worker marks, or is about to.
pub fn workers_out() -> bool {
    WORKERS_LEFT.load(Acquire) > 0
}

/// Whether an M that holds a P and runs no goroutine has something to do for the collector, see [`attend`].
#[inline]
pub fn wants_p() -> bool {
    finish_wanted() || special::helpers_wanted() || periodic::is_due()
}

/// Does it.
#[cold]
pub fn attend() {
    special::wake_helpers();
    if finish_wanted() {
        finish_here();
    }
    if periodic::is_due() {
        begin_here();
    }
}

/// Begins a collection that no goroutine asks for.
fn begin_here() {
    if pools::announced() {
        periodic::hand_over();
        return special::Helper::Collector.order();
    }
    if !marking() {
        sweep::finish();
    }
    if !sched::try_stop_world(StopReason::GcBegin) {
        return;
    }
    periodic::begin();
    let ended = !marking() && begin_marking(None);
    start_world(ended, None);
}

/// World stopped for the beginning of a collection: whether the program has asked for it.
pub(super) fn set_forced(forced: bool) {
    FORCED.store(forced, Relaxed);
}

fn finish_here() {
    if !sched::try_stop_world(StopReason::GcEnd) {
        return;
    }
    let ended = marking() && finish_wanted() && try_finish(false);
    if !marking() {
        // The last worker of a marking that ended without waiting for it may have asked once more.
        FINISH_WANTED.store(false, Release);
    }
    start_world(ended, None);
}

/// The first stop: arms the barrier and greys what the kernel holds. A small heap may be marked right here: then true, the
/// collection has ended.
pub(super) fn begin_marking(g: Option<GRef>) -> bool {
    let before = pacer::heap_live();
    sweep::finish();
    phase::next_cycle();
    mem::flush_all();
    let expected = mark::scanned_bytes().max(before / 8);
    mark::begin();
    zombie::begin();
    roots::begin();
    phase::set_marking(true);
    let live = pacer::begin_marking();
    assist::begin(live, expected);
    LIVE_AT_START.store(live, Relaxed);
    BEGAN_NS.set((sched::stop_wished_ns(), sys::nanotime()));
    let mut marker = Marker::new();
    roots::mark_kernel(&mut marker);
    let stopped = godebug::gcstoptheworld() > 0;
    let small = cycles() > 0 && pacer::live_after_mark() < AT_ONCE_BYTES && roots::are_few();
    let at_once = stopped || small && !crate::debug::ON;
    if at_once {
        if let Some(g) = g {
            roots::scan_running(g);
        }
        roots::mark(&mut marker);
        marker.drain_some(if stopped { u64::MAX } else { AT_ONCE_BYTES });
    }
    marker.finish();
    if at_once && !mark::work_left() {
        complete(before, sys::nanotime());
        if godebug::gcstoptheworld() > 1 {
            sweep::finish();
        }
        return true;
    }
    send_workers();
    false
}

/// World stopped; the workers set out when it runs again.
fn send_workers() {
    let n = base_workers();
    FINISH_WANTED.store(false, Relaxed);
    WORKERS_SENT.store(0, Relaxed);
    WORKERS_LEFT.store(n, Release);
    WORKERS_DUE.store(n, Release);
}

/// Runs on a thread without a P, beside the program.
fn worker() {
    // It holds no P: what it takes is processor time, not the time of a P.
    let begun_ns = sys::thread_cpu_ns();
    let mut watch = Watch {
        guest: WORKERS_SENT.fetch_add(1, Relaxed) >= base_workers(),
        ticks: 0,
        busy: 0,
    };
    let mut marker = Marker::new();
    marker.activate();
    roots::mark(&mut marker);
    marker.drain_beside(watch.guest, |plenty| watch.tick(plenty));
    marker.finish();
    stats::counters::CYCLES.note_worker(sys::thread_cpu_ns() - begun_ns, watch.guest);
    if WORKERS_LEFT.fetch_sub(1, AcqRel) == 1 && marking() {
        FINISH_WANTED.store(true, Release);
        pacer::want();
        assist::wake_all();
        sched::call_in(|| !finish_wanted() || sched::stop_requested());
    }
}

/// The second stop: what the barrier recorded, and what entered the kernel's places meanwhile. True if the collection has
/// ended; with more than a little left to mark, the workers are sent again unless it `must` end.
fn try_finish(must: bool) -> bool {
    if workers_out() && !must {
        return false;
    }
    let before = pacer::heap_live();
    sched::for_each_p(barrier::flush);
    let mut marker = Marker::new();
    // Workers that have not set out stay at home.
    let late = workers_out();
    if late && WORKERS_DUE.swap(0, AcqRel) > 0 {
        WORKERS_LEFT.store(0, Release);
    }
    if crate::debug::ON {
        roots::check_goroutines(&mut marker, late);
    }
    roots::mark_kernel(&mut marker);
    if !must {
        marker.drain_some(LEFT_OVER_BYTES);
    }
    marker.finish();
    if !must && mark::work_left() {
        send_workers();
        return false;
    }
    if must {
        finish_together();
    }
    complete(before, sched::stop_wished_ns());
    true
}

/// Everything is marked: specials, figures, and the spans are handed to the sweeper. World stopped, since `marked_ns` for
/// this.
fn complete(before: u64, marked_ns: i64) {
    mem::flush_all();
    phase::set_marking(false);
    FINISH_WANTED.store(false, Release);
    let born_black = pacer::end_marking(LIVE_AT_START.load(Relaxed), assist::share());
    let reached = mark::marked_bytes();
    if (crate::debug::ON || godebug::gccheckmark() > 0) && born_black > 0 {
        verify::nothing_was_missed();
    }
    let goal = pacer::heap_goal();
    mem::scavenge::note_peak(pacer::heap_live(), goal);
    finalizer_check::run();
    sweep::begin();
    pacer::after_mark(reached, born_black, cycles() + 1);
    CYCLES.fetch_add(1, Relaxed);
    let (globals, stacks) = roots::scanned_bytes();
    stats::counters::CYCLES.note_scanned([globals, mark::scanned_bytes(), stacks]);
    record(before, reached + born_black, goal, marked_ns);
}

/// Debug kernel: what is left is marked in the stop, by this M and the workers that are still out.
fn finish_together() {
    let mut marker = Marker::new();
    marker.activate();
    roots::mark(&mut marker);
    marker.drain();
    let mut patience = Backoff::new();
    while workers_out() {
        patience.wait();
    }
    // A guest may have left with work.
    marker.activate();
    marker.drain();
    marker.finish();
}

/// The collection has ended; the stop in which it did lasts a little longer.
fn record(before: u64, live: u64, goal: u64, marked_ns: i64) {
    let old = STATS.get();
    let now = sys::nanotime();
    periodic::note_end(now);
    let wished = sched::stop_wished_ns();
    let (begun_ns, marking_ns) = BEGAN_NS.get();
    let forced = FORCED.swap(false, Relaxed);
    STATS.set(CycleStats {
        begun_ns,
        marking_ns,
        stopped_ns: (marked_ns, now),
        heap_at_start: LIVE_AT_START.load(Relaxed),
        goal,
        was_forced: forced,
        end_unix_ns: time::wall_ns(),
        heap: (before, live),
        pause_ns: stats::counters::take_cycle_pause_ns() + (now - wished) as u64,
        forced: old.forced + u32::from(forced),
    });
    stats::after_cycle(&STATS.get());
}
