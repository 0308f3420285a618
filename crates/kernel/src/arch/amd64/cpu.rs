//! Small instructions.

/// The time stamp counter.
#[inline]
pub fn cputicks() -> u64 {
    // SAFETY: RDTSC only reads a counter.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// `n` PAUSE instructions: a polite spin.
#[inline]
pub fn pause(n: u32) {
    for _ in 0..n {
        core::hint::spin_loop();
    }
}
