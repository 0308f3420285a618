//! The end of the process by our own decision: `throw!` for a bug of ours or of the machine's state, `fatal!` for the
//! program's fault. A fatal path owns its memory: a small stack buffer, `write`, exit.
//!
//! One M at a time ends the process; others that want to wait for ever, and one that fails again while it prints gives
//! up at once.

use super::traceback;
use crate::sched::{GRef, GState};
use crate::stats::godebug;
use crate::{arch, boot, sched, sys};
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicI32, AtomicUsize, Ordering::*};

/// Why the process ends: decides whose stacks are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Death {
    /// A Go panic that nobody recovered: the panicking goroutine, and those of this bubble, if it is not 0.
    Panic(usize),
    /// The program's fault: all goroutines.
    Fatal,
    /// Our fault: all goroutines, with the runtime's own frames.
    Throw,
}

/// The M that is ending the process, plus one; 0 while nobody is.
static DYING: AtomicUsize = AtomicUsize::new(0);
/// Where everything printed while dying goes too (debug.SetCrashOutput); -1: nowhere.
static CRASH_FD: AtomicI32 = AtomicI32::new(-1);

/// Sets the descriptor of the crash log, returns the old one.
pub fn set_crash_fd(fd: i32) -> i32 {
    CRASH_FD.swap(fd, AcqRel)
}

/// What is printed while the process dies goes to the crash log too.
pub fn copy_to_crash_log(bytes: &[u8]) {
    let fd = CRASH_FD.load(Acquire);
    if fd >= 0 && is_dying() {
        sys::write_all(fd, bytes);
    }
}

/// Whether the process is on its way out.
pub fn is_dying() -> bool {
    DYING.load(Acquire) != 0
}

/// Whether this thread is the one that ends the process.
pub fn is_dying_here() -> bool {
    is_dying() && DYING.load(Acquire) == this_thread()
}

/// A number for the M of this thread, never 0.
fn this_thread() -> usize {
    // Before the first thread has its M, nobody else can be dying.
    if arch::get_g().is_null() {
        1
    } else {
        core::ptr::from_ref(sched::m()) as usize
    }
}

/// Claims the end of the process for this M. Returns only to the first one.
pub fn start_dying() {
    let me = this_thread();
    match DYING.compare_exchange(0, me, AcqRel, Acquire) {
        Ok(_) => {}
        Err(who) if who == me => {}
        Err(_) => loop {
            sys::usleep(1_000_000);
        },
    }
}

/// While another M ends the process, goroutines do not run any more: their stacks are being read.
#[inline]
pub fn hold_still() {
    if is_dying() {
        start_dying();
    }
}

/// Asks the goroutines that run on other Ms to come into the kernel, where they are held, and waits a moment for them.
pub(super) fn freeze_others(me: GRef) {
    const TRIES: usize = 20;
    const TRY_US: u64 = 200;
    if godebug::dontfreezetheworld() != 0 {
        return;
    }
    for _ in 0..TRIES {
        let mut running = false;
        sched::for_each_g(|g| running |= g != me && g.state() == GState::Running);
        if !running {
            return;
        }
        sched::preempt_all();
        sys::usleep(TRY_US);
    }
}

/// Printing failed in its turn.
pub(super) fn fails_again() -> bool {
    static PRINTING: AtomicI32 = AtomicI32::new(0);
    PRINTING.fetch_add(1, AcqRel) > 0
}

/// Stacks, then exit code 2 or a core dump.
fn finish(death: Death) -> ! {
    if boot::is_secure() && !matches!(death, Death::Panic(_)) {
        sys::exit_group(2);
    }
    if fails_again() {
        crate::eprint!("panic during panic\n");
        sys::exit_group(3);
    }
    if !arch::get_g().is_null() {
        print_signal_line();
        traceback::print_for_death(death);
    }
    if godebug::traceback().crash {
        dump_core();
    }
    sys::exit_group(2)
}

fn dump_core() {
    const SIGABRT: u32 = 6;
    let _ = sys::rt_sigaction(SIGABRT, Some(&sys::SigAction::default()));
    sys::rt_sigprocmask(1, Some(1 << (SIGABRT - 1)));
    sys::tgkill(sys::getpid(), sys::gettid(), SIGABRT as i32);
}

