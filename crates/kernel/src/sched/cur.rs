//! Who is running here.

use super::{GRef, M, P};
use crate::arch;

/// The goroutine whose kernel call this is, or this M's g0 between goroutines.
#[inline]
pub fn current() -> GRef {
    match GRef::from_ptr(arch::get_g()) {
        Some(g) => g,
        None => unreachable!("the goroutine word is set before any kernel code runs"),
    }
}

/// This M.
#[inline]
pub fn m() -> &'static M {
    // SAFETY: every G that runs, g0 included, names its M; Ms are type-stable. The kernel's M begins with the shared one.
    unsafe { &*current().m.get().cast::<M>() }
}

/// The P of this M, if it has one.
#[inline]
pub fn try_p() -> Option<&'static P> {
    // SAFETY: null or a P; Ps are type-stable. The kernel's P begins with the shared one.
    unsafe { m().p.get().cast::<P>().as_ref() }
}

/// The P of this M.
#[inline]
pub fn p() -> &'static P {
    match try_p() {
        Some(p) => p,
        None => unreachable!("kernel code that needs a P runs with one"),
    }
}
