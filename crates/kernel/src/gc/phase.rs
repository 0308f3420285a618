//! Whether marking runs beside the program, and the switch of the compiled code's write barrier.

use crate::boot;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use goxide_abi::layout::GoFn;

/// Changes with the world stopped only, so a mutator sees one value between two safe points.
static MARKING: AtomicBool = AtomicBool::new(false);
/// Number of the current or last collection; a goroutine with this number in `scanned_in` is black.
static CYCLE: AtomicU32 = AtomicU32::new(0);

/// Whether marking runs beside the program.
#[inline(always)]
pub fn marking() -> bool {
    MARKING.load(Relaxed)
}

/// Number of the collection, for `G::scanned_in`.
pub fn cycle() -> u32 {
    CYCLE.load(Relaxed)
}

/// A collection begins. World stopped.
pub fn next_cycle() {
    CYCLE.store(CYCLE.load(Relaxed).wrapping_add(1), Relaxed);
}

/// Arms or disarms the write barrier. World stopped.
pub fn set_marking(on: bool) {
    MARKING.store(on, Relaxed);
    crate::trace::gc_turn();
    let flag = boot::go_fn(GoFn::WriteBarrier) as *const AtomicU32;
    // SAFETY: `runtime.writeBarrier` begins with a 32-bit word that compiled code tests; no Go code runs.
    unsafe { (*flag).store(u32::from(on), Relaxed) };
}
