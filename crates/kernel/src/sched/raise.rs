//! Go functions that the kernel has a goroutine call, panics above all: it continues in `runtime.kpanicroom` as if its code
//! had called it.

use super::{GRef, current};
use crate::boot;
use goxide_abi::layout::{GoFn, PanicCode};

/// Raises the panic `code` in the caller of the current kernel call.
pub fn go_panic(code: PanicCode, a: usize, b: usize) -> ! {
    let g = current();
    g.ret.set([code as usize, a, b]);
    call_go(g, GoFn::Kpanic)
}

/// The goroutine in the kernel continues in `function`, with `g.ret` in AX, BX and CX, as if the caller of its kernel call
/// had called that instead.
pub fn call_go(g: GRef, function: GoFn) -> ! {
    let sp = g.sched_sp.get() - 8;
    // SAFETY: the word below the caller's SP held the return address of the kernel call and is free; it becomes the
    // return address of the call to `function`.
    unsafe { *(sp as *mut usize) = g.sched_pc.get() };
    g.sched_sp.set(sp);
    g.sched_pc.set(boot::go_fn(function));
    g.sched_ctxt.set(0);
    super::resume_go(g)
}

/// Raises an error with this text and no prefix.
pub fn go_panic_text(text: &'static str) -> ! {
    go_panic(PanicCode::PlainError, text.as_ptr() as usize, text.len())
}

/// Raises a `runtime.Error` with this text behind "runtime error: ".
pub fn go_panic_runtime(text: &'static str) -> ! {
    go_panic(PanicCode::RuntimeError, text.as_ptr() as usize, text.len())
}
