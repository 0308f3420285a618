//! Samples of the CPU profile in the trace, while both are taken.
//!
//! The handler of SIGPROF claims a slot of a ring and fills it; whoever dumps a generation empties the full ones. A
//! handler that finds its slot still in use drops the sample.

use super::clock;
use super::dump::MAX_FRAMES;
use crate::mem::meta;
use crate::sched::{self, GRef};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::*};

const SLOTS: usize = 1024;
const EMPTY: u32 = 0;
const WRITING: u32 = 1;
const FULL: u32 = 2;

/// One sample.
#[repr(C)]
pub struct Sample {
    state: AtomicU32,
    depth: usize,
    /// Time, M, P and goroutine, as the event wants them.
    pub head: [u64; 4],
    pcs: [usize; MAX_FRAMES],
}

impl Sample {
    /// The stack, as in `unwind::callers`.
    pub fn pcs(&self) -> &[usize] {
        &self.pcs[..self.depth]
    }
}

/// Made when the first trace begins; never freed.
static RING: AtomicPtr<Sample> = AtomicPtr::new(null_mut());
static CLAIMED: AtomicUsize = AtomicUsize::new(0);

/// A trace begins.
pub fn begin() {
    if RING.load(Acquire).is_null() {
        let at = meta::map_or_die(SLOTS * size_of::<Sample>());
        RING.store(at as *mut Sample, Release);
    }
}

/// In the handler of SIGPROF, while tracing is on.
pub fn cpu_sample(pcs: &[usize]) {
    let (ring, m) = (RING.load(Acquire), sched::m());
    if ring.is_null() {
        return;
    }
    // SAFETY: within the ring, which is immortal; the slot is this handler's after the exchange.
    let slot = unsafe { &mut *ring.add(CLAIMED.fetch_add(1, Relaxed) % SLOTS) };
    if slot
        .state
        .compare_exchange(EMPTY, WRITING, Acquire, Relaxed)
        .is_err()
    {
        return;
    }
    let p = sched::try_p().map_or(u64::MAX, |p| p.id.get() as u64);
    let g = GRef::from_ptr(m.curg.get().cast()).map_or(0, |g| g.goid.get());
    slot.head = [clock(), m.id.get() as u64, p, g];
    slot.depth = pcs.len().min(MAX_FRAMES);
    slot.pcs[..slot.depth].copy_from_slice(&pcs[..slot.depth]);
    slot.state.store(FULL, Release);
}

/// Calls `f` with every sample there is, and forgets it.
pub fn drain(mut f: impl FnMut(&Sample)) {
    let ring = RING.load(Acquire);
    if ring.is_null() {
        return;
    }
    for i in 0..SLOTS {
        // SAFETY: within the ring; a full slot is written by nobody, and one goroutine at a time dumps.
        let slot = unsafe { &*ring.add(i) };
        if slot.state.load(Acquire) == FULL {
            f(slot);
            slot.state.store(EMPTY, Release);
        }
    }
}
