//! Where do n free pages lie? First fit by address, over up to 2^31 pages.
//!
//! ```text
//!   roots     one word per 2^21 pages (16 GiB)      scanned in order, as far as the heap has grown
//!     └ 8 × 2^18 └ 8 × 2^15 └ 8 × 2^12              a node's eight children share a cache line
//!         └ 8 × chunk of 512 pages                  one cache line of the bitmap
//!             └ bitmap: 1 = free      fresh: 1 = its bytes are known to be zero
//! ```
//!
//! Every node holds a summary of the pages below it: the free run it starts with, its longest one, the one it ends
//! with. A search walks siblings from left to right, joining the end of one to the start of the next, and goes down
//! only into a node whose longest run is enough: five cache lines and one chunk, whatever the heap's size. Lowest
//! address first keeps the heap dense, so that its upper end can be given back.
//!
//! P1  A page is available iff its bit in `free` is set. Memory that was never touched reads as zero: not available.
//! P2  A bit in `fresh` is set only if the bit in `free` is.
//! P3  Every summary agrees with the bits below it.
//! P4  No page below root `first_root` or from root `end_root` on is free, and none from `stale_end` on is free and not
//!     fresh: bounds that spare searches the empty ends.
//!
//! Locks: none here; the caller holds the heap lock. Absent on purpose: sizes in bytes, addresses, system calls.

mod bits;
mod summary;
#[cfg(test)]
mod tests;

use bits::{WordMasks, first_fit_in_chunk, runs_of_chunk};
use summary::{Fit, Summary, first_fit, runs_of_children};

/// Pages of a chunk, the leaf of the tree.
pub const CHUNK_PAGES: u32 = 512;
/// Pages below a root; capacity is a multiple of it.
pub const ROOT_PAGES: u32 = 1 << ROOT_SHIFT;
/// The largest index space: 16 TiB of 8 KiB pages.
pub const MAX_PAGES: u32 = 1 << 31;

const CHUNK_SHIFT: u32 = 9;
const CHUNK_WORDS: usize = CHUNK_PAGES as usize / 64;
const FANOUT_SHIFT: u32 = 3;
const FANOUT: usize = 1 << FANOUT_SHIFT;
const LEVELS: usize = 5;
const ROOT_LEVEL: usize = LEVELS - 1;
const ROOT_SHIFT: u32 = level_shift(ROOT_LEVEL);

/// log2 of the pages below a node of this level; level 0 are the chunks.
const fn level_shift(level: usize) -> u32 {
    CHUNK_SHIFT + level as u32 * FANOUT_SHIFT
}

const _: () = {
    assert!(1 << CHUNK_SHIFT == CHUNK_PAGES);
    assert!(CHUNK_WORDS == FANOUT, "a chunk's bitmap is one cache line");
    assert!(
        ROOT_SHIFT == Summary::FIELD_BITS,
        "a run inside a root that is not wholly free fits into a field"
    );
    assert!(
        MAX_PAGES as u64 + ROOT_PAGES as u64 <= u32::MAX as u64,
        "sums of two runs do not overflow"
    );
};

/// Words of storage for an index space of `pages` pages. Most of them are never touched in a small heap.
pub const fn storage_words(pages: u32) -> usize {
    let pages = capacity(pages) as usize;
    let mut words = 2 * pages / 64;
    let mut level = 0;
    while level < LEVELS {
        words += pages >> level_shift(level);
        level += 1;
    }
    words
}

const fn capacity(pages: u32) -> u32 {
    assert!(pages <= MAX_PAGES);
    pages.next_multiple_of(ROOT_PAGES)
}

/// A run of pages that [`PageAlloc`] gave out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    /// The first page.
    pub first: u32,
    /// How many.
    pub pages: u32,
    /// How many of them were never used since [`PageAlloc::grow`]: their bytes are zero, and using them costs memory.
    pub fresh_pages: u32,
}

impl Run {
    /// Are all bytes of the run known to be zero?
    pub const fn is_zero(&self) -> bool {
        self.fresh_pages == self.pages
    }
}

/// First-fit allocator of page runs; see the module's chapter.
pub struct PageAlloc<'a> {
    free: &'a mut [u64],
    fresh: &'a mut [u64],
    levels: [&'a mut [u64]; LEVELS],
    first_root: usize,
    end_root: usize,
    stale_end: u32,
    free_pages: u64,
    fresh_pages: u64,
}

