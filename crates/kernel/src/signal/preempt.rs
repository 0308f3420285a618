//! Preemption by signal: a goroutine in a loop without calls is stopped between two instructions.

use super::context::{Context, Reg};
use super::num;
use crate::sched::{self, GState, M};
use crate::stats::godebug;
use crate::unwind::{PcData, find_func};
use crate::{boot, sys};
use core::sync::atomic::Ordering::*;
use goxide_abi::layout::GoFn;

/// Stack that the injected call needs: the saved registers and a kernel call.
const NEEDED: usize = 768;

/// Asks the thread of `m` to look at its preemption flags. At most one signal is on its way at a time.
pub fn preempt_m(m: &M) {
    let tid = m.tid.load(Acquire);
    if tid == 0 || godebug::asyncpreemptoff() != 0 {
        return;
    }
    if m.signal_pending.swap(1, AcqRel) == 0
        && !sys::tgkill(sys::getpid(), tid as i32, num::URG as i32)
    {
        m.signal_pending.store(0, Release);
    }
}

/// In the handler of the interrupted thread.
pub fn on_signal(ctx: &mut Context) {
    let g = sched::current();
    let m = sched::m();
    m.signal_pending.store(0, Release);
    if !g.preempt.load(Acquire)
        || g.state() != GState::Running
        || m.locks.get() != 0
        || m.p.get().is_null()
    {
        return;
    }
    if !core::ptr::eq(m.curg.get().cast(), g.as_ptr()) {
        return;
    }
    let (pc, sp) = (ctx.get(Reg::Rip), ctx.get(Reg::Rsp));
    if !g.stack_contains(sp) || sp < g.stack_lo.get() + NEEDED || !is_async_safe(pc) {
        return;
    }
    // SAFETY: `NEEDED` bytes below SP belong to the goroutine's stack.
    unsafe { ctx.inject_call(boot::go_fn(GoFn::AsyncPreempt)) };
}

/// Whether a goroutine may be stopped at `pc` and continue there: compiled code outside of the runtime, at an instruction
/// that the compiler does not forbid.
fn is_async_safe(pc: usize) -> bool {
    const ANYWHERE: i32 = -1;
    let Some(func) = find_func(pc) else {
        return false;
    };
    if func.is_asm() || func.pcdata(PcData::UnsafePoint, pc) != ANYWHERE {
        return false;
    }
    let name = func
        .inlined_at(pc)
        .map_or_else(|| func.name(), |inlined| inlined.name());
    !["runtime.", "internal/runtime/", "reflect."]
        .iter()
        .any(|p| name.starts_with(p))
}
