//! Where do n free pages lie? First fit by address, over up to 2^31 pages.
//!
//! ```text
//!   roots     one word per 2^21 pages (16 GiB)      scanned in order, as far as the heap has grown
//!     └ 8 × 2^18 └ 8 × 2^15 └ 8 × 2^12              a node's eight children share a cache line
//!         └ 8 × chunk of 512 pages                  one cache line of the bitmap
//!             └ bitmap: 1 = free      fresh: 1 = its bytes are known to be zero
//! ```
//!
//! Every node holds a [`Summary`] of the pages below it: the free run it starts with, its longest one, the one it ends
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

/// The free runs of a stretch of pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Runs {
    start: u32,
    longest: u32,
    end: u32,
}

/// [`Runs`] of a node in one word. A wholly free node has a code of its own: without it, the run lengths below a root
/// of 2^21 pages would need 22 bits each, and three of them would not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Summary(u64);

impl Summary {
    const FIELD_BITS: u32 = 21;
    const FIELD: u64 = (1 << Self::FIELD_BITS) - 1;
    const ALL_FREE: Self = Self(1 << 63);

    #[inline]
    fn pack(runs: Runs, level: usize) -> Self {
        if runs.start >> level_shift(level) != 0 {
            return Self::ALL_FREE;
        }
        let [start, longest, end] = [runs.start, runs.longest, runs.end].map(u64::from);
        Self(start | longest << Self::FIELD_BITS | end << (2 * Self::FIELD_BITS))
    }

    #[inline]
    fn unpack(self, level: usize) -> Runs {
        if self == Self::ALL_FREE {
            let all = 1 << level_shift(level);
            return Runs {
                start: all,
                longest: all,
                end: all,
            };
        }
        let field = |nth: u32| (self.0 >> (nth * Self::FIELD_BITS) & Self::FIELD) as u32;
        Runs {
            start: field(0),
            longest: field(1),
            end: field(2),
        }
    }
}

/// Where a walk over siblings found room.
enum Fit {
    /// A run across siblings (or the start of one) begins at this page.
    At(u32),
    /// The run lies inside this node.
    Within(usize),
}

/// The lowest run of `n` pages in the given nodes of a level.
#[inline]
fn first_fit(
    level_nodes: &[u64],
    nodes: core::ops::Range<usize>,
    level: usize,
    n: u32,
) -> Option<Fit> {
    let span = 1 << level_shift(level);
    let mut run = 0; // free pages that end where the next node starts
    let base = nodes.start;
    for (i, &word) in level_nodes[nodes].iter().enumerate() {
        let node = base + i;
        let runs = Summary(word).unpack(level);
        if run + runs.start >= n {
            return Some(Fit::At(node as u32 * span - run));
        }
        if runs.longest >= n {
            return Some(Fit::Within(node));
        }
        run = if runs.start == span {
            run + span
        } else {
            runs.end
        };
    }
    None
}

/// The runs of eight siblings together.
#[inline]
fn runs_of_children(children: &[u64], level: usize) -> Runs {
    let span = 1 << level_shift(level);
    let mut all = RunJoiner::default();
    for &word in children {
        let runs = Summary(word).unpack(level);
        if runs.start == span {
            all.free(span)
        } else {
            all.mixed(runs)
        }
    }
    all.finish()
}

/// The runs of a chunk's bitmap.
#[inline]
fn runs_of_chunk(words: &[u64]) -> Runs {
    let mut all = RunJoiner::default();
    for &word in words {
        if word == u64::MAX {
            all.free(64);
        } else {
            let longest = longest_run_beyond(word, all.longest);
            all.mixed(Runs {
                start: word.trailing_ones(),
                longest,
                end: word.leading_ones(),
            });
        }
    }
    all.finish()
}

/// Joins neighbouring stretches, from low to high.
#[derive(Default)]
struct RunJoiner {
    start: Option<u32>,
    longest: u32,
    run: u32,
}

impl RunJoiner {
    #[inline]
    fn free(&mut self, pages: u32) {
        self.run += pages;
    }

