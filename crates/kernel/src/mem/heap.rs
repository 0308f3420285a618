//! Pages: the heap grows by arenas, spans and stacks take runs of pages from it.

use super::arena::{self, ARENA_BYTES, ARENA_PAGES, HEAP_BASE};
use super::mspan::MSpan;
use super::{PAGE_BYTES, meta, scavenge};
use crate::prim::{Lock, Rank};
use crate::stats::godebug;
use crate::{sys, throw};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use goxide_algo::page_alloc::{PageAlloc, Run, storage_words};
use goxide_algo::size_class::{SizeClass, SpanClass};

/// Pages that the index space covers: 1 TiB from [`HEAP_BASE`].
const INDEX_PAGES: u32 = 1 << 27;

/// The page allocator and where the next arena goes.
pub struct Heap {
    pages: PageAlloc<'static>,
    next_arena: usize,
}

/// The heap.
pub static HEAP: Lock<Heap> = Lock::new(
    Rank::Heap,
    Heap {
        pages: PageAlloc::empty(),
        next_arena: HEAP_BASE,
    },
);

/// Figures of the heap. Relaxed: statistics, exact only with the world stopped.
pub struct HeapStats {
    /// Bytes of address space mapped for the heap.
    pub mapped: AtomicU64,
    /// Bytes in spans of objects.
    pub in_spans: AtomicU64,
    /// Bytes in goroutine stacks.
    pub in_stacks: AtomicU64,
}

static STATS: HeapStats = HeapStats {
    mapped: AtomicU64::new(0),
    in_spans: AtomicU64::new(0),
    in_stacks: AtomicU64::new(0),
};

/// Figures of the heap.
pub fn stats() -> &'static HeapStats {
    &STATS
}

/// Reserves the tables. Runs once, before the first allocation.
pub fn init() {
    arena::init();
    let words = storage_words(INDEX_PAGES);
    let at = meta::reserve_tables(words * 8, c" Go: page alloc index") as *mut u64;
    // SAFETY: the mapping holds `words` zeroed words and belongs to the allocator for ever.
    let storage = unsafe { core::slice::from_raw_parts_mut(at, words) };
    HEAP.lock().pages = PageAlloc::new(storage, INDEX_PAGES);
}

/// Whether the address is one that the heap can have.
#[inline]
pub fn may_be_heap(addr: usize) -> bool {
    addr.wrapping_sub(HEAP_BASE) < INDEX_PAGES as usize * PAGE_BYTES
}

fn address(page: u32) -> usize {
    HEAP_BASE + page as usize * PAGE_BYTES
}

fn page(addr: usize) -> u32 {
    ((addr - HEAP_BASE) / PAGE_BYTES) as u32
}

impl Heap {
    fn unbacked_bytes(&self) -> u64 {
        (self.pages.free_pages() - self.pages.stale_pages()) * PAGE_BYTES as u64
    }

    fn take(&mut self, npages: usize) -> Option<Run> {
        let n = u32::try_from(npages).ok()?;
        loop {
            if let Some(run) = self.pages.alloc(n) {
                return Some(run);
            }
            self.grow(npages)?;
        }
    }

    /// Maps enough arenas for `npages` contiguous pages behind what is there.
    fn grow(&mut self, npages: usize) -> Option<()> {
        let arenas = npages.div_ceil(ARENA_PAGES);
        let mut tries = 0;
        loop {
            let base = self.next_arena;
            let bytes = arenas * ARENA_BYTES;
            if base + bytes > address(INDEX_PAGES) {
                return None;
            }
            match sys::mmap_at(base, bytes) {
                Ok(_) => {
                    self.next_arena = base + bytes;
                    STATS.mapped.fetch_add(bytes as u64, Relaxed);
                    meta::name(base, bytes, c" Go: heap");
                    // Otherwise the system decides, as with stock: asked for, huge pages made no program faster here, and
                    // half of them slower (1 GiB filled: 174 ms against 116; a million stacks scanned: 1.3 times).
                    if godebug::disablethp() > 0 {
                        sys::madvise(base, bytes, sys::NOHUGEPAGE);
                    }
                    for i in 0..arenas {
                        arena::add(base + i * ARENA_BYTES);
                    }
                    self.pages.grow(page(base), (arenas * ARENA_PAGES) as u32);
                    return Some(());
                }
                // Somebody else's mapping lies there: look further up, but not for ever.
                Err(sys::Errno::EEXIST) if tries < 1024 => {
                    tries += 1;
                    self.next_arena = base + ARENA_BYTES;
                }
                Err(_) => return None,
            }
        }
    }
}

