//! Idle Ms and Ps: putting them to sleep, waking them, sending them on errands.

use super::find::{POLL_UNTIL, poller_blocked};
use super::queue::{IDLE_PS, SCHED, SPINNING, Sched};
use super::{M, P, PStatus, sysmon, template, thread, world};
use crate::{gc, netpoll, trace};
use core::ptr::null_mut;
use core::sync::atomic::{Ordering::*, fence};

/// The M takes a P that nobody else holds.
pub fn acquire_p(m: &'static M, p: &'static P) {
    take_back_p(m, p);
    if trace::on() {
        trace::proc_start(p);
    }
}

/// As [`acquire_p`], for the P that the M has left in a system call and found there again.
pub fn take_back_p(m: &'static M, p: &'static P) {
    m.p.set(core::ptr::from_ref(p).cast_mut().cast());
    p.m.set(core::ptr::from_ref(m).cast_mut());
    p.set_status(PStatus::Running);
}

/// The M lets its P go; the caller says where it goes.
pub fn release_p(m: &M, p: &P) {
    if trace::on() {
        trace::proc_stop();
    }
    leave_p(m, p);
}

/// As [`release_p`], for a system call: the M hopes to find the P there again.
pub fn leave_p(m: &M, p: &P) {
    crate::kassert!(core::ptr::eq(m.p.get().cast::<P>(), p));
    m.p.set(null_mut());
    p.m.set(null_mut());
}

/// Takes an idle P for this M, if there is one and the world may run.
pub fn acquire_idle_p(m: &'static M) -> bool {
    let mut sched = SCHED.lock();
    if world::stop_requested() {
        return false;
    }
    let Some(p) = sched.take_idle_p() else {
        return false;
    };
    sched.release();
    sysmon::wake();
    acquire_p(m, p);
    true
}

/// Sleeps until somebody gives this M a P. The M has none.
pub fn stop_m(m: &'static M) {
    loop {
        if m.spinning.get() {
            m.spinning.set(false);
            SPINNING.fetch_sub(1, SeqCst);
        }
        let mut sched = SCHED.lock();
        sched.put_idle_m(m);
        check_dead(&sched);
        sched.release();
        // Every wake belongs to one sleep: the waker took the M off the list.
        m.note.sleep();
        m.note.clear();
        if let Some(errand) = m.errand.take() {
            errand();
            if gc::wants_p() && acquire_idle_p(m) {
                return;
            }
            continue;
        }
        // SAFETY: the waker set a P before the wake.
        let p = unsafe { m.next_p.replace(null_mut()).as_ref() };
        let Some(p) = p else { continue };
        acquire_p(m, p);
        return;
    }
}

/// Gives `p` to a sleeping or new M. The P is nobody's.
pub fn start_m(p: &'static P, spinning: bool) {
    let mut sched = SCHED.lock();
    let m = sched.take_idle_m();
    sched.release();
    match m {
        Some(m) => {
            m.spinning.set(spinning);
            m.next_p.set(core::ptr::from_ref(p).cast_mut());
            m.note.wake();
        }
        None => thread::new_m(p, spinning),
    }
}

/// After work became visible: wakes an idle P unless somebody already looks around. Store-load pair with
/// `sleep_until_work`:
///     here   publish work                                  fence   read `SPINNING`, `IDLE_PS`
///     there  put the P idle, `SPINNING -= 1`               fence   look at every queue once more
/// At least one side sees the other.
#[inline]
pub fn wake_p() {
    fence(SeqCst);
    if IDLE_PS.load(Relaxed) == 0 || SPINNING.load(Relaxed) != 0 {
        return;
    }
    wake_p_slow();
}

#[cold]
fn wake_p_slow() {
    if SPINNING.compare_exchange(0, 1, SeqCst, Relaxed).is_err() {
        return;
    }
    let mut sched = SCHED.lock();
    let p = if world::stop_requested() {
        None
    } else {
        sched.take_idle_p()
    };
    sched.release();
    match p {
        Some(p) => {
            sysmon::wake();
            start_m(p, true);
        }
        None => {
            SPINNING.fetch_sub(1, SeqCst);
        }
    }
}

