//! Faults of Go code become panics: the handler makes the goroutine call `sigpanic`.

use super::context::{Context, Info, Reg};
use super::handler::throw_from;
use crate::boot;
use crate::sched::{self, GState};
use crate::unwind::find_func;
use goxide_abi::layout::GoFn;

/// SIGSEGV, SIGBUS or SIGFPE raised by an instruction.
pub fn on_signal(sig: u32, info: &Info, ctx: &mut Context) {
    let g = sched::current();
    let (pc, sp) = (ctx.get(Reg::Rip), ctx.get(Reg::Rsp));
    // A thread between two goroutines has no panics, even where it runs on the system's first stack.
    let no_goroutine = core::ptr::eq(sched::m().g0.get().cast(), g.as_ptr());
    if no_goroutine || !g.stack_contains(sp) || g.state() == GState::Dead {
        throw_from(sig, info, ctx);
    }
    g.sig.set(sig as usize);
    g.sigcode0.set(info.code as usize);
    g.sigcode1.set(info.addr);
    g.sigpc.set(pc);
    // A call through a bad function pointer faults at its target: the frame of the caller is the one to unwind from,
    // and its return address already stands on the stack.
    let in_go = find_func(pc).is_some();
    if !in_go && sp + 8 <= g.stack_hi.get() {
        // SAFETY: SP lies in the goroutine's stack.
        let caller = unsafe { *(sp as *const usize) };
        if find_func(caller).is_some() {
            ctx.set(Reg::Rip, boot::go_fn(GoFn::Sigpanic0));
            return;
        }
    }
    if !in_go {
        throw_from(sig, info, ctx);
    }
    // SAFETY: Go code always leaves room for a nosplit call.
    unsafe { ctx.inject_call(boot::go_fn(GoFn::Sigpanic0)) };
}
