//! Signal dispositions, masks and stacks.

use super::{Errno, nr};
use crate::arch::syscall;

/// The kernel's `struct sigaction`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct SigAction {
    /// Handler address, 0 for the default, 1 to ignore.
    pub handler: usize,
    /// `SA_*` flags.
    pub flags: u64,
    /// Return trampoline.
    pub restorer: usize,
    /// Signals blocked while the handler runs.
    pub mask: u64,
}

/// One bit a signal, bit 0 for signal 1.
pub type SigSet = u64;

/// The kernel's `stack_t`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct SigAltStack {
    /// Lowest address.
    pub sp: usize,
    /// 0, or 2 to disable.
    pub flags: i32,
    /// Bytes.
    pub size: usize,
}

/// Sets (if given) and returns the disposition of a signal.
pub fn rt_sigaction(signal: u32, new: Option<&SigAction>) -> Result<SigAction, Errno> {
    let mut old = SigAction::default();
    let new = new.map_or(0, |a| &raw const *a as usize);
    Errno::check(syscall(
        nr::RT_SIGACTION,
        [signal as usize, new, &raw mut old as usize, 8, 0, 0],
    ))?;
    Ok(old)
}

/// Changes this thread's mask: how = 0 block, 1 unblock, 2 set. Returns the old mask.
pub fn rt_sigprocmask(how: usize, set: Option<SigSet>) -> SigSet {
    let mut old: SigSet = 0;
    let new = set.as_ref().map_or(0, |s| &raw const *s as usize);
    syscall(
        nr::RT_SIGPROCMASK,
        [how, new, &raw mut old as usize, 8, 0, 0],
    );
    old
}

/// Sets this thread's signal stack and returns the old one.
pub fn sigaltstack(new: Option<&SigAltStack>) -> SigAltStack {
    let mut old = SigAltStack::default();
    let new = new.map_or(0, |s| &raw const *s as usize);
    syscall(nr::SIGALTSTACK, [new, &raw mut old as usize, 0, 0, 0, 0]);
    old
}

/// Starts (period in µs) or stops (0) the process-wide profiling timer.
pub fn setitimer_prof(period_us: u64) {
    const ITIMER_PROF: usize = 2;
    let value = [
        period_us / 1_000_000,
        period_us % 1_000_000,
        period_us / 1_000_000,
        period_us % 1_000_000,
    ];
    syscall(
        nr::SETITIMER,
        [ITIMER_PROF, value.as_ptr() as usize, 0, 0, 0, 0],
    );
}