    /// A stretch with at least one page that is not free.
    #[inline]
    fn mixed(&mut self, runs: Runs) {
        let closed = self.run + runs.start;
        self.start.get_or_insert(closed);
        self.longest = self.longest.max(closed).max(runs.longest);
        self.run = runs.end;
    }

    #[inline]
    fn finish(self) -> Runs {
        Runs {
            start: self.start.unwrap_or(self.run),
            longest: self.longest.max(self.run),
            end: self.run,
        }
    }
}

/// The lowest run of `n` pages in a chunk that has one.
#[inline]
fn first_fit_in_chunk(words: &[u64], n: u32) -> u32 {
    let mut run = 0;
    for (at, &word) in (0..).step_by(64).zip(words) {
        if run + word.trailing_ones() >= n {
            return at - run;
        }
        if n < 64 {
            let starts = run_starts(word, n);
            if starts != 0 {
                return at + starts.trailing_zeros();
            }
        }
        run = if word == u64::MAX {
            run + 64
        } else {
            word.leading_ones()
        };
    }
    panic!("P3: the chunk promised a run")
}

/// The bits at which `n` ones in a row start; `n` is in 1..=64. Doubles the length seen with every step.
#[inline]
fn run_starts(mut word: u64, n: u32) -> u64 {
    let mut seen = 1;
    while seen < n {
        let step = seen.min(n - seen);
        word &= word >> step;
        seen += step;
    }
    word
}

/// The longest run of ones in a word that is not all ones, or `floor` if none is longer.
#[inline]
fn longest_run_beyond(word: u64, floor: u32) -> u32 {
    if floor >= 63 {
        return floor;
    }
    let mut longest = floor;
    let mut starts = run_starts(word, floor + 1);
    while starts != 0 {
        longest += 1;
        starts &= starts >> 1;
        // `starts` now marks runs of `longest + 1`
    }
    longest
}

const fn root_of(page: u32) -> usize {
    (page >> ROOT_SHIFT) as usize
}

/// The words of a bitmap that hold the bits `first..first + n`, each with a mask of them.
struct WordMasks {
    at: u64,
    end: u64,
}

impl WordMasks {
    fn new(first: u32, n: u32) -> Self {
        Self {
            at: first.into(),
            end: u64::from(first) + u64::from(n),
        }
    }
}

impl Iterator for WordMasks {
    type Item = (usize, u64);

