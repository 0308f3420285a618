//! The SYSCALL instruction, thread creation and the signal return trampoline.

use core::arch::{asm, global_asm};

/// One raw system call; the result is the kernel's, negative errno included.
#[inline]
pub fn syscall(nr: usize, args: [usize; 6]) -> isize {
    let ret: isize;
    // SAFETY: what a system call may do to memory is stated by the typed wrapper in `sys` that passes the arguments.
    unsafe {
        asm!("syscall",
            inlateout("rax") nr as isize => ret,
            in("rdi") args[0], in("rsi") args[1], in("rdx") args[2],
            in("r10") args[3], in("r8") args[4], in("r9") args[5],
            lateout("rcx") _, lateout("r11") _,
            options(nostack));
    }
    ret
}

global_asm!(
    // clone_thread(flags, stack_top, tls, entry, arg): the child calls entry(arg) on its new stack and never returns.
    ".globl gx_arch_clone",
    ".type gx_arch_clone,@function",
    "gx_arch_clone:",
    "push r12",
    "push r13",
    "mov r12, rcx",
    "mov r13, r8",
    "mov r8, rdx",
    "xor edx, edx",
    "xor r10d, r10d",
    "mov eax, 56",
    "syscall",
    "test eax, eax",
    "jz 2f",
    "pop r13",
    "pop r12",
    "ret",
    "2:",
    "xor ebp, ebp",
    "mov rdi, r13",
    "call r12",
    "int3",
    ".size gx_arch_clone, . - gx_arch_clone",
);

global_asm!(
    // gdb knows the frame below a signal handler by these two instructions in a function of such a name. It is a function
    // by itself: unwinders look up the address before a return address, and must not find one there.
    ".section .text.gx_sigreturn__sigaction,\"ax\",@progbits",
    ".globl gx_sigreturn__sigaction",
    ".type gx_sigreturn__sigaction,@function",
    "gx_sigreturn__sigaction:",
    "mov rax, 15",
    "syscall",
    "int3",
    ".size gx_sigreturn__sigaction, . - gx_sigreturn__sigaction",
    ".text",
);

unsafe extern "C" {
    fn gx_arch_clone(flags: usize, stack_top: usize, tls: usize, entry: usize, arg: usize)
    -> isize;
    fn gx_sigreturn__sigaction();
}

/// Starts a thread that runs `entry(arg)` on the stack below `stack_top` with FS at `tls`. Negative errno on failure.
///
/// # Safety
/// The stack and the TLS block must stay mapped as long as the thread runs.
pub unsafe fn clone_thread(
    flags: usize,
    stack_top: usize,
    tls: usize,
    entry: extern "C" fn(usize) -> !,
    arg: usize,
) -> isize {
    // SAFETY: the child uses only the new stack; `entry` never returns.
    unsafe { gx_arch_clone(flags, stack_top & !15, tls, entry as usize, arg) }
}

/// Address of the `SA_RESTORER` trampoline.
pub fn sigreturn() -> usize {
    gx_sigreturn__sigaction as *const () as usize
}
