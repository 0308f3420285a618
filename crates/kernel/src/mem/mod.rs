//! From pages to objects.
//!
//! ```text
//!   gx_kmallocgc ─▶ MCache (per P, no lock) ─▶ Central (per span class) ─▶ heap (pages) ─▶ sys::mmap
//!                  bump inside a run of free   spans that have             first fit by     64 MiB arenas from
//!                  slots of a span             free slots                  address          0xc000000000
//! ```
//!
//! I1  A span is owned by exactly one of: an MCache, a central list, or a sweeper.
//! I2  The slots of a cached span that lie in its open run count as allocated; all others say their alloc bit. With the
//!     world stopped and the caches flushed no run is open, and the bits alone are the truth.
//! I3  All pages of a span lie in one arena, unless it is a large one, whose arenas are contiguous.
//! I4  Every word of a heap object that may hold a pointer has its bit in the arena's pointer map, or lies in a large
//!     span that knows its element type. Free slots have no meaning there.
//!
//! Locks: `Rank::Central` before `Rank::Heap` before `Rank::Meta`. Absent on purpose: use from signal handlers, and
//! collection: `alloc` only raises [`crate::gc::wanted`]; the entry functions act on it when nothing is held.

mod alloc;
mod arena;
mod bits;
mod central;
mod heap;
mod mcache;
pub mod meta;
mod mspan;
pub mod scavenge;

pub use alloc::{alloc, alloc_typed_array, max_alloc};
pub use arena::{ARENA_BYTES, HEAP_BASE, arena_count, has_left, ptr_bits_of, span_of};
pub use bits::{for_each_ptr_word, ptr_word_addr};
pub use central::{begin_sweep, give_back, refill, sweep_next, sweeping};
pub use heap::{
    HEAP, HeapStats, alloc_pages, free_pages, free_span, init, may_be_heap, stats, unbacked_bytes,
};
pub use mcache::{MCache, Taken, flush_all, flush_own};
pub use mspan::{MSpan, SpanState, for_each_span, span_at, span_count};

/// Bytes of a page.
pub const PAGE_BYTES: usize = goxide_algo::size_class::PAGE_BYTES;

/// The heap object that contains `addr`: its first byte and its size. `None` for everything else.
pub fn find_object(addr: usize) -> Option<(usize, usize)> {
    let span = span_of(addr)?;
    let base = span.allocated_object(addr)?;
    Some((base, span.elem_bytes()))
}
