//! From the kernel stack to a goroutine, and to another stack of the kernel.

use crate::sched::{G, GRef};
use core::arch::naked_asm;
use core::mem::offset_of;
use goxide_abi::layout;

/// Continues a goroutine where its saved registers say, with the results of its kernel call in AX, BX, CX.
/// Leaves R14 = g, X15 = 0, DX = closure context, as compiled Go expects; the kernel stack is abandoned.
pub fn resume(g: GRef) -> ! {
    // SAFETY: the caller made `g` the current goroutine of this M; its saved SP and PC are those of a kernel call,
    // a stack growth or a fresh goroutine, all of which continue with exactly these registers.
    unsafe { resume_raw(g.as_ptr()) }
}

#[unsafe(naked)]
unsafe extern "sysv64" fn resume_raw(g: *mut G) -> ! {
    naked_asm!(
        "mov r14, rdi",
        "mov fs:[-8], rdi",
        "xorps xmm15, xmm15",
        "mov rdx, [rdi + {ctxt}]",
        "mov rbp, [rdi + {bp}]",
        "mov rsp, [rdi + {sp}]",
        "mov rax, [rdi + {ret}]",
        "mov rbx, [rdi + {ret} + 8]",
        "mov rcx, [rdi + {ret} + 16]",
        // Results and arguments are used up: what they point to may die.
        "movups [rdi + {ret}], xmm15",
        "movq [rdi + {ret} + 16], xmm15",
        "movups [rdi + {kargs}], xmm15",
        "movups [rdi + {kargs} + 16], xmm15",
        "jmp [rdi + {pc}]",
        ctxt = const offset_of!(layout::G, sched_ctxt),
        bp = const offset_of!(layout::G, sched_bp),
        sp = const offset_of!(layout::G, sched_sp),
        ret = const offset_of!(layout::G, ret),
        kargs = const offset_of!(layout::G, kargs),
        pc = const offset_of!(layout::G, sched_pc),
    )
}

/// Runs `f(arg)` on the stack that ends at `stack_top`; `f` must not return.
///
/// # Safety
/// The memory below `stack_top` must be a stack nobody else uses.
#[unsafe(naked)]
pub unsafe extern "sysv64" fn on_stack(
    stack_top: usize,
    f: extern "C" fn(usize) -> !,
    arg: usize,
) -> ! {
    naked_asm!(
        "mov rsp, rdi",
        "xor ebp, ebp",
        "mov rdi, rdx",
        "call rsi",
        "int3"
    )
}
