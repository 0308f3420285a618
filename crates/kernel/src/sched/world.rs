//! Stopping and starting the world.
//!
//! The stopper keeps its P, marked stopped. Idle Ps and those in system calls are taken at once; running ones give
//! themselves up at the next stack check, asynchronous stop or scheduling point, and their Ms go to sleep.

use super::idle::{release_p, start_m, stop_m};
use super::queue::{SCHED, SPINNING};
use super::{M, P, PStatus, m, p, procs};
use crate::prim::Note;
use crate::{signal, sys, trace};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, Ordering::*};
use goxide_abi::layout::STACK_PREEMPT;

/// Somebody stops, or has stopped, the world.
static OWNED: AtomicBool = AtomicBool::new(false);
/// Ps must stop. SeqCst partner of the checks in `enter_syscall` and `attach`.
static STOPPING: AtomicBool = AtomicBool::new(false);
/// Ps that have not stopped yet.
static MISSING: AtomicI32 = AtomicI32::new(0);
/// The stopper sleeps here.
static ALL_STOPPED: Note = Note::new();
/// How long the stopper sleeps before it asks again, ns.
const ASK_AGAIN_NS: i64 = 100_000;

/// When the stopper began to ask, and when all had stopped, monotonic ns. Written by the owner of the stop.
static WISHED_NS: AtomicI64 = AtomicI64::new(0);
static STOPPED_NS: AtomicI64 = AtomicI64::new(0);
/// So long the stopper looks whether all have stopped before it lets others have its processor: most goroutines come to a
/// stack check within a microsecond, and then need a few to stop, all out of cold caches.
const LOOK_NS: i64 = 6_000;
/// So long it leaves it to stack checks. A signal interrupts a processor and takes tens of microseconds.
const CHECKS_NS: i64 = 20_000;
/// So long it stays awake after it has sent signals: to be woken on an idle processor takes fifty microseconds.
const SIGNALS_NS: i64 = 20_000;

/// Why the world is stopped: for traces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopReason {
    /// A collection begins.
    GcBegin,
    /// Marking ends.
    GcEnd,
    /// The stacks of all goroutines are wanted.
    AllStacks,
    /// As [`Self::AllStacks`], for the goroutine profile.
    GoroutineProfile,
    /// `runtime.ReadMemStats`.
    MemStats,
    /// A system call for every thread.
    AllThreads,
    /// Another number of Ps.
    Procs,
    /// The execution trace begins, ends, or begins its next generation.
    TraceStart,
    /// See `TraceStart`.
    TraceStop,
    /// See `TraceStart`.
    TraceAdvance,
    /// `debug.WriteHeapDump`.
    HeapDump,
}

impl StopReason {
    /// The words that users of traces know.
    pub fn text(self) -> &'static str {
        match self {
            Self::GcBegin => "GC sweep termination",
            Self::GcEnd => "GC mark termination",
            Self::AllStacks => "all goroutines stack trace",
            Self::GoroutineProfile => "goroutine profile",
            Self::MemStats => "read mem stats",
            Self::AllThreads => "AllThreadsSyscall",
            Self::Procs => "GOMAXPROCS",
            Self::TraceStart => "start trace",
            Self::TraceStop => "stop trace",
            Self::TraceAdvance => "advance trace",
            Self::HeapDump => "write heap dump",
        }
    }
}

/// How long a stop took.
#[derive(Clone, Copy)]
pub struct StopTimes {
    /// From the wish until the world ran again, ns.
    pub total_ns: i64,
    /// From the wish until all had stopped, ns.
    pub stopping_ns: i64,
}

/// When the stop in progress was asked for, monotonic ns.
pub fn stop_wished_ns() -> i64 {
    WISHED_NS.load(Relaxed)
}

/// Whether Ps must stop now.
#[inline]
pub fn stop_requested() -> bool {
    STOPPING.load(SeqCst)
}

/// Whether somebody other than the scheduler keeps Ms busy while no P runs.
pub fn helpers_out() -> bool {
    OWNED.load(Relaxed)
}

/// Ps that the stop in progress waits for.
pub fn missing() -> i32 {
    MISSING.load(Relaxed).max(0)
}

