//! The allocator against one byte per page, searched from the start every time.

use super::bits::{first_fit_in_chunk, runs_of_chunk};
use super::summary::Runs;
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
    static NONE: std::sync::Mutex<PageAlloc<'static>> = std::sync::Mutex::new(PageAlloc::empty());
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