    #[inline]
    fn next(&mut self) -> Option<(usize, u64)> {
        if self.at >= self.end {
            return None;
        }
        let (word, low) = (self.at / 64, self.at % 64);
        let n = (64 - low).min(self.end - self.at);
        self.at += n;
        Some((word as usize, (u64::MAX >> (64 - n)) << low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    fn storage(pages: u32) -> Vec<u64> {
        vec![0; storage_words(pages)]
    }

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    enum Page {
        Absent,
        Used,
        Stale,
        Fresh,
    }

    impl Page {
        fn is_free(self) -> bool {
            matches!(self, Page::Stale | Page::Fresh)
        }
    }

    /// One byte per page, searched from the start every time.
    struct Model(Vec<Page>);

    impl Model {
        fn alloc(&mut self, n: u32) -> Option<Run> {
            let first = self
                .0
                .windows(n as usize)
                .position(|w| w.iter().all(|p| p.is_free()))?;
            Some(self.take(first, n as usize))
        }

        fn take_stale(&mut self, below: u32, max: u32) -> Option<Run> {
            let below = self.0.len().min(below as usize);
            let last = self.0[..below].iter().rposition(|&p| p == Page::Stale)?;
            let run = self.0[..=last]
                .iter()
                .rev()
                .take_while(|&&p| p == Page::Stale)
                .count()
                .min(max as usize);
            Some(self.take(last + 1 - run, run))
        }

        fn take(&mut self, first: usize, n: usize) -> Run {
            let run = &mut self.0[first..first + n];
            let fresh_pages = run.iter().filter(|&&p| p == Page::Fresh).count() as u32;
            run.fill(Page::Used);
            Run {
                first: first as u32,
                pages: n as u32,
                fresh_pages,
            }
        }

        fn fill(&mut self, first: u32, n: u32, with: Page) {
            self.0[first as usize..(first + n) as usize].fill(with);
        }

        /// The `nth` maximal run of pages of this kind.
        fn nth_run(&self, kind: Page, nth: usize) -> Option<(u32, u32)> {
            let runs: Vec<_> = self
                .0
                .chunk_by(|a, b| a == b)
                .scan(0, |at, run| {
                    *at += run.len();
                    Some((*at - run.len(), run))
                })
                .filter(|(_, run)| run[0] == kind)
                .collect();
            let (first, run) = runs.get(nth.checked_rem(runs.len())?)?;
            Some((*first as u32, run.len() as u32))
        }
    }

    #[derive(Clone, Debug)]
    enum Op {
        Grow { nth: usize, n: u32 },
        Alloc { n: u32 },
        Free { nth: usize, skip: u32, n: u32 },
        TakeStale { below: u32, max: u32 },
    }

    const PAGES: u32 = 3 << 12; // 24 chunks in three nodes of the second level

    fn op() -> impl Strategy<Value = Op> {
        let size = || prop_oneof![4 => 1u32..9, 3 => 1u32..200, 1 => 1u32..3000];
        prop_oneof![
            2 => (any::<usize>(), 1u32..3000).prop_map(|(nth, n)| Op::Grow { nth, n }),
            8 => size().prop_map(|n| Op::Alloc { n }),
            7 => (any::<usize>(), 0u32..100, size()).prop_map(|(nth, skip, n)| Op::Free { nth, skip, n }),
            1 => (0u32..PAGES + 100, size()).prop_map(|(below, max)| Op::TakeStale { below, max }),
        ]
    }

    fn step(op: &Op, real: &mut PageAlloc<'_>, model: &mut Model) {
        match *op {
            Op::Grow { nth, n } => {
                let Some((first, len)) = model.nth_run(Page::Absent, nth) else {
                    return;
                };
                let n = n.min(len);
                model.fill(first, n, Page::Fresh);
                real.grow(first, n);
            }
            Op::Alloc { n } => assert_eq!(real.alloc(n), model.alloc(n)),
            Op::Free { nth, skip, n } => {
                let Some((first, len)) = model.nth_run(Page::Used, nth) else {
                    return;
                };
                let skip = skip.min(len - 1);
                let n = n.min(len - skip);
                model.fill(first + skip, n, Page::Stale);
                real.free(first + skip, n);
            }
            Op::TakeStale { below, max } => {
                assert_eq!(real.take_stale(below, max), model.take_stale(below, max))
            }
        }
    }

    fn agrees_with_model(ops: &[Op]) {
        let mut words = storage(PAGES);
        let (mut real, mut model) = (
            PageAlloc::new(&mut words, PAGES),
            Model(vec![Page::Absent; PAGES as usize]),
        );
        for op in ops {
            step(op, &mut real, &mut model);
            assert_eq!(
                real.free_pages(),
                model.0.iter().filter(|p| p.is_free()).count() as u64
            );
        }
        real.verify();
        assert!((0..PAGES).all(|page| real.is_free(page) == model.0[page as usize].is_free()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn prop_agrees_with_naive_model(ops in prop::collection::vec(op(), 1..80)) {
            agrees_with_model(&ops);
        }

        #[test]
        fn prop_chunk_runs_agree_with_naive_search(words in prop::array::uniform8(sparse_word()), n in 1u32..513) {
            let bits: Vec<bool> = words.iter().flat_map(|w| (0..64).map(move |i| w >> i & 1 != 0)).collect();
            let longest = bits.split(|b| !b).map(<[bool]>::len).max().unwrap() as u32;
            let start = bits.iter().take_while(|b| **b).count() as u32;
            let end = bits.iter().rev().take_while(|b| **b).count() as u32;
            prop_assert_eq!(runs_of_chunk(&words), Runs { start, longest, end });
            if n <= longest {
                let first = bits.windows(n as usize).position(|w| w.iter().all(|b| *b)).unwrap();
                prop_assert_eq!(first_fit_in_chunk(&words, n), first as u32);
            }
        }
    }

    /// Words with long runs of both kinds.
    fn sparse_word() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(0),
            Just(u64::MAX),
            any::<u64>(),
            (0u32..64, 0u32..64).prop_map(|(a, b)| (u64::MAX << a) >> b)
        ]
    }

    #[test]
    fn empty_has_nothing() {
        static NONE: std::sync::Mutex<PageAlloc<'static>> =
            std::sync::Mutex::new(PageAlloc::empty());
        let mut none = NONE.lock().unwrap();
        assert_eq!(
            (
                none.alloc(1),
                none.take_stale(u32::MAX, 1),
                none.free_pages()
            ),
            (None, None, 0)
        );
    }

    #[test]
    fn a_run_may_cross_roots() {
        const ALL: u32 = 3 * ROOT_PAGES;
        let mut words = storage(ALL);
        let mut pages = PageAlloc::new(&mut words, ALL);
        pages.grow(0, ALL);
        assert_eq!(pages.alloc(1).unwrap().first, 0);
        let big = pages.alloc(2 * ROOT_PAGES).unwrap();
        assert_eq!((big.first, big.is_zero()), (1, true));
        assert_eq!(pages.alloc(ROOT_PAGES), None);
        pages.free(big.first, big.pages);
        let again = pages.alloc(ALL - 1).unwrap();
        assert_eq!((again.first, again.fresh_pages), (1, ROOT_PAGES - 1));
        assert_eq!(pages.free_pages(), 0);
        pages.verify();
    }

    #[test]
    #[should_panic(expected = "page is free already")]
    fn double_free_is_caught() {
        let mut words = storage(1);
        let mut pages = PageAlloc::new(&mut words, 1);
        pages.grow(0, 10);
        pages.free(9, 1);
    }

    #[test]
    #[should_panic(expected = "outside the index space")]
    fn pages_outside_are_refused() {
        let mut words = storage(1);
        PageAlloc::new(&mut words, 1).grow(ROOT_PAGES - 1, 2);
    }

    #[test]
    fn freed_pages_are_not_fresh_until_they_grow_again() {
        let mut words = storage(1);
        let mut pages = PageAlloc::new(&mut words, 1);
        pages.grow(0, 8);
        assert!(pages.alloc(4).unwrap().is_zero());
        pages.free(0, 4);
        assert_eq!(pages.stale_pages(), 4);
        let stale = pages.take_stale(u32::MAX, 100).unwrap();
        assert_eq!((stale.first, stale.pages, stale.fresh_pages), (0, 4, 0));
        pages.grow(stale.first, stale.pages);
        assert!(pages.alloc(8).unwrap().is_zero());
    }

    /// 100 GB of heap, in use but for a few holes: a million operations take a moment, since none depends on its size.
    #[test]
    fn hundred_gigabytes_stay_fast() {
        const PAGES: u32 = 100 << 17;
        let mut words = storage(PAGES);
        let mut pages = PageAlloc::new(&mut words, PAGES);
        let mut rng = crate::rng::Rng::from_seed(7);
        (0..PAGES)
            .step_by(8192)
            .for_each(|arena| pages.grow(arena, 8192));
        assert_eq!(pages.alloc(PAGES).map(|run| run.is_zero()), Some(true));
        for _ in 0..300_000 {
            let hole = rng.below(PAGES - 8);
            if (hole..hole + 8).all(|page| !pages.is_free(page)) {
                pages.free(hole, 8);
                let n = 1 + rng.below(12);
                if let Some(run) = pages.alloc(n) {
                    assert!(run.first + n <= PAGES && !run.is_zero());
                }
            }
        }
        pages.verify();
    }
}
