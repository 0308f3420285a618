//! What runs next: the scheduling policy.

use super::park::execute;
use super::queue::{GLOBAL_LEN, IDLE_PS, SCHED, SPINNING, take_global, take_local};
use super::{GList, GRef, M, P, idle, lockos, m, p, procs, world};
use crate::{arch, gc, netpoll, sys, time, trace};
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering::*, fence};
use goxide_algo::rng::Order;

/// Every so many ticks the global queue goes first, so that it cannot starve. A prime.
const GLOBAL_TICK: u32 = 61;
const STEAL_ROUNDS: u32 = 4;

/// When an M last looked at the poller; 0 while one is blocked in it.
pub static LAST_POLL: AtomicI64 = AtomicI64::new(0);
/// Until when the M blocked in the poller sleeps; 0: for ever.
pub static POLL_UNTIL: AtomicI64 = AtomicI64::new(0);
/// An M is blocked in the poller.
static POLLER_BLOCKED: AtomicBool = AtomicBool::new(false);

/// Finds a goroutine and runs it. The M has no current goroutine.
///
/// The kernel stack begins anew here: goroutines whose continuations park again would else pile up frames on it.
pub fn schedule() -> ! {
    extern "C" fn begin(_: usize) -> ! {
        find_and_run()
    }
    // SAFETY: this M's own kernel stack; nothing on it is needed any more (S4).
    unsafe { arch::on_stack(m().g0_sp.get(), begin, 0) }
}

fn find_and_run() -> ! {
    let m = m();
    if !m.locked_g.get().is_null() {
        lockos::wait_for_locked_g(m);
    }
    loop {
        let (g, inherit) = find_runnable(m);
        if m.spinning.get() {
            stop_spinning(m);
        }
        if g.locked_m.get().is_null() {
            execute(g, inherit);
        }
        lockos::give_p_to_locked_m(m, g);
    }
}

/// The order below is the scheduling policy.
fn find_runnable(m: &'static M) -> (GRef, bool) {
    loop {
        let Some(p) = super::try_p() else {
            idle::stop_m(m);
            continue;
        };
        if world::stop_requested() {
            world::stop_here(m);
            continue;
        }
        if gc::wants_p() {
            gc::attend();
            continue;
        }
        if p.preempt.load(Relaxed) {
            end_slice(p);
        }
        if trace::on()
            && let Some(g) = trace::reader_due()
        {
            super::park::make_runnable(g);
            return (g, false);
        }
        let tick = p.sched_tick.load(Relaxed);
        let next_timer = run_timers(p);
        if tick % GLOBAL_TICK == 0
            && let Some(g) = take_global(p, 1)
        {
            return (g, false);
        }
        if let Some(found) = take_local(p) {
            return found;
        }
        if let Some(g) = take_global(p, usize::MAX) {
            return (g, false);
        }
        if let Some(g) = ready_from_netpoll(p) {
            return (g, false);
        }
        if let Some(g) = steal(m, p) {
            return (g, false);
        }
        sleep_until_work(m, p, next_timer);
    }
}

/// The time slice is over, though the goroutine that had it may have parked before it noticed: two that ready each other
/// for ever share one slice, and the others must get their turn.
fn end_slice(p: &P) {
    p.preempt.store(false, Relaxed);
    p.sched_tick.fetch_add(1, Relaxed);
    if let Some(g) = p.take_runnext() {
        super::queue::put_local(p, g, false);
    }
}

/// Runs expired timers of `p`; when its next one is due, 0 for none.
fn run_timers(p: &'static P) -> i64 {
    if p.timers.next_when() == 0 {
        return 0;
    }
    time::run_expired(p, time::now()).1
}

/// Polls without waiting; the first ready goroutine runs, the others are queued.
fn ready_from_netpoll(_p: &P) -> Option<GRef> {
    if !netpoll::initialised() || !netpoll::any_waiters() || POLLER_BLOCKED.load(Relaxed) {
        return None;
    }
    let mut ready = GList::EMPTY;
    netpoll::poll(0, &mut ready);
    LAST_POLL.store(sys::nanotime(), Relaxed);
    take_first(&mut ready)
}

fn take_first(ready: &mut GList) -> Option<GRef> {
    let first = ready.pop()?;
    if trace::on() {
        trace::go_unblock(first);
    }
    first.set_state(super::GState::Runnable);
    super::ready_list(ready);
    Some(first)
}

