//! Arenas: 64 MiB of heap each, with the tables that lead from an address to its span and pointer bits.

use super::meta;
use super::mspan::MSpan;
use crate::prim::Racy;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::*};
pub use goxide_abi::layout::ARENA_BYTES;

/// Where the heap begins, if the address is free.
pub const HEAP_BASE: usize = 0xc0_0000_0000;
/// log2 of the bytes of an arena.
pub const ARENA_SHIFT: u32 = ARENA_BYTES.trailing_zeros();
/// Pages of an arena.
pub const ARENA_PAGES: usize = ARENA_BYTES / super::PAGE_BYTES;
/// Words of an arena's pointer map.
const BIT_WORDS: usize = ARENA_BYTES / 8 / 64;
/// 47-bit user address space.
const ARENAS: usize = 1 << (47 - ARENA_SHIFT);

/// The tables of one arena.
#[repr(C)]
pub struct ArenaMeta {
    spans: [AtomicPtr<MSpan>; ARENA_PAGES],
    /// Bit i: page i has lain in a span and is free since.
    left: [AtomicU64; ARENA_PAGES / 64],
    /// Bit i: word i of the arena may hold a pointer.
    ptr_bits: [u64; BIT_WORDS],
}

/// `ARENAS` pointers, reserved at boot and touched lazily. Entries are set under the heap lock, never cleared.
static TABLE: Racy<*mut AtomicPtr<ArenaMeta>> = Racy::new(null_mut());
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Reserves the arena table.
pub fn init() {
    TABLE.set(meta::reserve_tables(ARENAS * 8, c" Go: heap index") as *mut _);
}

/// Number of arenas in use.
pub fn arena_count() -> u32 {
    COUNT.load(Relaxed)
}

#[inline]
fn entry(addr: usize) -> Option<&'static AtomicPtr<ArenaMeta>> {
    let i = addr >> ARENA_SHIFT;
    // SAFETY: `i` is below the number of entries reserved by `init`, which runs before any lookup.
    (i < ARENAS).then(|| unsafe { &*TABLE.get().add(i) })
}

#[inline]
fn arena_of(addr: usize) -> Option<&'static ArenaMeta> {
    // SAFETY: entries are null or point to immortal tables; Acquire pairs with the Release in `add`.
    unsafe { entry(addr)?.load(Acquire).as_ref() }
}

/// Gives the arena at `base` its tables. Under the heap lock.
pub fn add(base: usize) {
    let tables = meta::map_or_die(size_of::<ArenaMeta>());
    if let Some(e) = entry(base) {
        e.store(tables as *mut ArenaMeta, Release);
        COUNT.fetch_add(1, Relaxed);
    }
}

/// The span in use that covers `addr`.
#[inline]
pub fn span_of(addr: usize) -> Option<&'static MSpan> {
    let arena = arena_of(addr)?;
    let page = (addr & (ARENA_BYTES - 1)) / super::PAGE_BYTES;
    // SAFETY: spans are type-stable. Acquire pairs with the Release in `set_span`.
    unsafe { arena.spans[page].load(Acquire).as_ref() }
}

/// Whether the page at `addr`, which is in no span, has been in one since it was last something else.
pub fn has_left(addr: usize) -> bool {
    arena_of(addr).is_some_and(|arena| {
        let (word, bit) = left_bit(addr);
        arena.left[word].load(Relaxed) & bit != 0
    })
}

/// Where [`ArenaMeta::left`] has the page at `addr`.
fn left_bit(addr: usize) -> (usize, u64) {
    let page = (addr & (ARENA_BYTES - 1)) / super::PAGE_BYTES;
    (page / 64, 1 << (page % 64))
}

/// Notes what [`has_left`] says of `pages` pages from `base`, which are in no span.
pub fn set_left(base: usize, pages: usize, left: bool) {
    for addr in (base..base + pages * super::PAGE_BYTES).step_by(super::PAGE_BYTES) {
        if let Some(arena) = arena_of(addr) {
            let (word, bit) = left_bit(addr);
            // Relaxed: a word that is a pointer in truth leads to a span, or to a stack whose pages were entered before.
            match left {
                true => arena.left[word].fetch_or(bit, Relaxed),
                false => arena.left[word].fetch_and(!bit, Relaxed),
            };
        }
    }
}

/// Enters `span` (or null) for `pages` pages from `base`.
pub fn set_span(base: usize, pages: usize, span: *mut MSpan) {
    for i in 0..pages {
        let addr = base + i * super::PAGE_BYTES;
        if let Some(arena) = arena_of(addr) {
            arena.spans[(addr & (ARENA_BYTES - 1)) / super::PAGE_BYTES].store(span, Release);
        }
    }
}

/// The pointer map of the arena that contains `addr`, which must be a heap address.
#[inline]
pub fn ptr_bits_of(addr: usize) -> *mut u64 {
    match arena_of(addr) {
        Some(arena) => arena.ptr_bits.as_ptr().cast_mut(),
        None => null_mut(),
    }
}
