//! A run of pages cut into slots of one size, with an allocation and a mark bit for each.

use super::arena::ARENA_BYTES;
use super::meta::{self, KVec, Pool};
use super::{PAGE_BYTES, arena};
use crate::prim::{Lock, Rank};
use crate::types::Type;
use crate::{gc, kassert};
use core::cell::Cell;
use core::ptr::null;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use goxide_algo::size_class::{SizeClass, SpanClass};
use goxide_lockfree::run::Run;

/// Who owns a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanState {
    /// Not in use.
    Free,
    /// In the cache of a P.
    Cached,
    /// In the central list of its class.
    Partial,
    /// Without free slots, in no list.
    Full,
}

/// A span. Its fields are written by its owner, or with the world stopped.
pub struct MSpan {
    link: Cell<usize>,
    base: Cell<usize>,
    npages: Cell<usize>,
    elem_bytes: Cell<usize>,
    nelems: Cell<usize>,
    /// Reciprocal of `elem_bytes`, see `size_class::obj_index_by_magic`; 0 for a large span.
    magic: Cell<u32>,
    class: Cell<SpanClass>,
    state: Cell<SpanState>,
    /// Free slots may hold old bytes.
    needs_zero: Cell<bool>,
    /// What a large span with pointers holds: values of this type, back to back.
    large_type: Cell<*const Type>,
    /// Bit i: slot i holds an object (I2 of the module).
    alloc_bits: Cell<*const AtomicU64>,
    /// Bit i: the marker reached slot i.
    mark_bits: Cell<*const AtomicU64>,
    /// Slots allocated when the span was last swept or taken; the cached run is not counted.
    alloc_count: Cell<usize>,
    /// Where the search for the next free run starts.
    next_slot: Cell<usize>,
    /// The run that the caching P allocates from: first address and end. All of it counts as allocated until closed.
    run: Run,
    /// Position in the table of all spans.
    index: Cell<usize>,
    /// Number of the collection whose sweep the span has been through.
    swept_in: Cell<u32>,
    /// The table of specials of objects in this span, or 0; see `gc::special`.
    pub specials: AtomicUsize,
}

static SPANS: Lock<KVec<*mut MSpan>> = Lock::new(Rank::Meta, KVec::new());
static POOL: Pool<MSpan> = Pool::new();

/// Number of spans in use.
pub fn span_count() -> usize {
    SPANS.lock().len()
}

/// Span number `i` of all spans, for a walk with the world stopped.
pub fn span_at(i: usize) -> Option<&'static MSpan> {
    // SAFETY: spans are type-stable.
    SPANS.lock().as_slice().get(i).map(|&s| unsafe { &*s })
}

