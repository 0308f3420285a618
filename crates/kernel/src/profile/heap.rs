//! The heap profile: every so many bytes an object is chosen, and its stack noted until it dies.
//!
//! ```text
//!   MCache::next_run, alloc_large ─▶ `Sampler` ends a run at the chosen object ─▶ `note`: stack ─▶ Bucket
//!   the object's death (gc/special.rs) ─▶ the bucket counts it as freed ─▶ end of the cycle: `publish`
//! ```
//!
//! Distances between chosen objects are exponentially distributed around MemProfileRate, so an object is chosen with a
//! probability that depends on its size only, which readers divide out. The fast path of allocation knows nothing of
//! it: a run of slots ends before the chosen object, which is then handed out alone.
//!
//! H2  Readers see the figures as they were when the last cycle ended, so that garbage that no cycle has seen does not
//!     count as in use.

use super::buckets::{Bucket, Buckets, Sample};
use super::goroutine::DEPTH;
use crate::gc::{self, special};
use crate::sched;
use crate::unwind;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering::*};

static HEAP: Buckets = Buckets::new();
/// Figures of a bucket, in the order of the Go side's fields.
const ALLOC_BYTES: usize = 0;
const FREE_BYTES: usize = 1;
const ALLOCS: usize = 2;
const FREES: usize = 3;

/// `&runtime.MemProfileRate`, null until the Go side has read its settings.
static RATE: AtomicPtr<i64> = AtomicPtr::new(null_mut());

/// Remembers where the rate stands; the program may change it.
pub fn set_rate_address(at: *mut i64) {
    RATE.store(at, Release);
}

/// Bytes between chosen objects on average; 0: none is chosen.
#[inline]
fn rate() -> u64 {
    // SAFETY: null or a Go variable.
    unsafe { RATE.load(Acquire).as_ref() }.map_or(0, |&r| r.max(0) as u64)
}

/// Bytes to the next chosen object, of one P, and the rate for which the distance was drawn. All zero: not drawn.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Sampler {
    left: u64,
    rate: u64,
}

impl Sampler {
    /// How much of the free run `[cur, end)` of slots of `size` bytes may be handed out. If the first slot is the chosen
    /// one, its object is noted and the run is that slot.
    #[inline]
    pub fn limit(&mut self, cur: usize, end: usize, size: usize) -> usize {
        let rate = rate();
        if rate == 0 {
            return end;
        }
        self.follow(rate);
        let room = (end - cur) as u64;
        if self.left > room {
            self.left -= room;
            return end;
        }
        let before = (self.left - 1) / size as u64 * size as u64;
        if before > 0 {
            self.left -= before;
            return cur + before as usize;
        }
        note(cur, size);
        self.left = distance(rate, sched::p().random());
        cur + size
    }

    /// The large object at `at` has been allocated.
    pub fn large(&mut self, at: usize, bytes: usize) {
        let rate = rate();
        if rate == 0 {
            return;
        }
        self.follow(rate);
        if self.left > bytes as u64 {
            self.left -= bytes as u64;
            return;
        }
        note(at, bytes);
        self.left = distance(rate, sched::p().random());
    }

    /// Draws anew when the rate has changed. Slots that a P holds already are handed out at the old one.
    #[inline]
    fn follow(&mut self, rate: u64) {
        if self.rate != rate {
            self.rate = rate;
            self.left = distance(rate, sched::p().random());
        }
    }
}

/// An exponentially distributed number with mean `rate`, at least 1, from 64 random bits: `-ln(u) * rate`.
///
/// The logarithm to base 2 of a number is its number of leading zeros and, in 16 bits behind the point, a parabola
/// through the ends of the interval that is off by less than 1 %.
fn distance(rate: u64, random: u64) -> u64 {
    if rate == 1 {
        return 1;
    }
    let random = random | 1;
    let zeros = u64::from(random.leading_zeros());
    let fraction = (random << zeros << 1) >> 48;
    let log2 = fraction + (fraction * (65536 - fraction) / 65536) * 22708 / 65536;
    let minus_log2 = ((zeros + 1) << 16) - log2;
    const LN_2: u128 = 45426; // times 2^16
    ((u128::from(rate) * u128::from(minus_log2) * LN_2) >> 32).max(1) as u64
}

/// Notes the object of `size` bytes that the current goroutine is about to get.
#[cold]
fn note(at: usize, size: usize) {
    let g = sched::current();
    if core::ptr::eq(g.as_ptr().cast(), sched::m().g0.get()) {
        return; // the kernel's own, on nobody's behalf
    }
    let mut pcs = [0; DEPTH + ALLOCATOR_DEPTH];
    let depth = unwind::callers(&g, 0, &mut pcs);
    // What compiled code calls to allocate is not part of the program's stack.
    let ours = pcs[..depth]
        .iter()
        .take_while(|&&pc| is_allocator(pc))
        .count();
    let bucket = HEAP.of(&pcs[ours..depth.min(ours + DEPTH)]);
    bucket.add(ALLOC_BYTES, size as u64);
    bucket.add(ALLOCS, 1);
    special::add_profiled(at, core::ptr::from_ref(bucket) as usize, size);
}

/// Frames of the allocator above a program's.
const ALLOCATOR_DEPTH: usize = 4;

fn is_allocator(pc: usize) -> bool {
    const NAMES: [&str; 3] = ["runtime.makeslice", "runtime.newarray", "runtime.mallocgc"];
    unwind::find_func(pc - 1).is_some_and(|f| NAMES.contains(&f.name()))
}

/// A noted object has died.
pub fn note_death(bucket: usize, size: usize) {
    // SAFETY: the special holds a bucket; buckets are immortal.
    let bucket = unsafe { &*(bucket as *const Bucket) };
    bucket.add(FREE_BYTES, size as u64);
    bucket.add(FREES, 1);
}

/// For the collector, when the dead of the cycle are known (H2).
pub fn publish() {
    HEAP.publish();
}

/// Writes the profile into `out` as far as there is room; returns how many records there are.
pub fn collect(out: &mut [Sample]) -> usize {
    // Without a cycle there is nothing to wait for.
    HEAP.collect(gc::cycles() > 0, ALLOCS, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use goxide_algo::rng::Rng;

    #[test]
    fn distances_have_the_mean_and_the_spread_of_an_exponential() {
        const RATE: u64 = 1 << 19;
        const N: u64 = 200_000;
        let mut rng = Rng::from_seed(7);
        let all: Vec<u64> = (0..N).map(|_| distance(RATE, rng.next_u64())).collect();
        let mean = all.iter().sum::<u64>() / N;
        assert!(mean.abs_diff(RATE) < RATE / 50, "{mean}");
        // Half of them lie below ln 2 times the mean.
        let below = all.iter().filter(|&&d| d < RATE * 693 / 1000).count() as u64;
        assert!(below.abs_diff(N / 2) < N / 50, "{below}");
        assert_eq!(distance(1, 12345), 1);
    }
}
