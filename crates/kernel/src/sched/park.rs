//! Leaving and entering the processor: park, ready, yield, hand over.

use super::find::schedule;
use super::latency;
use super::queue::{self, put_global, put_local};
use super::{Continuation, GList, GRef, GState, M, WaitReason, m, p, wake_p};
use crate::{arch, gc, trace};
use core::ptr::null_mut;
use core::sync::atomic::Ordering::*;
use goxide_abi::layout::STACK_GUARD;

/// Parks the current goroutine for `why`; `after` then gives the locks back. It continues in Go, behind its kernel
/// call, once somebody has made it ready.
#[doc(alias = "gopark")]
pub fn park(g: GRef, why: WaitReason, after: impl FnOnce()) -> ! {
    let bubble = g.bubble.get();
    detach(g, why);
    after();
    if bubble != 0 {
        crate::sync::bubble::parked(bubble, why);
    }
    schedule()
}

/// As [`park`]; when ready, `cont` runs in the kernel first.
pub fn park_then(g: GRef, why: WaitReason, cont: Continuation, after: impl FnOnce()) -> ! {
    g.cont.set(Some(cont));
    park(g, why, after)
}

fn detach(g: GRef, why: WaitReason) {
    if trace::on() {
        trace::go_block(why);
    }
    detach_quietly(g, why);
}

/// Without an event: the caller has written it.
fn detach_quietly(g: GRef, why: WaitReason) {
    g.wait_reason.set(why as u32);
    if crate::profile::block::is_timed(why) {
        g.blocked_since.set(crate::sys::nanotime());
    }
    leave_m(g);
    g.set_state(GState::Waiting);
}

/// The goroutine is no longer this M's.
fn leave_m(g: GRef) {
    let m = m();
    arch::set_g(m.g0.get().cast());
    m.curg.set(null_mut());
    g.m.set(null_mut());
}

/// Puts `g` on this M and continues it: continuation first, then Go.
pub(super) fn execute(g: GRef, inherit_time: bool) -> ! {
    crate::panic::hold_still();
    let m = m();
    if let Some(p) = super::try_p()
        && !inherit_time
    {
        p.sched_tick.fetch_add(1, Relaxed);
    }
    attach(m, g);
    if trace::on() {
        trace::go_start(g);
    }
    continue_go(g)
}

/// As [`execute`] with the rest of the time slice, for a goroutine that has waited until now; its events have been written.
pub(super) fn switch_to(next: GRef) -> ! {
    crate::panic::hold_still();
    next.set_state(GState::Runnable);
    attach(m(), next);
    continue_go(next)
}

fn attach(m: &'static M, g: GRef) {
    m.curg.set(g.as_ptr().cast());
    g.m.set(core::ptr::from_ref(m).cast_mut().cast());
    gc::enter_running(g);
    if g.ready_since.get() != 0 {
        latency::runs(g);
    }
    let since = g.blocked_since.replace(0);
    if since != 0 {
        crate::profile::block::ended(&g, g.wait_reason.get(), since);
    }
    g.wait_reason.set(0);
    g.wait_since.set(0);
    g.preempt.store(false, Relaxed);
    g.stackguard0.store(g.stack_lo.get() + STACK_GUARD, Relaxed);
    arch::set_g(g.as_ptr());
    // A stop of the world that has asked all Ps before this G was on one must not miss it.
    if super::stop_requested() {
        g.preempt.store(true, Relaxed);
        g.stackguard0
            .store(goxide_abi::layout::STACK_PREEMPT, Relaxed);
    }
}

fn continue_go(g: GRef) -> ! {
    if let Some(cont) = g.cont.take() {
        cont(g);
    }
    resume_go(g)
}

/// Continues the current goroutine in Go with `g.ret` as the results of its kernel call.
#[inline]
pub fn resume_go(g: GRef) -> ! {
    if cfg!(feature = "debug-kernel") {
        crate::stack::debug_before_resume(g);
    }
    if g.shrink.get() {
        crate::stack::before_resume(g);
    }
    arch::resume(g)
}

/// Makes a parked goroutine runnable, next on this P, and wakes a P for what it displaces.
#[doc(alias = "goready")]
pub fn ready(g: GRef) {
    make_runnable(g);
    queue::put(g, true);
    wake_p();
}

/// As [`ready`], but at the end of the queue.
pub fn ready_tail(g: GRef) {
    make_runnable(g);
    queue::put(g, false);
    wake_p();
}

/// Makes all of `list` runnable.
pub fn ready_list(list: &mut GList) {
    let n = list.len();
    match super::try_p() {
        Some(p) => {
            while let Some(g) = list.pop() {
                make_runnable(g);
                put_local(p, g, false);
            }
        }
        None => {
            while let Some(g) = list.pop() {
                make_runnable(g);
                put_global(g);
            }
        }
    }
    (0..n.min(super::proc_count())).for_each(|_| wake_p());
}

pub(super) fn make_runnable(g: GRef) {
    stop_waiting(g);
    trace::without_p(|| {
        if trace::on() {
            trace::go_unblock(g);
        }
        set_runnable(g);
    });
}

/// What the end of a wait means to others than the scheduler.
pub(super) fn stop_waiting(g: GRef) {
    crate::kassert!(
        g.state() == GState::Waiting,
        "ready of a goroutine that does not wait"
    );
    if g.bubble.get() != 0 {
        crate::sync::bubble::readied(g);
    }
    if g.blocked_since.get() != 0 {
        crate::profile::block::wait_ends(&g);
    }
}

/// Now and then the time is noted, for the histogram of latencies (see `latency`).
#[inline]
pub(super) fn set_runnable(g: GRef) {
    latency::ready(g);
    g.set_state(GState::Runnable);
}

/// The current goroutine lets others run and stays runnable; results are in `g.ret`.
pub fn yield_now(g: GRef) -> ! {
    yield_for(g, "runtime.Gosched")
}

fn yield_for(g: GRef, why: &str) -> ! {
    if trace::on() {
        trace::go_stop(why);
    }
    leave_m(g);
    set_runnable(g);
    put_global(g);
    schedule()
}

/// A preemption request was found at a stack check or by signal.
pub fn preempt_here(g: GRef) -> ! {
    yield_for(g, "preempted")
}

/// Direct hand-over of the processor: `next` (parked) runs here at once with the rest of the time slice, the current
/// goroutine stays runnable. Where one of them is locked to a thread, `next` is only made ready.
pub fn yield_to(g: GRef, next: GRef) -> ! {
    if !g.locked_m.get().is_null() || !next.locked_m.get().is_null() {
        ready(next);
        yield_now(g)
    }
    make_runnable(next);
    if trace::on() {
        trace::go_stop("runtime.Gosched");
    }
    leave_m(g);
    set_runnable(g);
    put_local(p(), g, false);
    execute(next, true)
}

/// Parks the current goroutine, which the caller has given a place to wait in, and runs `next` (parked) on this M.
pub fn park_and_switch(g: GRef, why: WaitReason, next: GRef) -> ! {
    let bubble = g.bubble.get();
    if trace::on() {
        trace::go_switch(next, false);
    }
    detach_quietly(g, why);
    stop_waiting(next);
    if bubble != 0 {
        crate::sync::bubble::parked(bubble, why);
    }
    switch_to(next)
}
