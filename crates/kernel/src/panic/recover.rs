//! Where a goroutine continues when a deferred call has recovered a panic.

use super::defer;
use super::progress::{self, OpenDefers};
use crate::arch;
use crate::sched::{self, G, GRef};
use crate::throw;
use crate::unwind::Frame;
use goxide_abi::layout::Panic;

/// The function whose deferred call recovered `p` returns to its caller: it continues at its `deferreturn` call, which
/// runs what it has still deferred. Unless a Goexit was in progress below it: then that goes on.
pub(super) fn land(g: GRef, p: &Panic) -> ! {
    let Some(frame) = Frame::at(p.pc.get(), p.sp.get()) else {
        throw!("recovered in an unknown frame at pc {:#x}", p.pc.get());
    };
    let Some(pc) = frame.func.deferreturn() else {
        throw!("recovered in {}, which has no defer", frame.func.name());
    };
    g.sig.set(0);
    progress::ended(1);
    drop_panics(g, p, frame.sp);
    open_to_records(&g, &frame);
    g.sched_pc.set(pc);
    g.sched_sp.set(frame.sp);
    g.sched_bp.set(frame.fp - 16);
    g.sched_ctxt.set(0);
    // Not `resume_go`: the PC is that of an instruction, not of a return, so the debug kernel must not move the stack.
    arch::resume(g)
}

/// Forgets `p` and the activations it went past, which all lie below `sp`. Continues a Goexit among them.
fn drop_panics(g: GRef, p: &Panic, sp: usize) {
    let mut at = p.link.get();
    // SAFETY: panic records lie in frames of this goroutine that have not been left.
    while let Some(q) = unsafe { at.as_ref() }.filter(|q| core::ptr::from_ref(*q).addr() < sp) {
        if q.goexit.get() != 0 {
            g.panic.set(at);
            continue_goexit(g, q);
        }
        progress::ended(1);
        at = q.link.get();
    }
    g.panic.set(at);
}

fn continue_goexit(g: GRef, q: &Panic) -> ! {
    let next = progress::next(g, q);
    let Some(frame) = Frame::at(q.own_pc.get() - 1, q.own_sp.get()) else {
        throw!("Goexit lost its frame");
    };
    g.set_ret(0, next.unwrap_or(0));
    g.set_ret(1, usize::from(next.is_some()));
    g.sched_pc.set(q.own_pc.get());
    g.sched_sp.set(q.own_sp.get());
    g.sched_bp.set(frame.fp - 16);
    sched::resume_go(g)
}

/// What the frame has left of open-coded defers becomes records, the form that `deferreturn` knows.
fn open_to_records(g: &G, frame: &Frame) {
    let Some(open) = OpenDefers::of(frame) else {
        return;
    };
    let mut calls = [0; 8];
    let mut n = 0;
    while let Some(func) = open.take() {
        calls[n] = func;
        n += 1;
    }
    for &func in calls[..n].iter().rev() {
        let at = defer::new_record();
        // SAFETY: a fresh record.
        let d = unsafe { &*at };
        d.heap.set(1);
        d.rangefunc.set(0);
        d.sp.set(frame.sp);
        d.pc.set(frame.pc);
        d.func.set(func);
        d.link.set(g.defer.get());
        g.defer.set(at);
    }
}
