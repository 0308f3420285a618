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

/// Begins to load the cache line at `addr`, which need not be mapped.
#[inline(always)]
pub fn prefetch(addr: usize) {
    // SAFETY: a prefetch has no effect but on caches.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(addr as *const i8)
    };
}