/// A P without an M has work or may have: finds it an M, or puts it to the idle ones.
pub fn hand_off_p(p: &'static P) {
    let busy =
        !p.is_empty() || super::queue::GLOBAL_LEN.load(Acquire) > 0 || p.timers.next_when() != 0;
    // The M that lets the P go will not wait in the poller itself: it sleeps for its locked G, or is in a system call.
    let unwatched = netpoll::any_waiters() && !poller_blocked();
    if (busy || unwatched) && !world::stop_requested() {
        return start_m(p, false);
    }
    let no_spinner = SPINNING.load(SeqCst) == 0 && IDLE_PS.load(SeqCst) == 0;
    if no_spinner
        && !world::stop_requested()
        && SPINNING.compare_exchange(0, 1, SeqCst, Relaxed).is_ok()
    {
        return start_m(p, true);
    }
    let mut sched = SCHED.lock();
    if world::stop_requested() {
        sched.release();
        return world::deliver_stopped(p);
    }
    if !sched.global.is_empty() {
        sched.release();
        return start_m(p, false);
    }
    sched.put_idle_p(p);
    sched.release();
    // As in `sleep_until_work`.
    if gc::wants_p() {
        wake_p();
    }
    let when = crate::time::next_when_all();
    if when != 0 {
        wake_netpoller(when);
    }
}

/// A timer is due at `when`: whoever sleeps in the poller must not sleep longer.
pub fn wake_netpoller(when: i64) {
    if poller_blocked() {
        let until = POLL_UNTIL.load(SeqCst);
        if until == 0 || until > when {
            netpoll::break_wait();
        }
    } else {
        wake_p();
    }
}

/// Whether an M besides this one runs Go code: the holder of a lock may be about to release it.
pub fn others_running() -> bool {
    let idle = IDLE_PS.load(Relaxed) + SPINNING.load(Relaxed);
    super::proc_count() > idle + 1
}

/// Ps that run nothing and look for nothing.
pub fn idle_proc_count() -> u32 {
    IDLE_PS.load(Relaxed)
}

/// How many other Ms may help a collection.
pub fn max_helpers() -> u32 {
    super::proc_count()
        .saturating_sub(1)
        .min(super::procs::cpu_count().saturating_sub(1))
        .min(7)
}

/// Runs `errand` once on each of `n` other Ms that hold no P. World stopped.
pub fn help(n: u32, errand: fn()) {
    for _ in 0..n {
        let mut sched = SCHED.lock();
        let m = sched.take_idle_m();
        sched.release();
        match m {
            Some(m) => {
                m.errand.set(Some(errand));
                m.note.wake();
            }
            None => thread::new_m_for(errand),
        }
    }
}

/// Ms that run something, look for something, or wait in a system call or in the poller.
pub fn awake_ms(sched: &Sched) -> i32 {
    let never_schedule = sysmon::count() + template::count();
    thread::thread_count() - sched.idle_m_count - sched.idle_locked_ms - never_schedule
}

/// Under the scheduler's lock, when an M goes to sleep: if no M is left that could ever make something runnable, the
/// program is dead.
pub fn check_dead(sched: &Sched) {
    if awake_ms(sched) > 0 || world::stop_requested() || !sched.global.is_empty() {
        return;
    }
    if !crate::boot::is_started() || crate::time::next_when_all() != 0 || world::helpers_out() {
        return;
    }
    // A descriptor may become ready at any time; sysmon looks if no M does.
    if netpoll::any_waiters() {
        return;
    }
    let mut alive = false;
    super::for_each_g(|g| {
        alive |= matches!(
            g.state(),
            super::GState::Runnable | super::GState::Running | super::GState::Syscall
        )
    });
    if alive {
        return;
    }
    crate::panic::die_deadlock()
}