/// Calls `f` for every span. The world is stopped; `f` may free the span it is given, but no other.
pub fn for_each_span(mut f: impl FnMut(&'static MSpan)) {
    let mut i = 0;
    while let Some(span) = span_at(i) {
        f(span);
        if span_at(i).is_some_and(|now| core::ptr::eq(now, span)) {
            i += 1;
        }
    }
}

const fn bitmap_bytes(nelems: usize) -> usize {
    nelems.div_ceil(64) * 8
}

impl MSpan {
    /// A span of `class` on pages that the heap gave out; `bytes` is the object size of a large span.
    pub fn new(
        base: usize,
        npages: usize,
        class: SpanClass,
        bytes: usize,
        zeroed: bool,
    ) -> &'static Self {
        let p = POOL.get();
        // SAFETY: the pool's object is ours; all fields are written before it is shared.
        let span: &'static MSpan = unsafe { &*p };
        let small = class.size_class() != SizeClass::LARGE;
        let elem = if small {
            class.size_class().bytes()
        } else {
            bytes
        };
        let nelems = if small { npages * PAGE_BYTES / elem } else { 1 };
        span.base.set(base);
        span.npages.set(npages);
        span.elem_bytes.set(elem);
        span.nelems.set(nelems);
        span.magic.set(if small {
            class.size_class().div_magic()
        } else {
            0
        });
        span.class.set(class);
        span.state.set(SpanState::Full);
        span.needs_zero.set(!zeroed);
        span.large_type.set(null());
        span.alloc_bits
            .set(meta::alloc_block(bitmap_bytes(nelems)).cast());
        span.mark_bits
            .set(meta::alloc_block(bitmap_bytes(nelems)).cast());
        span.alloc_count.set(0);
        span.next_slot.set(0);
        span.run.close();
        span.specials.store(0, Relaxed);
        // What is made while marking runs is to be swept afterwards.
        span.swept_in
            .set(gc::cycle().wrapping_sub(u32::from(gc::marking())));
        let mut all = SPANS.lock();
        span.index.set(all.len());
        all.push(p);
        all.release();
        crate::kassert!(
            !small || base / ARENA_BYTES == (base + npages * PAGE_BYTES - 1) / ARENA_BYTES,
            "I3: a span of small objects lies in one arena"
        );
        arena::set_span(base, npages, p);
        span
    }

    /// Ends the span's use; the pages stay the caller's.
    pub fn retire(&self) {
        arena::set_span(self.base.get(), self.npages.get(), core::ptr::null_mut());
        arena::set_left(self.base.get(), self.npages.get(), true);
        self.state.set(SpanState::Free);
        let mut all = SPANS.lock();
        let i = self.index.get();
        all.swap_remove(i);
        if let Some(&moved) = all.as_slice().get(i) {
            // SAFETY: spans are type-stable.
            unsafe { (*moved).index.set(i) };
        }
        all.release();
        let bytes = bitmap_bytes(self.nelems.get());
        // SAFETY: nobody finds the span any more, so nobody uses its bitmaps.
        unsafe {
            meta::free(self.alloc_bits.get() as *mut u8, bytes);
            meta::free(self.mark_bits.get() as *mut u8, bytes);
        }
        POOL.put(core::ptr::from_ref(self).cast_mut());
    }

    /// First address.
    #[inline]
    pub fn base(&self) -> usize {
        self.base.get()
    }
    /// Pages.
    pub fn npages(&self) -> usize {
        self.npages.get()
    }
    /// Bytes of a slot.
    #[inline]
    pub fn elem_bytes(&self) -> usize {
        self.elem_bytes.get()
    }
    /// Number of slots.
    pub fn nelems(&self) -> usize {
        self.nelems.get()
    }
    /// Size class and kind.
    #[inline]
    pub fn class(&self) -> SpanClass {
        self.class.get()
    }
    /// Who owns the span.
    pub fn state(&self) -> SpanState {
        self.state.get()
    }
    /// Hands the span over.
    pub fn set_state(&self, s: SpanState) {
        self.state.set(s);
    }
    /// Whether the span has been swept since the last marking ended.
    pub fn is_swept(&self) -> bool {
        self.swept_in.get() == gc::cycle()
    }
    /// Whether free slots may hold old bytes.
    #[inline]
    pub fn needs_zero(&self) -> bool {
        self.needs_zero.get()
    }
    /// Element type of a large span with pointers.
    pub fn large_type(&self) -> *const Type {
        self.large_type.get()
    }
    /// Sets the element type of a large span.
    pub fn set_large_type(&self, t: *const Type) {
        self.large_type.set(t);
    }
    /// Next span of the list that this one is in.
    pub fn link(&self) -> usize {
        self.link.get()
    }
    /// Sets the link.
    pub fn set_link(&self, to: usize) {
        self.link.set(to);
    }
    /// Objects, without those that the caching P has taken from its run.
    pub fn alloc_count(&self) -> usize {
        self.alloc_count.get()
    }

    /// Slot that covers `addr`, which lies in the span.
    #[inline]
    pub fn slot_of(&self, addr: usize) -> usize {
        match self.magic.get() {
            0 => 0,
            magic => goxide_algo::size_class::obj_index_by_magic(addr - self.base.get(), magic),
        }
    }

    #[inline]
    fn alloc_word(&self, word: usize) -> &AtomicU64 {
        kassert!(word < self.nelems.get().div_ceil(64));
        // SAFETY: the bitmap has a word for every 64 slots, and lives as long as the span is in use.
        unsafe { &*self.alloc_bits.get().add(word) }
    }

    #[inline]
    fn mark_word(&self, word: usize) -> &AtomicU64 {
        kassert!(word < self.nelems.get().div_ceil(64));
        // SAFETY: as in `alloc_word`.
        unsafe { &*self.mark_bits.get().add(word) }
    }

    /// Sets the mark bit of a slot; says whether this call set it.
    #[inline]
    pub fn mark(&self, slot: usize) -> bool {
        let bit = 1u64 << (slot % 64);
        let word = self.mark_word(slot / 64);
        // The bit only elects one scanner; the object's bytes were published by the stop of the world. Acquire: whoever
        // sets it after a run has given it up sees that run closed.
        word.load(Relaxed) & bit == 0 && word.fetch_or(bit, Acquire) & bit == 0
    }

    /// Calls `f` for every word of the mark bits. World stopped.
    pub fn for_each_mark_word(&self, mut f: impl FnMut(&AtomicU64)) {
        (0..self.nelems.get().div_ceil(64)).for_each(|i| f(self.mark_word(i)));
    }

    /// Sets or clears the mark bits of slots `from..to`. Markers set other bits of the same words meanwhile.
    fn set_marks(&self, from: usize, to: usize, on: bool) {
        let mut slot = from;
        while slot < to {
            let n = (64 - slot % 64).min(to - slot);
            let ones = if n == 64 { u64::MAX } else { (1 << n) - 1 } << (slot % 64);
            let word = self.mark_word(slot / 64);
            if on {
                word.fetch_or(ones, Relaxed)
            } else {
                word.fetch_and(!ones, Release)
            };
            slot += n;
        }
    }

    /// Whether the marker reached the slot.
    pub fn is_marked(&self, slot: usize) -> bool {
        self.mark_word(slot / 64).load(Relaxed) >> (slot % 64) & 1 != 0
    }

    /// Whether the slot holds an object.
    pub fn is_allocated(&self, slot: usize) -> bool {
        let addr = self.base.get() + slot * self.elem_bytes.get();
        self.run.is_taken(addr, || {
            self.alloc_word(slot / 64).load(Acquire) >> (slot % 64) & 1 != 0
        })
    }

    /// First byte of the object that covers `addr`, if that slot holds one. For words of doubtful origin.
    pub fn allocated_object(&self, addr: usize) -> Option<usize> {
        let slot = self.slot_of(addr);
        (slot < self.nelems.get() && self.is_allocated(slot))
            .then(|| self.base.get() + slot * self.elem_bytes.get())
    }

    /// Takes the next run of free slots: addresses of its start and end. The slots belong to the caller, who reports
    /// through [`MSpan::close_run`] how far it has used them.
    pub fn take_run(&self) -> Option<(usize, usize)> {
        let n = self.nelems.get();
        let first = self.find_slot(self.next_slot.get(), false)?;
        let end = self.find_slot(first, true).unwrap_or(n);
        self.next_slot.set(end);
        let at = |slot: usize| self.base.get() + slot * self.elem_bytes.get();
        if gc::marking() {
            // Objects are born black. Before the run is seen: a doubtful word must not lead to what old bytes there mean.
            self.set_marks(first, end, true);
        }
        self.run.open(at(first), at(end));
        Some((at(first), at(end)))
    }

    /// First slot from `from` on whose allocation bit is `allocated`.
    fn find_slot(&self, from: usize, allocated: bool) -> Option<usize> {
        let n = self.nelems.get();
        let mut slot = from;
        while slot < n {
            let word = self.alloc_word(slot / 64).load(Relaxed);
            let wanted = if allocated { word } else { !word } >> (slot % 64);
            if wanted != 0 {
                let found = slot + wanted.trailing_zeros() as usize;
                return (found < n).then_some(found);
            }
            slot = (slot / 64 + 1) * 64;
        }
        None
    }

    /// Enters the used part of the current run into the allocation bits; how many objects it holds.
    pub fn close_run(&self, cur: usize) -> usize {
        let (first, end) = self.run.bounds();
        let mut objects = 0;
        if first != 0 && cur > first {
            let (from, to) = (
                self.slot_of(first),
                self.slot_of(first) + (cur - first) / self.elem_bytes.get(),
            );
            self.set_allocated(from, to);
            objects = to - from;
            self.alloc_count.set(self.alloc_count.get() + objects);
        }
        // Before the marks go: a marker that sets one again sees the run closed (`gc::zombie`).
        self.run.close();
        if first != 0 && gc::marking() && cur < end {
            self.set_marks(
                self.slot_of(cur),
                self.slot_of(cur) + (end - cur) / self.elem_bytes.get(),
                false,
            );
        }
        // What is left of the run is found again by a search from its start.
        if cur != 0 {
            self.next_slot
                .set(self.slot_of(cur).min(self.next_slot.get()));
        }
        objects
    }

    /// Sets the allocation bits of slots `from..to`. Only the owner writes them, so plain loads and stores do.
    fn set_allocated(&self, from: usize, to: usize) {
        let mut slot = from;
        while slot < to {
            let n = (64 - slot % 64).min(to - slot);
            let ones = if n == 64 { u64::MAX } else { (1 << n) - 1 };
            let word = self.alloc_word(slot / 64);
            word.store(word.load(Relaxed) | ones << (slot % 64), Release);
            slot += n;
        }
    }

    /// Marks the only slot of a large span as allocated.
    pub fn set_large_allocated(&self) {
        self.alloc_word(0).store(1, Relaxed);
        if gc::marking() {
            self.set_marks(0, 1, true);
        }
        self.alloc_count.set(1);
    }

    /// What is marked stays, all else is free; returns the number of objects that stay. World stopped, no run open.
    pub fn sweep(&self) -> usize {
        let mut live = 0;
        for word in 0..self.nelems.get().div_ceil(64) {
            let marks = self.mark_word(word).load(Relaxed);
            let zombies = marks & !self.alloc_word(word).load(Relaxed);
            if zombies != 0 {
                gc::found_zombies(self, word * 64, zombies);
            }
            if cfg!(feature = "debug-kernel") {
                self.poison(word, self.alloc_word(word).load(Relaxed) & !marks);
            }
            self.alloc_word(word).store(marks, Relaxed);
            self.mark_word(word).store(0, Relaxed);
            live += marks.count_ones() as usize;
        }
        if live < self.alloc_count.get() {
            self.needs_zero.set(true);
        }
        self.alloc_count.set(live);
        self.next_slot.set(0);
        self.swept_in.set(gc::cycle());
        live
    }

    /// Debug kernel: fills the objects that die in this word of the bitmap.
    fn poison(&self, word: usize, mut dead: u64) {
        while dead != 0 {
            let slot = word * 64 + dead.trailing_zeros() as usize;
            let at = (self.base.get() + slot * self.elem_bytes.get()) as *mut u8;
            // SAFETY: the object is unreachable, its slot lies in the span.
            unsafe { core::ptr::write_bytes(at, 0xdb, self.elem_bytes.get()) };
            dead &= dead - 1;
        }
    }

    /// Equations that hold when nobody owns the span. Debug kernel, world stopped.
    pub fn verify(&self) {
        let words = self.nelems.get().div_ceil(64);
        let set: u32 = (0..words)
            .map(|w| self.alloc_word(w).load(Relaxed).count_ones())
            .sum();
        assert!(
            set as usize == self.alloc_count.get(),
            "span counts its objects"
        );
        assert!(self.alloc_count.get() <= self.nelems.get());
        assert!(self.next_slot.get() <= self.nelems.get());
    }
}
