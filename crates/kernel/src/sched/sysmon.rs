//! The watchman: a thread without a P that takes Ps back from long system calls, preempts long time slices, polls the
//! network when nobody else does, gives free memory back, sees when a collection is due, and sleeps when nothing runs.

use super::find::{LAST_POLL, poller_blocked};
use super::queue::{GLOBAL_LEN, IDLE_PS, SPINNING};
use super::{
    GList, P, PStatus, procs, procs_watch, ready_list, schedtrace, syscall, thread, world,
};
use crate::mem::scavenge;
use crate::prim::Note;
use crate::{gc, netpoll, sys};
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering::*};

/// A time slice, ns.
const SLICE_NS: i64 = 10_000_000;
/// A P in a system call is safe for this long, ns.
const SYSCALL_NS: i64 = 20_000;
/// Longest sleep between two looks, µs.
const MAX_SLEEP_US: u64 = 10_000;

static ASLEEP: AtomicBool = AtomicBool::new(false);
static NOTE: Note = Note::new();
static THREADS: AtomicI32 = AtomicI32::new(0);

/// Starts the thread.
pub fn start() {
    THREADS.store(1, Relaxed);
    thread::new_m_running(run);
}

/// Threads that never schedule: 1 once started.
pub fn count() -> i32 {
    THREADS.load(Relaxed)
}

/// Whether it sleeps until something runs.
pub fn is_asleep() -> bool {
    ASLEEP.load(Relaxed)
}

/// Something runs again.
#[inline]
pub fn wake() {
    if ASLEEP.load(SeqCst) && ASLEEP.swap(false, SeqCst) {
        NOTE.wake();
    }
}

fn run() -> ! {
    let mut idle_rounds = 0u32;
    let mut next_step = 0;
    loop {
        sys::usleep(match idle_rounds {
            0..50 => 20,
            n => (20u64 << (n - 49).min(10)).min(MAX_SLEEP_US),
        });
        if sleep_if_idle(next_step) {
            idle_rounds = 0;
        }
        let now = sys::nanotime();
        poll_network(now);
        idle_rounds = if look_at_ps(now) { 0 } else { idle_rounds + 1 };
        if scavenge::is_due() && now >= next_step {
            next_step = scavenge::step().map_or(0, |rest| now + rest);
        }
        gc::periodic::check(now);
        schedtrace::check(now);
        procs_watch::check(now);
    }
}

/// Sleeps while no P runs and nothing is due at a certain time; true if it did.
fn sleep_if_idle(next_step: i64) -> bool {
    let all_idle = || IDLE_PS.load(SeqCst) == super::proc_count();
    if !all_idle() || world::stop_requested() || schedtrace::is_wanted() {
        return false;
    }
    ASLEEP.store(true, SeqCst);
    // Store-load pair with `wake`: either this look finds a busy P or work for the scavenger, or the waker finds the flag.
    let until = match scavenge::is_due() {
        true => next_step.min(gc::periodic::next_ns()),
        false => gc::periodic::next_ns(),
    };
    if !all_idle() || !sleep_until(until) {
        // Nobody woke this thread. If somebody is about to, his wake belongs to this sleep.
        if ASLEEP.swap(false, SeqCst) {
            return true;
        }
        NOTE.sleep();
    }
    NOTE.clear();
    true
}

/// Whether it was woken before `until`, monotonic ns.
fn sleep_until(until: i64) -> bool {
    if until == i64::MAX {
        NOTE.sleep();
        return true;
    }
    NOTE.sleep_for((until - sys::nanotime()).max(0))
}

fn poll_network(now: i64) {
    let last = LAST_POLL.load(Relaxed);
    if !netpoll::initialised() || poller_blocked() || last == 0 || now - last < SLICE_NS {
        return;
    }
    if LAST_POLL
        .compare_exchange(last, now, AcqRel, Relaxed)
        .is_ok()
    {
        let mut ready = GList::EMPTY;
        netpoll::poll(0, &mut ready);
        ready_list(&mut ready);
    }
}

/// Looks at every P; true if it took one back.
fn look_at_ps(now: i64) -> bool {
    let mut took = false;
    for i in 0..super::proc_count() {
        let p = procs::p_at(i);
        match p.get_status() {
            PStatus::Running => watch_slice(p, now),
            PStatus::Syscall => took |= watch_syscall(p, now),
            _ => {}
        }
    }
    took
}

fn watch_slice(p: &'static P, now: i64) {
    let (tick, since, ..) = p.seen.get();
    let current = p.sched_tick.load(Relaxed);
    if tick != current {
        let (_, _, t, s) = p.seen.get();
        p.seen.set((current, now, t, s));
    } else if now - since >= SLICE_NS {
        world::preempt(p);
    }
}

fn watch_syscall(p: &'static P, now: i64) -> bool {
    let (a, b, tick, since) = p.seen.get();
    let current = p.syscall_tick.load(Relaxed);
    if tick != current {
        p.seen.set((a, b, current, now));
        return false;
    }
    // Nothing waits and somebody else is there to take new work: leave the P for a cheap return.
    let others = SPINNING.load(Relaxed) + IDLE_PS.load(Relaxed) > 0;
    let nothing_waits = p.is_empty() && GLOBAL_LEN.load(Relaxed) == 0 && p.timers.next_when() == 0;
    if now - since < SYSCALL_NS || (nothing_waits && others && now - since < SLICE_NS) {
        return false;
    }
    syscall::retake(p)
}