/// Stops the world, unless another M is doing so: then the caller must let its P be stopped.
pub fn try_stop_world(why: StopReason) -> bool {
    if OWNED.swap(true, AcqRel) {
        return false;
    }
    WISHED_NS.store(sys::nanotime(), Relaxed);
    if trace::on() {
        trace::stop_begins(why);
    }
    let mine = p();
    let mut sched = SCHED.lock();
    mine.set_status(PStatus::Stopped);
    let mut missing = super::proc_count() as i32 - 1;
    while let Some(p) = sched.take_idle_p() {
        p.set_status(PStatus::Stopped);
        missing -= 1;
    }
    // The count stands before anybody is asked: a P that enters a system call counts itself without the lock.
    MISSING.store(missing, SeqCst);
    STOPPING.store(true, SeqCst);
    sched.release();
    take_syscall_ps();
    if !all_stopped() {
        for_each_running(ask);
        let asked = sys::nanotime();
        if runs_another_here() || !look_until(asked + LOOK_NS, all_stopped) {
            give_way_until(asked + CHECKS_NS);
        }
    }
    while !all_stopped() {
        preempt_all();
        if !give_way_until(sys::nanotime() + SIGNALS_NS) {
            ALL_STOPPED.sleep_for(ASK_AGAIN_NS);
        }
        ALL_STOPPED.clear();
        take_syscall_ps();
    }
    STOPPED_NS.store(sys::nanotime(), Relaxed);
    true
}

fn all_stopped() -> bool {
    MISSING.load(Acquire) <= 0
}

/// Whether it is `done` by the time `ns`.
fn look_until(ns: i64, done: impl Fn() -> bool) -> bool {
    while !done() {
        if sys::nanotime() >= ns {
            return false;
        }
        core::hint::spin_loop();
    }
    true
}

/// Whether all have stopped by the time `ns`. The M that is missing may be waiting for this very processor, and Linux does not
/// say so of one that was moved here: whoever waits gets it. This M is the next when that one has stopped, without having to
/// be woken.
fn give_way_until(ns: i64) -> bool {
    while !all_stopped() {
        if sys::nanotime() >= ns {
            return false;
        }
        sys::osyield();
    }
    true
}

/// Whether a goroutine's M was last on the processor of this one, so that it cannot run while this one does.
fn runs_another_here() -> bool {
    let here = m().whereabouts.cpu();
    let mut found = false;
    for_each_running(|p| {
        // SAFETY: null or an M; Ms are type-stable.
        let other = unsafe { p.m.get().as_ref() };
        found |= here.is_some() && other.is_some_and(|m| m.whereabouts.cpu() == here);
    });
    found
}

/// A thread at work beside the program, without a P: while somebody stops the world and misses an M, that may be waiting for
/// the processor of this one. Linux would let it wait for a time slice of some milliseconds.
#[inline]
pub fn step_aside() {
    if stop_requested() && missing() > 0 && super::try_p().is_none() {
        sleep_until_stopped();
    }
}

#[cold]
fn sleep_until_stopped() {
    const STEP_US: u64 = 20;
    const STEPS: u32 = 50;
    for _ in 0..STEPS {
        sys::usleep(STEP_US);
        if !stop_requested() || missing() == 0 {
            return;
        }
    }
}

/// An M without a P: has one that runs a goroutine come into the scheduler, until `noticed`.
pub fn call_in(noticed: impl Fn() -> bool) {
    for_each_running(ask);
    if runs_another_here() || !look_until(sys::nanotime() + LOOK_NS, noticed) {
        preempt_one();
    }
}

/// For entries that stop the world on behalf of Go code: retries after the other stopper by running the call again.
pub fn stop_world_or_retry(g: super::GRef, why: StopReason, retry: super::Continuation) {
    if !try_stop_world(why) {
        // The other one is about to ask, or has just ended: its thread may need this processor for it.
        if !stop_requested() {
            sys::osyield();
        }
        g.cont.set(Some(retry));
        super::yield_now(g);
    }
}

fn take_syscall_ps() {
    for i in 0..super::proc_count() {
        if procs::p_at(i).change_status(PStatus::Syscall, PStatus::Stopped) {
            note_steal(procs::p_at(i));
            count_stopped();
        }
    }
}

fn note_steal(p: &P) {
    if trace::on() {
        trace::proc_steal(p);
    }
}

fn count_stopped() {
    if MISSING.fetch_sub(1, AcqRel) == 1 {
        ALL_STOPPED.wake();
    }
}

