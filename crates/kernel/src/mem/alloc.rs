//! Allocation of one object.

use super::mcache::MCache;
use super::{PAGE_BYTES, bits, heap};
use crate::stats::godebug;
use crate::types::Type;
use goxide_algo::size_class::{MAX_SMALL_BYTES, SizeClass, SpanClass};

/// Tiny objects share blocks of this size.
const TINY_BLOCK: usize = 16;
const TINY_CLASS: SpanClass = SpanClass::new(SizeClass::from_index(2), true);

/// The largest object that a 48-bit address space can hold.
pub const fn max_alloc() -> usize {
    1 << 48
}

/// A Go heap object of `bytes`, described by `typ` (null: holds no pointers), which is one value or an array of them.
/// Zeroed if `zero` is set or if it holds pointers. Never collects; `bytes` is not zero.
#[inline]
pub fn alloc(bytes: usize, typ: *const Type, zero: bool) -> *mut u8 {
    let p = crate::sched::p();
    // SAFETY: the P is this M's, and the kernel is not preempted.
    let cache = unsafe { &mut *p.mcache.get() };
    if cache.sampler.is_stale() {
        cache.follow_sampling_rate();
    }
    // SAFETY: type descriptors are immortal or kept alive by the caller.
    match unsafe { typ.as_ref() } {
        Some(t) if t.ptr_bytes != 0 => alloc_scan(cache, bytes, t),
        _ => alloc_noscan(cache, bytes, zero),
    }
}

#[inline]
fn alloc_noscan(cache: &mut MCache, bytes: usize, zero: bool) -> *mut u8 {
    if bytes < TINY_BLOCK {
        return alloc_tiny(cache, bytes);
    }
    if bytes > MAX_SMALL_BYTES {
        return alloc_large(cache, bytes, None, zero);
    }
    let class = SpanClass::new(SizeClass::of(bytes), true);
    let size = class.size_class().bytes();
    let mut slot = &mut cache.slots[class.index()];
    if slot.cur + size > slot.end {
        slot = cache.next_run(class);
    }
    let at = slot.cur;
    slot.cur = at + size;
    // SAFETY: a cache with a run has a span.
    if zero && unsafe { (*slot.span).needs_zero() } {
        // SAFETY: the slot was free and is this P's.
        unsafe { core::ptr::write_bytes(at as *mut u8, 0, size) };
    }
    at as *mut u8
}

#[inline]
fn alloc_scan(cache: &mut MCache, bytes: usize, typ: &Type) -> *mut u8 {
    if bytes > MAX_SMALL_BYTES {
        return alloc_large(cache, bytes, Some(typ), true);
    }
    let class = SpanClass::new(SizeClass::of(bytes), false);
    let size = class.size_class().bytes();
    let mut slot = &mut cache.slots[class.index()];
    if slot.cur + size > slot.end {
        slot = cache.next_run(class);
    }
    let at = slot.cur;
    slot.cur = at + size;
    // SAFETY: the slot was free and is this P's; `bits` is its arena's map.
    unsafe { bits::describe(slot.bits, at, size, bytes, typ) };
    at as *mut u8
}

/// Pointer-free objects below 16 bytes: several to a block, aligned as their size asks. Always zeroed.
fn alloc_tiny(cache: &mut MCache, bytes: usize) -> *mut u8 {
    let align = if bytes.is_multiple_of(8) {
        8
    } else if bytes.is_multiple_of(4) {
        4
    } else if bytes.is_multiple_of(2) {
        2
    } else {
        1
    };
    let (cur, end) = cache.tiny;
    let at = cur.next_multiple_of(align);
    if cur != 0 && at + bytes <= end {
        cache.tiny_objects += 1; // the first object of a block is counted as the block
        cache.tiny.0 = at + bytes;
        return at as *mut u8;
    }
    if cur == 0 && godebug::checkfinalizers() > 0 {
        return alloc_tiny_checked(cache, bytes, align);
    }
    let block = new_tiny_block(cache);
    // The block with more room left stays the current one.
    if cur == 0 || TINY_BLOCK - bytes > end - cur {
        cache.tiny = (block + bytes, block + TINY_BLOCK);
    }
    block as *mut u8
}

#[inline]
fn new_tiny_block(cache: &mut MCache) -> usize {
    let mut slot = &mut cache.slots[TINY_CLASS.index()];
    if slot.cur + TINY_BLOCK > slot.end {
        slot = cache.next_run(TINY_CLASS);
    }
    let block = slot.cur;
    slot.cur = block + TINY_BLOCK;
    // SAFETY: the block was free and is this P's.
    unsafe { core::ptr::write_bytes(block as *mut u8, 0, TINY_BLOCK) };
    block
}

/// As [`alloc_tiny`], and blocks of more than one object are noted. `cache.tiny` stays empty, so that every allocation
/// of the mode comes here.
#[cold]
fn alloc_tiny_checked(cache: &mut MCache, bytes: usize, align: usize) -> *mut u8 {
    let (cur, end) = cache.checked_tiny;
    let at = cur.next_multiple_of(align);
    if cur != 0 && at + bytes <= end {
        cache.tiny_objects += 1;
        cache.checked_tiny.0 = at + bytes;
        crate::gc::special::note_shared(end - TINY_BLOCK);
        return at as *mut u8;
    }
    let block = new_tiny_block(cache);
    cache.checked_tiny = (block + bytes, block + TINY_BLOCK);
    block as *mut u8
}

#[cold]
fn alloc_large(cache: &mut MCache, bytes: usize, typ: Option<&Type>, zero: bool) -> *mut u8 {
    let Some(rounded) = bytes.checked_next_multiple_of(PAGE_BYTES) else {
        heap::out_of_memory(bytes)
    };
    let class = SpanClass::new(SizeClass::LARGE, typ.is_none());
    if crate::gc::sweep_is_due() {
        super::central::sweep_large();
    }
    let span = heap::alloc_span(rounded / PAGE_BYTES, class, rounded);
    if (zero || typ.is_some()) && span.needs_zero() {
        // SAFETY: the span's pages are ours.
        unsafe { core::ptr::write_bytes(span.base() as *mut u8, 0, rounded) };
    }
    if let Some(t) = typ {
        span.set_large_type(t);
    }
    span.set_large_allocated();
    super::give_back(span);
    cache.sampler.large(class, span.base(), rounded);
    crate::sched::p().taken.large(rounded);
    crate::gc::note_allocated(rounded);
    span.base() as *mut u8
}

/// `n` values of `typ` back to back; `None` if that is too large.
pub fn alloc_typed_array(typ: &Type, n: usize) -> Option<*mut u8> {
    let bytes = typ.size.checked_mul(n).filter(|&b| b <= max_alloc())?;
    Some(if bytes == 0 {
        crate::gc::zero_base()
    } else {
        alloc(bytes, typ, true)
    })
}
