//! The one handler.

use super::context::{Context, Info, Reg};
use super::{fault, num, preempt, queue};
use crate::sched;
use crate::stats::godebug;
use crate::{eprint, sys};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What happens to a signal that nobody asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// Nothing.
    Ignore,
    /// The process ends as the system would end it.
    Kill,
    /// The process ends with tracebacks.
    Throw,
    /// A fault of the running code.
    Fault,
    /// Left to the system.
    System,
}

/// See [`Default`].
pub fn default_of(sig: u32) -> Default {
    match sig {
        num::HUP | num::INT | num::TERM => Default::Kill,
        num::QUIT | num::ILL | num::TRAP | num::ABRT | num::STKFLT | num::SYS => Default::Throw,
        num::BUS | num::FPE | num::SEGV => Default::Fault,
        num::KILL | num::STOP | num::CONT | num::TSTP | num::TTIN | num::TTOU => Default::System,
        _ => Default::Ignore,
    }
}

/// Every signal comes here.
pub fn handle(sig: u32, info: &Info, ctx: &mut Context) {
    match sig {
        num::URG => {
            preempt::on_signal(ctx);
            // Somebody else may have sent it for a channel of os/signal, too.
            queue::send(sig);
        }
        num::PROF => {
            crate::profile::cpu::on_signal(ctx);
            queue::send(sig);
        }
        num::ALL_THREADS if super::all_threads::on_signal() => {}
        num::PIPE => {
            queue::send(sig);
        }
        _ if default_of(sig) == Default::Fault && from_hardware(info) => {
            fault::on_signal(sig, info, ctx)
        }
        _ if queue::send(sig) || queue::is_ignored(sig) => {}
        _ => act(sig, info, ctx),
    }
}

/// Raised by an instruction, not by kill(2).
fn from_hardware(info: &Info) -> bool {
    const SI_USER: i32 = 0;
    const SI_TKILL: i32 = -6;
    info.code != SI_USER && info.code != SI_TKILL
}

fn act(sig: u32, info: &Info, ctx: &mut Context) {
    match default_of(sig) {
        Default::Ignore | Default::System => {}
        Default::Kill => die_by(sig),
        Default::Throw | Default::Fault => throw_from(sig, info, ctx),
    }
}

/// The process ends by this signal, as its parent expects to see it.
pub fn die_by(sig: u32) -> ! {
    super::set_default(sig);
    sys::rt_sigprocmask(1, Some(1 << (sig - 1)));
    sys::tgkill(sys::getpid(), sys::gettid(), sig as i32);
    sys::usleep(100_000);
    sys::exit_group(2)
}

/// Prints where everybody is, then ends with exit code 2.
pub fn throw_from(sig: u32, info: &Info, ctx: &Context) -> ! {
    crate::panic::start_dying();
    survive_faults();
    let pc = ctx.get(Reg::Rip);
    let m = sched::m().id.get();
    eprint!("{}\n", name(sig));
    if crate::boot::is_secure() {
        sys::exit_group(2);
    }
    eprint!("PC={pc:#x} m={m} sigcode={}", info.code);
    if matches!(sig, num::SEGV | num::BUS) {
        eprint!(" addr={:#x}", info.addr);
    }
    eprint!("\n");
    if matches!(sig, num::ILL | num::FPE) {
        print_instruction(pc);
    }
    eprint!("\n");
    crate::panic::print_for_signal(pc, ctx.get(Reg::Rsp));
    eprint!("\n");
    print_registers(ctx);
    if godebug::traceback().crash {
        die_by(num::ABRT);
    }
    sys::exit_group(2)
}

/// What is printed next may be half changed by the code that was interrupted. A fault there comes back here, instead of
/// ending the process without a word; the third is the last.
fn survive_faults() {
    static DEPTH: AtomicU32 = AtomicU32::new(0);
    if DEPTH.fetch_add(1, Relaxed) >= 2 {
        sys::exit_group(2);
    }
    let faults = 1 << (num::SEGV - 1) | 1 << (num::BUS - 1);
    sys::rt_sigprocmask(1, Some(faults));
}

/// The bytes of the instruction at `pc`, if that is Go code.
fn print_instruction(pc: usize) {
    const SHOWN: usize = 16;
    let module = crate::types::module();
    if !module.in_text(pc) || !module.in_text(pc + SHOWN) {
        return;
    }
    eprint!("instruction bytes:");
    for at in pc..pc + SHOWN {
        // SAFETY: text is mapped and readable.
        eprint!(" {:#x}", unsafe { *(at as *const u8) });
    }
    eprint!("\n");
}

fn print_registers(ctx: &Context) {
    use Reg::*;
    let named = [
        ("rax", Rax),
        ("rbx", Rbx),
        ("rcx", Rcx),
        ("rdx", Rdx),
        ("rdi", Rdi),
        ("rsi", Rsi),
        ("rbp", Rbp),
        ("rsp", Rsp),
        ("r8", R8),
        ("r9", R9),
        ("r10", R10),
        ("r11", R11),
        ("r12", R12),
        ("r13", R13),
        ("r14", R14),
        ("r15", R15),
        ("rip", Rip),
        ("rflags", Eflags),
    ];
    for (name, reg) in named {
        eprint!("{name:<7}{:#x}\n", ctx.get(reg));
    }
}

/// Name and meaning, as Go prints them.
pub fn name(sig: u32) -> &'static str {
    match sig {
        num::HUP => "SIGHUP: terminal line hangup",
        num::INT => "SIGINT: interrupt",
        num::QUIT => "SIGQUIT: quit",
        num::ILL => "SIGILL: illegal instruction",
        num::TRAP => "SIGTRAP: trace trap",
        num::ABRT => "SIGABRT: abort",
        num::BUS => "SIGBUS: bus error",
        num::FPE => "SIGFPE: floating-point exception",
        num::SEGV => "SIGSEGV: segmentation violation",
        num::TERM => "SIGTERM: termination",
        num::STKFLT => "SIGSTKFLT: stack fault",
        num::SYS => "SIGSYS: bad system call",
        _ => "signal",
    }
}