/// The P, which nobody holds, stops. The stop lasts until it is counted, so the lock need not be held; who is woken wants it.
pub fn deliver_stopped(p: &P) {
    p.set_status(PStatus::Stopped);
    count_stopped();
}

/// This M's P stops; the M sleeps until it gets one again.
pub fn stop_here(m: &'static M) {
    let mine = p();
    let sched = SCHED.lock();
    if !stop_requested() {
        return;
    }
    // Before the P counts as stopped: `start_world` may come at once, and would leave a P with a timer asleep because of
    // an M that seems to look around for work.
    if m.spinning.replace(false) {
        SPINNING.fetch_sub(1, SeqCst);
    }
    release_p(m, mine);
    sched.release();
    deliver_stopped(mine);
    stop_m(m);
}

/// A P that has just been left in a system call may have been missed by the stopper.
pub fn check_after_syscall_entry(p: &P) {
    if stop_requested() && p.change_status(PStatus::Syscall, PStatus::Stopped) {
        note_steal(p);
        count_stopped();
    }
}

/// Starts the world after a stop that was not the collector's. Ps beyond the (possibly changed) count stay dead.
pub fn start_world() {
    let stop = start_world_timed();
    crate::stats::counters::note_other_stop(stop.total_ns, stop.stopping_ns);
}

/// As [`start_world`]; the caller counts the stop.
pub fn start_world_timed() -> StopTimes {
    let (wished, stopped) = (WISHED_NS.load(Relaxed), STOPPED_NS.load(Relaxed));
    let mine = p();
    let mut to_start: *mut P = null_mut();
    let mut sched = SCHED.lock();
    STOPPING.store(false, SeqCst);
    for i in (0..super::proc_count()).rev() {
        let p = procs::p_at(i);
        if core::ptr::eq(p, mine) {
            p.set_status(PStatus::Running);
        } else if p.is_empty() {
            sched.put_idle_p(p);
        } else {
            p.set_status(PStatus::Idle);
            p.idle_link.set(to_start);
            to_start = core::ptr::from_ref(p).cast_mut();
        }
    }
    sched.release();
    // SAFETY: the list was just made of Ps, which are type-stable.
    while let Some(p) = unsafe { to_start.as_ref() } {
        to_start = p.idle_link.replace(null_mut());
        start_m(p, false);
    }
    if trace::on() {
        trace::stop_ends();
    }
    OWNED.store(false, Release);
    let times = StopTimes {
        total_ns: sys::nanotime() - wished,
        stopping_ns: stopped - wished,
    };
    super::wake_p();
    let when = crate::time::next_when_all();
    if when != 0 {
        super::wake_netpoller(when);
    }
    crate::kassert!(!m().p.get().is_null());
    times
}

/// Asks every running goroutine to come into the kernel.
pub fn preempt_all() {
    for_each_running(preempt);
}

fn for_each_running(mut visit: impl FnMut(&P)) {
    for i in 0..super::proc_count() {
        let p = procs::p_at(i);
        if p.get_status() == PStatus::Running {
            visit(p);
        }
    }
}

/// Asks one running goroutine to come into the kernel: somebody with a P is needed there.
fn preempt_one() {
    for i in 0..super::proc_count() {
        let p = procs::p_at(i);
        if p.get_status() == PStatus::Running {
            return preempt(p);
        }
    }
}

/// Asks the goroutine that runs on `p` to come into the kernel. Best effort: what it finds may have changed already,
/// then a goroutine yields once without need.
pub fn preempt(p: &P) {
    if let Some(m) = ask_holder(p) {
        signal::preempt_m(m);
    }
}

/// As [`preempt`], for goroutines that come to a stack check.
fn ask(p: &P) {
    ask_holder(p);
}

/// The M that runs the goroutine.
fn ask_holder(p: &P) -> Option<&M> {
    // SAFETY: null or an M; Ms are type-stable.
    let m = unsafe { p.m.get().as_ref() }?;
    // SAFETY: null or a G; Gs are type-stable.
    let g = super::GRef::from_ptr(m.curg.get().cast())?;
    p.preempt.store(true, Relaxed);
    g.preempt.store(true, Relaxed);
    g.stackguard0.store(STACK_PREEMPT, SeqCst);
    Some(m)
}
