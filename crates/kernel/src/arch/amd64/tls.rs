//! The goroutine word at -8(FS): compiled Go code reloads R14 from it whenever it comes from ABI0 code.

use crate::sched::G;
use core::arch::asm;

/// The G whose kernel call this is, or the M's g0 between goroutines.
#[inline(always)]
pub fn get_g() -> *mut G {
    let g;
    // SAFETY: FS points behind the M's slot from `boot`, or from `clone` on.
    unsafe { asm!("mov {}, fs:[-8]", out(reg) g, options(nostack, preserves_flags, readonly)) };
    g
}

/// Makes `g` the current one of this M.
#[inline(always)]
pub fn set_g(g: *mut G) {
    // SAFETY: as in `get_g`; the slot belongs to this M alone.
    unsafe { asm!("mov fs:[-8], {}", in(reg) g, options(nostack, preserves_flags)) };
}

/// Points FS at `addr`, so that the goroutine word is the 8 bytes below it.
pub fn set_fs_base(addr: usize) {
    const ARCH_SET_FS: usize = 0x1002;
    super::syscall(crate::sys::nr::ARCH_PRCTL, [ARCH_SET_FS, addr, 0, 0, 0, 0]);
}