/// The heap cannot grow by `bytes`. Go's words differ: either the system has no memory for what could be addressed, or
/// no addresses are left.
#[cold]
pub fn out_of_memory(bytes: usize) -> ! {
    let arenas = bytes.checked_next_multiple_of(ARENA_BYTES);
    if arenas.is_some_and(sys::has_address_space) {
        throw!("runtime: out of memory")
    }
    let in_use = STATS.in_spans.load(Relaxed);
    crate::eprint!(
        "runtime: out of memory: cannot allocate {bytes}-byte block ({in_use} in use)\n"
    );
    throw!("out of memory")
}

/// A span of `npages` pages for `class`; `bytes` is the object size of a large one.
pub fn alloc_span(npages: usize, class: SpanClass, bytes: usize) -> &'static MSpan {
    let run = if class.size_class() == SizeClass::LARGE {
        take(npages)
    } else {
        take_in_arena(npages)
    };
    STATS
        .in_spans
        .fetch_add((npages * PAGE_BYTES) as u64, Relaxed);
    // What was given back lazily may still be there.
    let zeroed = run.is_zero() && godebug::madvdontneed() != 0;
    MSpan::new(address(run.first), npages, class, bytes, zeroed)
}

/// Pages of one arena (I3): the pointer bits of small objects are found by the arena of their span's first page. A run
/// across a boundary is held until another one is found, so that the heap does not offer it again.
fn take_in_arena(npages: usize) -> Run {
    let crosses = |run: &Run| {
        let (first, last) = (address(run.first), address(run.first + run.pages) - 1);
        first / ARENA_BYTES != last / ARENA_BYTES
    };
    let run = take(npages);
    if !crosses(&run) {
        return run;
    }
    let inner = take_in_arena(npages);
    HEAP.lock().pages.free(run.first, run.pages);
    inner
}

/// Pages from the heap, or the end of the process.
fn take(npages: usize) -> Run {
    let mut heap = HEAP.lock();
    let Some(run) = heap.take(npages) else {
        heap.release();
        out_of_memory(npages * PAGE_BYTES)
    };
    let backed = STATS.mapped.load(Relaxed) - heap.unbacked_bytes();
    heap.release();
    if run.fresh_pages > 0 && godebug::harddecommit() > 0 {
        sys::protect(address(run.first), npages * PAGE_BYTES, true);
    }
    scavenge::keep_ceiling(backed, u64::from(run.fresh_pages) * PAGE_BYTES as u64);
    run
}

/// Gives a span's pages back.
pub fn free_span(span: &MSpan) {
    let (base, npages) = (span.base(), span.npages());
    span.retire();
    STATS
        .in_spans
        .fetch_sub((npages * PAGE_BYTES) as u64, Relaxed);
    HEAP.lock().pages.free(page(base), npages as u32);
}

/// Pages outside the collected heap (stacks): their first address. They may hold old bytes.
pub fn alloc_pages(npages: usize) -> usize {
    let run = take(npages);
    STATS
        .in_stacks
        .fetch_add((npages * PAGE_BYTES) as u64, Relaxed);
    arena::set_left(address(run.first), npages, false);
    address(run.first)
}

/// Gives back what [`alloc_pages`] returned.
pub fn free_pages(addr: usize, npages: usize) {
    STATS
        .in_stacks
        .fetch_sub((npages * PAGE_BYTES) as u64, Relaxed);
    HEAP.lock().pages.free(page(addr), npages as u32);
}

/// Bytes of free pages without memory behind them: given back to the system, or never used.
pub fn unbacked_bytes() -> u64 {
    HEAP.lock().unbacked_bytes()
}

/// Bytes of pages that may have memory behind them.
pub fn backed_bytes() -> u64 {
    let heap = HEAP.lock();
    STATS.mapped.load(Relaxed) - heap.unbacked_bytes()
}

/// Gives the memory behind free pages back to the system, in the way that GODEBUG wants.
fn give_back(at: usize, bytes: usize) {
    let hard = godebug::harddecommit() > 0;
    if hard || godebug::madvdontneed() != 0 || !sys::madvise(at, bytes, sys::FREE) {
        sys::madvise(at, bytes, sys::DONTNEED);
    }
    if hard {
        sys::protect(at, bytes, false);
    }
}

/// Returns the memory of the highest free pages that have some to the system, of one run and `max_pages` at the most;
/// how many bytes.
pub fn release_highest(max_pages: u32) -> u64 {
    let mut heap = HEAP.lock();
    let Some(run) = heap
        .pages
        .take_stale(INDEX_PAGES, max_pages.min(ARENA_PAGES as u32))
    else {
        return 0;
    };
    heap.release();
    let bytes = run.pages as usize * PAGE_BYTES;
    give_back(address(run.first), bytes);
    HEAP.lock().pages.grow(run.first, run.pages);
    bytes as u64
}
