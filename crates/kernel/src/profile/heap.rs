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
//! H1  Buckets are never freed, and their stacks never change: readers of a list need its lock only for the list.
//! H2  Readers see the figures as they were when the last cycle ended, so that garbage that no cycle has seen does not
//!     count as in use.

use super::goroutine::DEPTH;
use crate::gc::{self, special};
use crate::mem::meta;
use crate::prim::{Lock, Rank};
use crate::sched;
use crate::unwind;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering::*};

const LISTS: usize = 1024;

/// Objects and bytes, allocated and freed.
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Figures {
    alloc_bytes: u64,
    free_bytes: u64,
    allocs: u64,
    frees: u64,
}

/// All chosen objects with one stack. The stack's `depth` words follow in memory.
#[repr(C)]
pub struct Bucket {
    next: *mut Bucket,
    hash: u64,
    depth: usize,
    now: [AtomicU64; 4],
    published: [AtomicU64; 4],
}

/// What the Go side's `memSample` looks like.
#[repr(C)]
pub struct Sample {
    figures: Figures,
    depth: usize,
    pcs: [usize; DEPTH],
}

struct Table {
    lists: *mut *mut Bucket,
}

// SAFETY: a plain owner of immortal memory.
unsafe impl Send for Table {}

static TABLE: Lock<Table> = Lock::new(Rank::Special, Table { lists: null_mut() });
/// Bytes in buckets.
static BYTES: AtomicU64 = AtomicU64::new(0);
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

/// Memory in stacks and figures, for MemStats.
pub fn bytes() -> u64 {
    BYTES.load(Relaxed)
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
    let mut pcs = [0; DEPTH];
    let depth = unwind::callers(&g, 0, &mut pcs);
    // What compiled code calls to allocate is not part of the program's stack.
    let ours = pcs[..depth]
        .iter()
        .take_while(|&&pc| is_allocator(pc))
        .count();
    let bucket = bucket_of(&pcs[ours..depth]);
    // SAFETY: buckets are immortal.
    unsafe { (*bucket).add(Kind::Alloc, size) };
    special::add_profiled(at, bucket as usize, size);
}

fn is_allocator(pc: usize) -> bool {
    const NAMES: [&str; 3] = ["runtime.makeslice", "runtime.newarray", "runtime.mallocgc"];
    unwind::find_func(pc - 1).is_some_and(|f| NAMES.contains(&f.name()))
}

/// A noted object has died.
pub fn note_death(bucket: usize, size: usize) {
    // SAFETY: the special holds a bucket; buckets are immortal.
    unsafe { (*(bucket as *const Bucket)).add(Kind::Free, size) };
}

#[derive(Clone, Copy)]
enum Kind {
    Alloc = 0,
    Free = 1,
}

impl Bucket {
    fn add(&self, kind: Kind, bytes: usize) {
        self.now[kind as usize].fetch_add(bytes as u64, Relaxed);
        self.now[2 + kind as usize].fetch_add(1, Relaxed);
    }

    fn publish(&self) {
        for (to, from) in self.published.iter().zip(&self.now) {
            to.store(from.load(Relaxed), Relaxed);
        }
    }

    fn figures(&self) -> Figures {
        // Without a cycle there is nothing to wait for.
        let from = if gc::cycles() == 0 {
            &self.now
        } else {
            &self.published
        };
        let [alloc_bytes, free_bytes, allocs, frees] = [0, 1, 2, 3].map(|i| from[i].load(Relaxed));
        Figures {
            alloc_bytes,
            free_bytes,
            allocs,
            frees,
        }
    }

    fn stack(&self) -> &[usize] {
        let words = core::ptr::from_ref(self).wrapping_add(1).cast::<usize>();
        // SAFETY: the bucket was made with `depth` words behind it.
        unsafe { core::slice::from_raw_parts(words, self.depth) }
    }
}

fn hash(pcs: &[usize]) -> u64 {
    pcs.iter().fold(0, |h: u64, &pc| {
        (h.rotate_left(5) ^ pc as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

fn bucket_of(pcs: &[usize]) -> *mut Bucket {
    let hash = hash(pcs);
    let mut table = TABLE.lock();
    if table.lists.is_null() {
        table.lists = meta::alloc(LISTS * 8, 64).cast();
    }
    // SAFETY: the array has `LISTS` heads; buckets are immortal and complete before they enter a list.
    unsafe {
        let head = table.lists.add((hash >> 54) as usize % LISTS);
        let mut at = *head;
        while let Some(b) = at.as_ref() {
            if b.hash == hash && b.stack() == pcs {
                return at;
            }
            at = b.next;
        }
        let size = size_of::<Bucket>() + size_of_val(pcs);
        let fresh = meta::alloc(size, 8).cast::<Bucket>();
        BYTES.fetch_add(size as u64, Relaxed);
        (*fresh).hash = hash;
        (*fresh).depth = pcs.len();
        fresh
            .add(1)
            .cast::<usize>()
            .copy_from_nonoverlapping(pcs.as_ptr(), pcs.len());
        (*fresh).next = *head;
        *head = fresh;
        fresh
    }
}

fn for_each(table: &Table, mut f: impl FnMut(&Bucket)) {
    if table.lists.is_null() {
        return;
    }
    for i in 0..LISTS {
        // SAFETY: as in `bucket_of`.
        unsafe {
            let mut at = *table.lists.add(i);
            while let Some(b) = at.as_ref() {
                f(b);
                at = b.next;
            }
        }
    }
}

/// For the collector, in the stopped world, when the dead of the cycle are known (H2).
pub fn publish() {
    // SAFETY: the world is stopped, and no kernel call is in progress.
    for_each(unsafe { TABLE.get_unlocked() }, Bucket::publish);
}

/// Writes the profile into `out` as far as there is room; returns how many records there are.
pub fn collect(out: &mut [Sample]) -> usize {
    let table = TABLE.lock();
    let mut n = 0;
    for_each(&table, |b| {
        let figures = b.figures();
        if figures.allocs == 0 {
            return;
        }
        if let Some(to) = out.get_mut(n) {
            to.figures = figures;
            to.depth = b.depth;
            to.pcs[..b.depth].copy_from_slice(b.stack());
        }
        n += 1;
    });
    n
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
