//! Figures by stack: what the heap, block and mutex profiles gather.
//!
//! The heap profile keeps objects of different sizes apart: what readers make of the samples depends on the size.
//!
//! H1  Buckets are never freed, and their stacks never change: readers need the lock for walking the lists only.

use crate::mem::meta;
use crate::prim::{Lock, Rank};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU64, Ordering::*};

const LISTS: usize = 1024;

/// What has happened at one stack. The stack's `depth` words follow in memory.
#[repr(C)]
pub struct Bucket {
    next: *mut Bucket,
    hash: u64,
    size: usize,
    depth: usize,
    /// The profile says what each of them counts.
    pub now: [AtomicU64; 4],
    /// Copies of `now` for readers, if the profile wants to show the figures of a certain moment.
    pub published: [AtomicU64; 4],
}

/// A record as the Go side's `profileSample` lays it out.
#[repr(C)]
pub struct Sample {
    figures: [u64; 4],
    depth: usize,
    /// The bucket's own stack.
    pcs: *const usize,
}

impl Bucket {
    /// Bytes of each object; 0 for what is not objects.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The stack, as return addresses.
    pub fn stack(&self) -> &[usize] {
        let words = core::ptr::from_ref(self).wrapping_add(1).cast::<usize>();
        // SAFETY: the bucket was made with `depth` words behind it.
        unsafe { core::slice::from_raw_parts(words, self.depth) }
    }

    /// Adds to figure `i`.
    pub fn add(&self, i: usize, n: u64) {
        self.now[i].fetch_add(n, Relaxed);
    }
}

/// Lists of buckets by hash.
struct Lists(*mut *mut Bucket);

// SAFETY: a plain owner of immortal memory.
unsafe impl Send for Lists {}

/// The buckets of one profile.
pub struct Buckets(Lock<Lists>);

/// Bytes in buckets.
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Memory in stacks and figures, for MemStats.
pub fn bytes() -> u64 {
    BYTES.load(Relaxed)
}

fn hash(size: usize, pcs: &[usize]) -> u64 {
    let mix =
        |h: u64, &pc: &usize| (h.rotate_left(5) ^ pc as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    pcs.iter().fold(mix(0, &size), mix)
}

impl Lists {
    fn for_each(&self, mut f: impl FnMut(&Bucket)) {
        if self.0.is_null() {
            return;
        }
        for i in 0..LISTS {
            // SAFETY: the array has `LISTS` heads; buckets are immortal and complete before they enter a list.
            unsafe {
                let mut at = *self.0.add(i);
                while let Some(b) = at.as_ref() {
                    f(b);
                    at = b.next;
                }
            }
        }
    }
}

impl Buckets {
    /// Without buckets.
    pub const fn new() -> Self {
        Self(Lock::new(Rank::Special, Lists(null_mut())))
    }

    /// The bucket of a stack and of objects of `size` (0 for what is not objects), made if need be.
    pub fn of(&self, size: usize, pcs: &[usize]) -> &'static Bucket {
        let hash = hash(size, pcs);
        let mut lists = self.0.lock();
        if lists.0.is_null() {
            lists.0 = meta::alloc(LISTS * 8, 64).cast();
        }
        // SAFETY: as in `Lists::for_each`; fresh zeroed memory is a bucket with empty figures.
        unsafe {
            let head = lists.0.add((hash >> 54) as usize % LISTS);
            let mut at = *head;
            while let Some(b) = at.as_ref() {
                if b.hash == hash && b.size == size && b.stack() == pcs {
                    return b;
                }
                at = b.next;
            }
            let bytes = size_of::<Bucket>() + size_of_val(pcs);
            let fresh = meta::alloc(bytes, 8).cast::<Bucket>();
            BYTES.fetch_add(bytes as u64, Relaxed);
            (*fresh).hash = hash;
            (*fresh).size = size;
            (*fresh).depth = pcs.len();
            let words = fresh.add(1).cast::<usize>();
            words.copy_from_nonoverlapping(pcs.as_ptr(), pcs.len());
            (*fresh).next = *head;
            *head = fresh;
            &*fresh
        }
    }

    /// Copies the figures for readers.
    pub fn publish(&self) {
        self.0.lock().for_each(|b| {
            for (to, from) in b.published.iter().zip(&b.now) {
                to.store(from.load(Relaxed), Relaxed);
            }
        });
    }

    /// Calls `f` with every bucket.
    pub fn for_each(&self, f: impl FnMut(&Bucket)) {
        self.0.lock().for_each(f);
    }

    /// Writes the buckets of which figure `shown` is not zero into `out`, as far as there is room; returns how many
    /// there are.
    pub fn collect(&self, published: bool, shown: usize, out: &mut [Sample]) -> usize {
        let lists = self.0.lock();
        let mut n = 0;
        lists.for_each(|b| {
            let from = if published { &b.published } else { &b.now };
            let figures = [0, 1, 2, 3].map(|i| from[i].load(Relaxed));
            if figures[shown] == 0 {
                return;
            }
            if let Some(to) = out.get_mut(n) {
                to.figures = figures;
                to.depth = b.depth;
                to.pcs = b.stack().as_ptr();
            }
            n += 1;
        });
        n
    }
}