impl<'a> PageAlloc<'a> {
    /// An allocator without an index space, for a static that is filled at boot.
    pub const fn empty() -> Self {
        Self {
            free: &mut [],
            fresh: &mut [],
            levels: [&mut [], &mut [], &mut [], &mut [], &mut []],
            first_root: 0,
            end_root: 0,
            stale_end: 0,
            free_pages: 0,
            fresh_pages: 0,
        }
    }

    /// An allocator for page indices below `pages`, none of which is available yet. `storage` has at least
    /// [`storage_words`] words, all zero; nothing is read or written here.
    pub fn new(storage: &'a mut [u64], pages: u32) -> Self {
        assert!(
            storage.len() >= storage_words(pages),
            "storage too small for the index space"
        );
        let pages = capacity(pages) as usize;
        let (free, rest) = storage.split_at_mut(pages / 64);
        let (fresh, mut rest) = rest.split_at_mut(pages / 64);
        let levels = core::array::from_fn(|level| {
            let (nodes, behind) =
                core::mem::take(&mut rest).split_at_mut(pages >> level_shift(level));
            rest = behind;
            nodes
        });
        Self {
            free,
            fresh,
            levels,
            first_root: 0,
            end_root: 0,
            stale_end: 0,
            free_pages: 0,
            fresh_pages: 0,
        }
    }

    /// Makes `n` pages available whose bytes are zero: new memory, or memory that was given back to the system.
    ///
    /// # Panics
    /// If one of them is available already, or lies outside the index space.
    pub fn grow(&mut self, first: u32, n: u32) {
        self.release(first, n);
        for (i, mask) in WordMasks::new(first, n) {
            self.fresh[i] |= mask;
        }
        self.fresh_pages += u64::from(n);
    }

    /// Makes `n` used pages available again.
    ///
    /// # Panics
    /// If one of them is available already, or lies outside the index space.
    pub fn free(&mut self, first: u32, n: u32) {
        self.release(first, n);
        self.stale_end = self.stale_end.max(first + n);
    }

    /// Takes the `n` free pages with the lowest address.
    pub fn alloc(&mut self, n: u32) -> Option<Run> {
        assert!(n > 0, "a run has at least one page");
        let first = self.find(n)?;
        Some(self.take(first, n))
    }

    /// Takes the highest run of free pages below page `below` that are not fresh, at most `max` pages of it (its upper
    /// end): what a scavenger gives back to the system, and then returns by [`PageAlloc::grow`].
    pub fn take_stale(&mut self, below: u32, max: u32) -> Option<Run> {
        assert!(max > 0, "a run has at least one page");
        if self.free_pages == self.fresh_pages {
            return None;
        }
        let last = self.last_stale_below(below.min(self.stale_end));
        if below >= self.stale_end {
            self.stale_end = last.map_or(0, |last| last + 1);
        }
        let last = last?;
        let lowest = (last + 1).saturating_sub(max);
        let first = self.first_of_stale_run(last, lowest);
        Some(self.take(first, last + 1 - first))
    }

    /// Pages available.
    pub fn free_pages(&self) -> u64 {
        self.free_pages
    }

    /// Pages available that are not fresh: they hold memory which could be given back.
    pub fn stale_pages(&self) -> u64 {
        self.free_pages - self.fresh_pages
    }

    /// Is this page available?
    pub fn is_free(&self, page: u32) -> bool {
        self.free[page as usize / 64] >> (page % 64) & 1 != 0
    }

    /// Pages of the index space.
    pub fn capacity(&self) -> u32 {
        (self.free.len() * 64) as u32
    }

    /// Checks P2, P3, P4 and the counters over everything that was ever grown.
    pub fn verify(&self) {
        let words = self.end_root * (ROOT_PAGES as usize / 64);
        let ones = |bits: &[u64]| bits.iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
        assert_eq!(ones(&self.free[..words]), self.free_pages, "free_pages");
        assert_eq!(ones(&self.fresh[..words]), self.fresh_pages, "fresh_pages");
        assert!(
            self.free
                .iter()
                .zip(&*self.fresh)
                .take(words)
                .all(|(free, fresh)| fresh & !free == 0),
            "P2"
        );
        assert!(
            self.levels[ROOT_LEVEL][..self.first_root]
                .iter()
                .all(|&s| s == 0),
            "P4"
        );
        let last_stale = self.last_stale_below(self.end_root as u32 * ROOT_PAGES);
        assert!(last_stale.is_none_or(|page| page < self.stale_end), "P4");
        for level in 0..LEVELS {
            for node in 0..self.end_root << ((ROOT_LEVEL - level) as u32 * FANOUT_SHIFT) {
                assert_eq!(
                    self.levels[level][node],
                    self.summarize(level, node).0,
                    "P3: level {level} node {node}"
                );
            }
        }
    }

