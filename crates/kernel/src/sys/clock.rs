//! Clocks, through the vDSO where the process has one.

use super::{nr, vdso};
use crate::arch::syscall;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const CLOCK_REALTIME: usize = 0;
const CLOCK_MONOTONIC: usize = 1;
const CLOCK_PROCESS_CPUTIME: usize = 2;
const CLOCK_THREAD_CPUTIME: usize = 3;

#[repr(C)]
struct Timespec {
    sec: i64,
    nsec: i64,
}

type ClockGettime = extern "C" fn(usize, *mut Timespec) -> i32;

/// Address of `__vdso_clock_gettime`, 0 without one. Written once at boot, before the second thread.
static VDSO_CLOCK_GETTIME: AtomicUsize = AtomicUsize::new(0);

/// Looks the clock up in the vDSO image at `ehdr` (0: none).
pub fn startup(ehdr: usize) {
    VDSO_CLOCK_GETTIME.store(vdso::lookup(ehdr, b"__vdso_clock_gettime"), Relaxed);
}

#[inline]
fn gettime(clock: usize) -> Timespec {
    let mut t = Timespec { sec: 0, nsec: 0 };
    match VDSO_CLOCK_GETTIME.load(Relaxed) {
        0 => {
            syscall(nr::CLOCK_GETTIME, [clock, &raw mut t as usize, 0, 0, 0, 0]);
        }
        addr => {
            // SAFETY: the address is the vDSO's function of this type, found by name.
            let f: ClockGettime = unsafe { core::mem::transmute(addr) };
            f(clock, &mut t);
        }
    }
    t
}

/// Nanoseconds on the monotonic clock.
#[inline]
pub fn nanotime() -> i64 {
    let t = gettime(CLOCK_MONOTONIC);
    t.sec * 1_000_000_000 + t.nsec
}

/// Processor time of the process, ns.
pub fn process_cpu_ns() -> i64 {
    let t = gettime(CLOCK_PROCESS_CPUTIME);
    t.sec * 1_000_000_000 + t.nsec
}

/// Processor time of this thread, ns.
pub fn thread_cpu_ns() -> i64 {
    let t = gettime(CLOCK_THREAD_CPUTIME);
    t.sec * 1_000_000_000 + t.nsec
}

/// Seconds and nanoseconds since 1970.
pub fn walltime() -> (i64, i32) {
    let t = gettime(CLOCK_REALTIME);
    (t.sec, t.nsec as i32)
}