/// Writes to standard error without a buffer of its own beyond one line.
pub struct Stderr {
    buf: [u8; 512],
    len: usize,
}

impl Stderr {
    /// An empty line.
    pub const fn new() -> Self {
        Self {
            buf: [0; 512],
            len: 0,
        }
    }
    /// Sends what is there.
    pub fn flush(&mut self) {
        sys::write_all(2, &self.buf[..self.len]);
        copy_to_crash_log(&self.buf[..self.len]);
        self.len = 0;
    }
    /// Adds raw bytes.
    pub fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.len == self.buf.len() {
                self.flush();
            }
            let n = bytes.len().min(self.buf.len() - self.len);
            self.buf[self.len..self.len + n].copy_from_slice(&bytes[..n]);
            self.len += n;
            bytes = &bytes[n..];
        }
    }
}

impl Default for Stderr {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Stderr {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.put(s.as_bytes());
        Ok(())
    }
}

impl Drop for Stderr {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Prints to standard error from anywhere in the kernel.
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => {{
        use core::fmt::Write as _;
        let _ = write!($crate::panic::Stderr::new(), $($arg)*);
    }};
}

/// Ends the process: our bug. Prints "fatal error: …", the stacks, exit code 2.
#[macro_export]
macro_rules! throw {
    ($($arg:tt)*) => { $crate::panic::die_throw(format_args!($($arg)*)) };
}

/// Ends the process: the program's fault, not recoverable. Prints "fatal error: …", the stacks, exit code 2.
#[macro_export]
macro_rules! fatal {
    ($($arg:tt)*) => { $crate::panic::die_fatal(format_args!($($arg)*)) };
}

/// An invariant of the kernel; checked in the debug kernel only.
#[macro_export]
macro_rules! kassert {
    ($($arg:tt)*) => { if cfg!(feature = "debug-kernel") { assert!($($arg)*) } };
}

/// See [`throw!`].
#[cold]
pub fn die_throw(what: fmt::Arguments<'_>) -> ! {
    start_dying();
    crate::eprint!("fatal error: {what}\n");
    finish(Death::Throw)
}

/// See [`fatal!`].
#[cold]
pub fn die_fatal(what: fmt::Arguments<'_>) -> ! {
    start_dying();
    crate::eprint!("fatal error: {what}\n");
    finish(Death::Fatal)
}

/// Nothing can ever become runnable again.
#[cold]
pub fn die_deadlock() -> ! {
    match sched::live_count() {
        0 => die_fatal(format_args!(
            "no goroutines (main called runtime.Goexit) - deadlock!"
        )),
        _ => die_fatal(format_args!("all goroutines are asleep - deadlock!")),
    }
}

/// The current goroutine's panic was not recovered and its values have been printed.
#[cold]
pub fn die_panic(bubble: usize) -> ! {
    start_dying();
    finish(Death::Panic(bubble))
}

/// The line about the signal that made the goroutine panic.
fn print_signal_line() {
    let g = sched::current();
    let signal = g.sig.get();
    if signal == 0 {
        return;
    }
    let (code, addr, pc) = (g.sigcode0.get(), g.sigcode1.get(), g.sigpc.get());
    let name = match signal {
        7 => "SIGBUS: bus error",
        8 => "SIGFPE: floating-point exception",
        11 => "SIGSEGV: segmentation violation",
        _ => {
            return crate::eprint!(
                "[signal {signal:#x} code={code:#x} addr={addr:#x} pc={pc:#x}]\n"
            );
        }
    };
    crate::eprint!("[signal {name} code={code:#x} addr={addr:#x} pc={pc:#x}]\n");
}

#[cfg(not(test))]
#[panic_handler]
fn rust_panic(info: &core::panic::PanicInfo<'_>) -> ! {
    start_dying();
    crate::eprint!("fatal error: goxide kernel: {}\n", info.message());
    if let Some(at) = info.location() {
        crate::eprint!("\tat {at}\n");
    }
    finish(Death::Throw)
}
