//! From process entry to the first `schedule()`.
//!
//! `_rt0_amd64_linux` ─▶ `gx_boot`: args and auxv ─▶ clock ─▶ TLS and m0 ─▶ heap ─▶ types ─▶ options ─▶ Ps ─▶ signals
//! ─▶ main goroutine ─▶ `schedule()`, which never returns. `GOXIDE_BOOT=1` prints each phase with its time.

mod args;
mod phases;

pub use args::{Args, env, is_secure};
pub use phases::{boot, is_started, mark_started, report};

use crate::prim::Racy;
use goxide_abi::layout::GoFn;

/// `runtime·gotab`. Set once, first thing.
static GOTAB: Racy<*const usize> = Racy::new(core::ptr::null());
/// Sixteen random bytes of the process (AT_RANDOM), folded. Set once.
static SEED: Racy<u64> = Racy::new(0x9e37_79b9_7f4a_7c15);

/// Address that the Go side gives for `f`.
#[inline]
pub fn go_fn(f: GoFn) -> usize {
    // SAFETY: the table has an entry for every `GoFn`.
    unsafe { *GOTAB.get().add(f as usize) }
}

fn set_go_tab(table: *const usize) {
    GOTAB.set(table);
}

/// The process's random seed.
pub fn random_seed() -> u64 {
    SEED.get()
}

fn set_random_seed(seed: u64) {
    SEED.set(seed);
}
