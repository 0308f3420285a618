//! What a P allocates from without a lock: one run of free slots for each span class, and a block for tiny objects.

use super::mspan::MSpan;
use super::{arena, central};
use crate::profile::heap::Sampler;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use goxide_abi::layout::SIZE_CLASSES;
use goxide_algo::size_class::SpanClass;

const CLASSES: usize = SpanClass::COUNT as usize;

/// A run of free slots: allocation moves `cur` towards `end`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Slot {
    /// Next free address.
    pub cur: usize,
    /// End of the run.
    pub end: usize,
    /// The span, null at first.
    pub span: *const MSpan,
    /// Pointer map of the span's arena, for classes with pointers.
    pub bits: *mut u64,
}

/// Objects that a P has allocated, without those of open runs. All zero bytes at first. Written by the P, read by anybody at any time.
pub struct Taken {
    /// By size class; 0: large ones.
    pub objects: [AtomicU64; SIZE_CLASSES],
    /// Bytes of the large ones.
    pub large_bytes: AtomicU64,
    /// Tiny objects that share the slot of another one.
    pub tiny: AtomicU64,
}

impl Taken {
    /// A run of `class` holds so many objects.
    fn run(&self, class: SpanClass, objects: usize) {
        Self::add(&self.objects[class.size_class().index()], objects as u64);
    }

    /// A large object of so many bytes.
    pub fn large(&self, bytes: usize) {
        Self::add(&self.objects[0], 1);
        Self::add(&self.large_bytes, bytes as u64);
    }

    /// A plain addition: only the P writes, or whoever has stopped the world.
    fn add(count: &AtomicU64, n: u64) {
        count.store(count.load(Relaxed) + n, Relaxed);
    }
}

/// The cache of one P. All zero bytes are the empty cache.
#[repr(C)]
pub struct MCache {
    /// By span class.
    pub slots: [Slot; CLASSES],
    /// Free part of the current block of tiny objects.
    pub tiny: (usize, usize),
    /// Tiny objects that share the slot of another one and are not in [`Taken`] yet.
    pub tiny_objects: u64,
    /// What `tiny` is, under GODEBUG=checkfinalizers: then `tiny` stays empty.
    pub checked_tiny: (usize, usize),
    /// Distances to the next objects of the heap profile.
    pub sampler: Sampler,
}

impl MCache {
    /// The next run for a class. Clears it if the class holds pointers, so that slots can be used as they are.
    #[cold]
    pub fn next_run(&mut self, class: SpanClass) -> &mut Slot {
        let taken = &crate::sched::p().taken;
        Taken::add(&taken.tiny, core::mem::take(&mut self.tiny_objects));
        let slot = &mut self.slots[class.index()];
        let mut at = slot.span;
        loop {
            // SAFETY: a cached span is in use and this P's.
            if let Some(span) = unsafe { at.as_ref() } {
                taken.run(class, span.close_run(slot.end));
                if let Some((cur, end)) = span.take_run() {
                    // Up to the next object that the heap profile chooses.
                    let end = self.sampler.limit(class, cur, end, span.elem_bytes());
                    *slot = Slot {
                        cur,
                        end,
                        span,
                        bits: arena::ptr_bits_of(cur),
                    };
                    crate::gc::note_allocated(end - cur);
                    if !class.noscan() && span.needs_zero() {
                        // SAFETY: the run's slots are free and this P's.
                        unsafe { core::ptr::write_bytes(cur as *mut u8, 0, end - cur) };
                    }
                    return &mut self.slots[class.index()];
                }
                central::give_back(span);
            }
            at = central::refill(class);
            slot.end = 0;
        }
    }

    /// The program has set another rate of the heap profile: it holds from this allocation on, for slots that the P
    /// holds already too.
    #[cold]
    pub fn follow_sampling_rate(&mut self) {
        self.flush(&crate::sched::p().taken);
        self.sampler.follow();
    }

    /// Gives all spans back and forgets the runs; `taken` is of the same P. The world is stopped, or the P is this M's.
    pub fn flush(&mut self, taken: &Taken) {
        Taken::add(&taken.tiny, core::mem::take(&mut self.tiny_objects));
        for slot in &mut self.slots {
            // SAFETY: a cached span is in use and this P's.
            if let Some(span) = unsafe { slot.span.as_ref() } {
                taken.run(span.class(), span.close_run(slot.cur));
                crate::gc::note_unused(slot.end - slot.cur);
                self.sampler.unused(span.class(), slot.end - slot.cur);
                central::give_back(span);
            }
            *slot = Slot {
                cur: 0,
                end: 0,
                span: null_mut(),
                bits: null_mut(),
            };
        }
        self.tiny = (0, 0);
        self.checked_tiny = (0, 0);
    }
}

/// Flushes the cache of the current P.
pub fn flush_own() {
    let p = crate::sched::p();
    // SAFETY: the P is this M's, and the kernel is not preempted.
    unsafe { (*p.mcache.get()).flush(&p.taken) };
}

/// Flushes the caches of all Ps. The world is stopped.
pub fn flush_all() {
    crate::sched::for_each_p(|p| {
        // SAFETY: the world is stopped: no P uses its cache.
        unsafe { (*p.mcache.get()).flush(&p.taken) };
    });
}