    fn release(&mut self, first: u32, n: u32) {
        let end = first
            .checked_add(n)
            .filter(|&end| end <= self.capacity())
            .expect("pages outside the index space");
        for (i, mask) in WordMasks::new(first, n) {
            assert!(self.free[i] & mask == 0, "page is free already");
            self.free[i] |= mask;
        }
        self.free_pages += u64::from(n);
        self.first_root = self.first_root.min(root_of(first));
        self.end_root = self.end_root.max(root_of(end.saturating_sub(1)) + 1);
        self.refresh(first, n);
    }

    fn take(&mut self, first: u32, n: u32) -> Run {
        let mut fresh_pages = 0;
        for (i, mask) in WordMasks::new(first, n) {
            debug_assert!(self.free[i] & mask == mask);
            self.free[i] &= !mask;
            fresh_pages += (self.fresh[i] & mask).count_ones();
            self.fresh[i] &= !mask;
        }
        self.free_pages -= u64::from(n);
        self.fresh_pages -= u64::from(fresh_pages);
        self.refresh(first, n);
        Run {
            first,
            pages: n,
            fresh_pages,
        }
    }

    /// The first page of the lowest free run of `n` pages.
    fn find(&mut self, n: u32) -> Option<u32> {
        let roots = &self.levels[ROOT_LEVEL][..self.end_root];
        while self.first_root < self.end_root && roots[self.first_root] == 0 {
            self.first_root += 1;
        }
        let mut fit = first_fit(roots, self.first_root..self.end_root, ROOT_LEVEL, n)?;
        for level in (0..ROOT_LEVEL).rev() {
            let Fit::Within(parent) = fit else { break };
            let children = parent * FANOUT..(parent + 1) * FANOUT;
            fit = first_fit(self.levels[level], children, level, n)
                .expect("P3: the parent promised a run");
        }
        Some(match fit {
            Fit::At(page) => page,
            Fit::Within(chunk) => {
                (chunk as u32) * CHUNK_PAGES + first_fit_in_chunk(self.chunk(chunk), n)
            }
        })
    }

    /// Repairs P3 after the bits of `n` pages changed. Stops at the first level where nothing changed.
    fn refresh(&mut self, first: u32, n: u32) {
        let Some(last) = (first + n).checked_sub(1) else {
            return;
        };
        for level in 0..LEVELS {
            let shift = level_shift(level);
            let mut changed = false;
            for node in first as usize >> shift..=last as usize >> shift {
                let summary = self.summarize(level, node).0;
                changed |= self.levels[level][node] != summary;
                self.levels[level][node] = summary;
            }
            if !changed {
                return;
            }
        }
    }

    /// What P3 says about a node.
    #[inline]
    fn summarize(&self, level: usize, node: usize) -> Summary {
        if level == 0 {
            return Summary::pack(runs_of_chunk(self.chunk(node)), level);
        }
        let children = &self.levels[level - 1][node * FANOUT..(node + 1) * FANOUT];
        Summary::pack(runs_of_children(children, level - 1), level)
    }

    #[inline]
    fn chunk(&self, chunk: usize) -> &[u64] {
        &self.free[chunk * CHUNK_WORDS..(chunk + 1) * CHUNK_WORDS]
    }

    /// The highest page below `below` that is free and not fresh. Passes over subtrees without free pages.
    fn last_stale_below(&self, below: u32) -> Option<u32> {
        let mut end = below;
        while end > 0 {
            let page = end - 1;
            if let Some(level) = (0..LEVELS)
                .rev()
                .find(|&l| self.levels[l][page as usize >> level_shift(l)] == 0)
            {
                end = page >> level_shift(level) << level_shift(level);
                continue;
            }
            let stale = self.stale_word(page) << (63 - page % 64);
            if stale != 0 {
                return Some(page - stale.leading_zeros());
            }
            end = page / 64 * 64;
        }
        None
    }

    /// How far down, but not below `lowest`, the stale run reaches that ends with page `last`.
    fn first_of_stale_run(&self, last: u32, lowest: u32) -> u32 {
        let mut first = last;
        while first > lowest {
            let page = first - 1;
            let run = (self.stale_word(page) << (63 - page % 64)).leading_ones();
            first -= run;
            if run == 0 || !first.is_multiple_of(64) {
                break;
            }
        }
        first.max(lowest)
    }

    fn stale_word(&self, page: u32) -> u64 {
        let i = page as usize / 64;
        self.free[i] & !self.fresh[i]
    }
}

const fn root_of(page: u32) -> usize {
    (page >> ROOT_SHIFT) as usize
}