/// Looks at the other Ps in random order. Spins only while at most half of the busy Ps' Ms do.
fn steal(m: &M, p: &'static P) -> Option<GRef> {
    let procs = super::proc_count();
    if procs <= 1 {
        return None;
    }
    if !m.spinning.get() {
        let busy = procs - IDLE_PS.load(Relaxed).min(procs);
        if 2 * SPINNING.load(Relaxed) >= busy {
            return None;
        }
        m.spinning.set(true);
        SPINNING.fetch_add(1, SeqCst);
    }
    for round in 0..STEAL_ROUNDS {
        let last = round == STEAL_ROUNDS - 1;
        // SAFETY: the P is this M's.
        let order = Order::new(procs, unsafe { &mut *p.rng.get() });
        for i in order {
            let victim = procs::p_at(i);
            if core::ptr::eq(victim, p) {
                continue;
            }
            if last && victim.timers.next_when() != 0 {
                let (ran, _) = time::run_expired(victim, time::now());
                if ran && let Some((g, _)) = take_local(p) {
                    return Some(g);
                }
            }
            if let Some(g) = steal_from(p, victim, last) {
                return Some(g);
            }
        }
        if world::stop_requested() {
            return None;
        }
    }
    None
}

fn steal_from(p: &P, victim: &P, with_next: bool) -> Option<GRef> {
    if let Some(g) = victim.runq.stealer().steal_half(&mut p.runq.owner()) {
        return GRef::from_ptr(g as *mut _);
    }
    if !with_next || victim.runnext.load(Acquire) == 0 {
        return None;
    }
    // The victim's M usually runs its runnext within microseconds: give it that time before taking it away.
    if victim.get_status() == super::PStatus::Running {
        sys::usleep(3);
    }
    victim.take_runnext()
}

/// The M has found work. If it was the last to spin, another takes over: there may be more where this came from.
fn stop_spinning(m: &M) {
    m.spinning.set(false);
    SPINNING.fetch_sub(1, SeqCst);
    super::wake_p();
}

/// Gives the P away, looks at all queues once more (S3), then waits in the poller or on the M's note.
fn sleep_until_work(m: &'static M, p: &'static P, next_timer: i64) {
    let mut sched = SCHED.lock();
    if world::stop_requested() || !sched.global.is_empty() {
        return;
    }
    let was_spinning = m.spinning.get();
    idle::release_p(m, p);
    sched.put_idle_p(p);
    sched.release();
    let _ = next_timer;
    if was_spinning {
        m.spinning.set(false);
        SPINNING.fetch_sub(1, SeqCst);
        fence(SeqCst);
    }
    // A worker of the collector says that it wants a P and then looks for an idle one, under the same lock: either it has
    // seen this P, or its wish is seen here.
    if (gc::wants_p() || was_spinning && anything_ready()) && idle::acquire_idle_p(m) {
        m.spinning.set(true);
        SPINNING.fetch_add(1, SeqCst);
        return;
    }
    let until = time::next_when_all();
    if netpoll::initialised()
        && (netpoll::any_waiters() || until != 0)
        && !POLLER_BLOCKED.swap(true, AcqRel)
    {
        wait_in_poller(m, until);
    } else {
        idle::stop_m(m);
    }
}

fn anything_ready() -> bool {
    GLOBAL_LEN.load(Acquire) > 0 || (0..super::proc_count()).any(|i| !procs::p_at(i).is_empty())
}

/// This M is the one that waits for descriptors and timers on behalf of all.
fn wait_in_poller(m: &'static M, until: i64) {
    POLL_UNTIL.store(until, SeqCst);
    LAST_POLL.store(0, SeqCst);
    // A timer that was started before `POLL_UNTIL` became visible is seen here, a later one breaks the poll.
    let until = match (until, time::next_when_all()) {
        (0, b) => b,
        (a, 0) => a,
        (a, b) => a.min(b),
    };
    let delay = if anything_ready() {
        0
    } else if until == 0 {
        -1
    } else if sys::playback::now().is_some() {
        turn_clock(until)
    } else {
        (until - sys::nanotime()).max(0)
    };
    let mut ready = GList::EMPTY;
    m.in_netpoll.set(true);
    netpoll::poll(delay, &mut ready);
    m.in_netpoll.set(false);
    POLL_UNTIL.store(0, SeqCst);
    LAST_POLL.store(sys::nanotime(), SeqCst);
    POLLER_BLOCKED.store(false, Release);
    if idle::acquire_idle_p(m) {
        if let Some(g) = take_first(&mut ready) {
            super::queue::put_local(p(), g, true);
        } else if !m.spinning.get() {
            m.spinning.set(true);
            SPINNING.fetch_add(1, SeqCst);
        }
    } else {
        super::ready_list(&mut ready);
        idle::stop_m(m);
    }
}

/// Time of the playground: if this M, the one in the poller, is the only one that is awake, it is `until` now; how long to
/// wait otherwise until the next look, ns.
#[cold]
fn turn_clock(until: i64) -> i64 {
    const LOOK_NS: i64 = 1_000_000;
    if idle::awake_ms(&SCHED.lock()) > 1 || anything_ready() {
        return LOOK_NS;
    }
    sys::playback::jump(until);
    0
}

/// Whether an M is blocked in the poller (sysmon need not poll).
pub fn poller_blocked() -> bool {
    POLLER_BLOCKED.load(Relaxed)
}
