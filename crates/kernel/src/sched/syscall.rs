//! System calls of goroutines: the P stays within reach and is taken away when the call lasts.

use super::idle::{acquire_idle_p, hand_off_p, leave_p, release_p, take_back_p};
use super::queue::put_global;
use super::{Continuation, GRef, GState, M, P, PStatus, current, m, p, schedule, world};
use crate::{arch, gc, trace};
use core::ptr::null_mut;
use core::sync::atomic::Ordering::*;

/// The goroutine is about to make a system call that may block.
#[doc(alias = "entersyscall")]
pub fn enter_syscall() {
    let (g, m, p) = (current(), m(), p());
    g.set_state(GState::Syscall);
    m.old_p.set(core::ptr::from_ref(p).cast_mut());
    p.syscall_tick.fetch_add(1, Relaxed);
    if trace::on() {
        trace::syscall_begin(m, p);
    }
    leave_p(m, p);
    // SeqCst: either the stopper of the world sees the P in a system call, or the check below sees the stopper.
    p.status.store(PStatus::Syscall as u32, SeqCst);
    world::check_after_syscall_entry(p);
}

/// The goroutine is about to block for certain: the P goes to others at once.
#[doc(alias = "entersyscallblock")]
pub fn enter_syscall_block() {
    let (g, m, p) = (current(), m(), p());
    g.set_state(GState::Syscall);
    m.old_p.set(null_mut());
    p.syscall_tick.fetch_add(1, Relaxed);
    if trace::on() {
        trace::syscall_begin(m, p);
    }
    release_p(m, p);
    p.set_status(PStatus::Idle);
    hand_off_p(p);
}

/// The system call has returned: takes the old P if it is still there, another one if there is one, and otherwise
/// queues the goroutine and leaves it.
#[doc(alias = "exitsyscall")]
pub fn exit_syscall() {
    let (g, m) = (current(), m());
    if retake_old_p(g, m) || acquire_p_afterwards(g, m) {
        gc::enter_running(g);
        return;
    }
    leave(g, m)
}

#[inline]
fn retake_old_p(g: GRef, m: &'static M) -> bool {
    // SAFETY: null or a P; Ps are type-stable.
    let Some(p) = (unsafe { m.old_p.replace(null_mut()).as_ref() }) else {
        return false;
    };
    if !p.change_status(PStatus::Syscall, PStatus::Running) {
        return false;
    }
    take_back_p(m, p);
    if trace::on() {
        trace::syscall_end(g, m, p);
    }
    true
}

/// The old P is gone: takes an idle one for `g`, which is back from its system call.
fn acquire_p_afterwards(g: GRef, m: &'static M) -> bool {
    if !acquire_idle_p(m) {
        return false;
    }
    if trace::on() {
        trace::syscall_end_blocked();
        trace::go_start(g);
    }
    true
}

#[cold]
fn leave(g: GRef, m: &M) -> ! {
    arch::set_g(m.g0.get().cast());
    trace::without_p(|| {
        m.curg.set(null_mut());
        if trace::on() {
            trace::syscall_end_blocked();
        }
        g.m.set(null_mut());
        super::park::set_runnable(g);
    });
    put_global(g);
    // An idle P may have appeared between the failed attempt and the push.
    super::wake_p();
    schedule()
}

/// Blocks this M in `f` without a P on behalf of `g`; afterwards `cont` runs with one, and `g` continues in Go.
pub fn block_m(g: GRef, f: impl FnOnce(), cont: Continuation) -> ! {
    enter_syscall_block();
    f();
    g.cont.set(Some(cont));
    let m = m();
    if acquire_p_afterwards(g, m) {
        gc::enter_running(g);
        g.cont.set(None);
        cont(g);
        super::resume_go(g)
    }
    leave(g, m)
}

/// A P that was left in a system call too long: sysmon takes it for others.
pub fn retake(p: &'static P) -> bool {
    if !p.change_status(PStatus::Syscall, PStatus::Idle) {
        return false;
    }
    if trace::on() {
        trace::proc_steal(p);
    }
    hand_off_p(p);
    true
}
