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
use super::goroutine::{self, MAX_DEPTH};
use crate::gc::{self, special};
use crate::sched;
use crate::unwind;
use core::sync::atomic::{AtomicPtr, Ordering::*};
use goxide_algo::size_class::SpanClass;

static HEAP: Buckets = Buckets::new();
/// Figures of a bucket, in the order of the Go side's fields.
const ALLOC_BYTES: usize = 0;
const FREE_BYTES: usize = 1;
const ALLOCS: usize = 2;
const FREES: usize = 3;

/// `&runtime.MemProfileRate`, or `OFF` until the Go side has read its settings.
static RATE: AtomicPtr<i64> = AtomicPtr::new((&raw const OFF).cast_mut());
/// The rate before the program has one. Never written.
static OFF: i64 = 0;

/// Remembers where the rate stands; the program may change it.
pub fn set_rate_address(at: *mut i64) {
    RATE.store(at, Release);
}

/// Bytes between chosen objects on average; at most 0: none is chosen.
#[inline]
fn rate() -> i64 {
    // SAFETY: the kernel's own number or a Go variable, both immortal.
    unsafe { RATE.load(Relaxed).read_volatile() }
}

const CLASSES: usize = SpanClass::COUNT as usize;

/// Bytes to the next chosen object of every span class (large objects of both kinds being classes too), of one P, and
/// the rate for which the distances were drawn; 0: to be drawn.
///
/// Each class has a distance of its own, so that a distance which ends in a slot not yet handed out cannot be used up
/// by another class. The sum of independent draws without memory is one: nothing changes for the reader.
#[repr(C)]
pub struct Sampler {
    rate: i64,
    left: [u64; CLASSES],
}

impl Sampler {
    /// Whether the program has set another rate since the distances were drawn.
    #[inline]
    pub fn is_stale(&self) -> bool {
        self.rate != rate()
    }

    /// Follows the program's rate. The P must hold no run of slots that was made under the old one.
    pub fn follow(&mut self) {
        self.rate = rate();
        self.left = [0; CLASSES];
    }

    /// How much of the free run `[cur, end)` of slots of `class` may be handed out. If the first slot is the chosen one,
    /// its object is noted and the run is that slot.
    #[inline]
    pub fn limit(&mut self, class: SpanClass, cur: usize, end: usize, size: usize) -> usize {
        if self.rate <= 0 {
            return end;
        }
        let left = self.left(class);
        let room = (end - cur) as u64;
        if *left > room {
            *left -= room;
            return end;
        }
        let before = (*left - 1) / size as u64 * size as u64;
        if before > 0 {
            *left -= before;
            return cur + before as usize;
        }
        *left = 0;
        note(cur, size);
        cur + size
    }

    /// The last `bytes` of a run were not handed out after all.
    #[inline]
    pub fn unused(&mut self, class: SpanClass, bytes: usize) {
        let left = &mut self.left[class.index()];
        if *left != 0 {
            *left += bytes as u64;
        }
    }

    /// The large object at `at` has been allocated.
    pub fn large(&mut self, class: SpanClass, at: usize, bytes: usize) {
        if self.rate <= 0 {
            return;
        }
        let left = self.left(class);
        if *left > bytes as u64 {
            *left -= bytes as u64;
            return;
        }
        *left = 0;
        note(at, bytes);
    }

    /// The distance of `class`, drawn if need be; not 0.
    #[inline]
    fn left(&mut self, class: SpanClass) -> &mut u64 {
        let left = &mut self.left[class.index()];
        if *left == 0 {
            *left = distance(self.rate as u64, sched::p().random());
        }
        left
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
    let mut pcs = [0; MAX_DEPTH + ALLOCATOR_DEPTH];
    let wanted = goroutine::depth();
    let depth = unwind::callers(&g, 0, &mut pcs[..wanted + ALLOCATOR_DEPTH]);
    // What compiled code calls to allocate is not part of the program's stack.
    let ours = pcs[..depth]
        .iter()
        .take_while(|&&pc| is_allocator(pc))
        .count();
    let bucket = HEAP.of(size, &pcs[ours..depth.min(ours + wanted)]);
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

/// Calls `f` with every stack that has allocated a chosen object.
pub fn for_each_bucket(f: impl FnMut(&Bucket)) {
    HEAP.for_each(f);
}

/// Objects chosen, and how many of them have died.
pub fn counts(b: &Bucket) -> [u64; 2] {
    [ALLOCS, FREES].map(|i| b.now[i].load(Relaxed))
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
