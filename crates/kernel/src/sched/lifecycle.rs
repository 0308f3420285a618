//! Birth and death of goroutines.

use super::{GRef, GState, M, P, WaitReason, gpool, m, p, put_local, schedule, wake_p};
use crate::types::FuncVal;
use crate::{boot, gc, trace};
use core::ptr::null_mut;
use goxide_abi::layout::GoFn;

/// Bytes kept free above a new goroutine's first frame, so that its argument area can be read.
const TOP_SPARE: usize = 32;

/// A new goroutine that will call the closure `func`; runnable, next on this P.
#[doc(alias = "newproc")]
pub fn spawn(func: *const FuncVal, created_pc: usize, system: bool) -> GRef {
    spawn_at(func, created_pc, system, true)
}

/// As [`spawn`], but behind everything that is runnable on this P.
pub fn spawn_tail(func: *const FuncVal, created_pc: usize) -> GRef {
    spawn_at(func, created_pc, false, false)
}

fn spawn_at(func: *const FuncVal, created_pc: usize, system: bool, next: bool) -> GRef {
    let p = p();
    let g = make(p, func, created_pc, system);
    if trace::on() {
        trace::go_create(g, false);
    }
    super::park::set_runnable(g);
    put_local(p, g, next);
    if boot::is_started() {
        wake_p();
    }
    g
}

/// As [`spawn`], but the goroutine waits for `why` until somebody makes it ready or switches to it.
pub fn spawn_parked(
    func: *const FuncVal,
    created_pc: usize,
    system: bool,
    why: WaitReason,
) -> GRef {
    let g = make(p(), func, created_pc, system);
    g.wait_reason.set(why as u32);
    if trace::on() {
        trace::go_create(g, true);
    }
    g.set_state(GState::Waiting);
    if g.bubble.get() != 0 {
        crate::sync::bubble::parked(g.bubble.get(), why);
    }
    g
}

fn make(p: &P, func: *const FuncVal, created_pc: usize, system: bool) -> GRef {
    let g = gpool::take(p, system);
    let parent = super::current();
    g.created_pc.set(created_pc);
    g.created_by.set(parent.goid.get());
    g.labels.set(if system { 0 } else { parent.labels.get() });
    if !system {
        g.bubble.set(parent.bubble.get());
        crate::sync::bubble::started(g);
    }
    if crate::stats::godebug::tracebackancestors() != 0 {
        crate::panic::save_ancestors(g, parent);
    }
    prepare(g, func);
    if gc::marking() {
        // A new stack is black: what it begins with is shaded instead.
        [func as usize, g.labels.get(), g.bubble.get()]
            .into_iter()
            .for_each(gc::shade);
        g.scanned_in.set(gc::cycle());
    }
    g
}

/// Lays the bottom of the stack: a return address in `goexit`, and the closure as what runs first.
fn prepare(g: GRef, func: *const FuncVal) {
    let sp = g.stack_hi.get() - TOP_SPARE;
    // SAFETY: the words lie in the fresh stack; `func` is a func value given by compiled code.
    let code = unsafe {
        core::ptr::write_bytes(sp as *mut u8, 0, TOP_SPARE);
        *(sp as *mut usize) = boot::go_fn(GoFn::Goexit);
        (*func).code
    };
    g.sched_sp.set(sp);
    g.sched_pc.set(code);
    g.sched_bp.set(0);
    g.sched_ctxt.set(func as usize);
    g.start_pc.set(code);
}

/// The current goroutine has returned from its function, or has run its deferred calls for Goexit.
pub fn goexit(g: GRef) -> ! {
    if trace::on() {
        trace::go_destroy();
    }
    let was_locked = !g.locked_m.get().is_null();
    end(g);
    if was_locked {
        end_locked_m(m())
    }
    schedule()
}

/// As [`goexit`]; `next`, which waits and has the lock to this thread if there is one, runs on this M at once.
pub fn goexit_to(g: GRef, next: GRef) -> ! {
    if trace::on() {
        trace::go_switch(next, true);
    }
    super::park::stop_waiting(next);
    end(g);
    super::park::switch_to(next)
}

/// Buries the current goroutine.
fn end(g: GRef) {
    if g.bubble.get() != 0 {
        crate::sync::bubble::ended(g);
    }
    reset(g);
    let m = m();
    crate::arch::set_g(m.g0.get().cast());
    m.curg.set(null_mut());
    g.locked_m.set(null_mut());
    g.lock_depth.set(0);
    g.m.set(null_mut());
    g.set_state(GState::Dead);
    gpool::give_back(p(), g);
}

/// A goroutine ended while locked to its thread: the thread's state may be special, so the thread ends too.
fn end_locked_m(m: &'static M) -> ! {
    if core::ptr::eq(m, super::m0()) {
        super::thread::retire_first()
    }
    super::thread::retire_current()
}

fn reset(g: GRef) {
    g.panic.set(null_mut());
    g.defer.set(null_mut());
    g.waiting.set(null_mut());
    g.cont.set(None);
    for cell in [&g.labels, &g.param, &g.bubble, &g.coroarg, &g.sched_ctxt] {
        cell.set(0);
    }
    g.ret.set([0; 3]);
    g.kargs.set([0; 4]);
    g.paniconfault.set(0);
    g.fips_indicator.set(0);
    g.throwing.set(0);
    g.async_stopped.set(false);
    g.shrink.set(false);
    g.coro.set(0);
    g.debug_caller.set(None);
    g.select_done
        .store(0, core::sync::atomic::Ordering::Relaxed);
}
