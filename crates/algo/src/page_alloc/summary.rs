//! What a node of the tree says about the pages below it, and how siblings join.

use super::level_shift;

/// The free runs of a stretch of pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Runs {
    pub(super) start: u32,
    pub(super) longest: u32,
    pub(super) end: u32,
}

/// [`Runs`] of a node in one word. A wholly free node has a code of its own: without it, the run lengths below a root
/// of 2^21 pages would need 22 bits each, and three of them would not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Summary(pub(super) u64);

impl Summary {
    pub(super) const FIELD_BITS: u32 = 21;
    const FIELD: u64 = (1 << Self::FIELD_BITS) - 1;
    const ALL_FREE: Self = Self(1 << 63);

    #[inline]
    pub(super) fn pack(runs: Runs, level: usize) -> Self {
        if runs.start >> level_shift(level) != 0 {
            return Self::ALL_FREE;
        }
        let [start, longest, end] = [runs.start, runs.longest, runs.end].map(u64::from);
        Self(start | longest << Self::FIELD_BITS | end << (2 * Self::FIELD_BITS))
    }

    #[inline]
    pub(super) fn unpack(self, level: usize) -> Runs {
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
pub(super) enum Fit {
    /// A run across siblings (or the start of one) begins at this page.
    At(u32),
    /// The run lies inside this node.
    Within(usize),
}

/// The lowest run of `n` pages in the given nodes of a level.
#[inline]
pub(super) fn first_fit(
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
pub(super) fn runs_of_children(children: &[u64], level: usize) -> Runs {
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

/// Joins neighbouring stretches, from low to high.
#[derive(Default)]
pub(super) struct RunJoiner {
    start: Option<u32>,
    pub(super) longest: u32,
    run: u32,
}

impl RunJoiner {
    #[inline]
    pub(super) fn free(&mut self, pages: u32) {
        self.run += pages;
    }

    /// A stretch with at least one page that is not free.
    #[inline]
    pub(super) fn mixed(&mut self, runs: Runs) {
        let closed = self.run + runs.start;
        self.start.get_or_insert(closed);
        self.longest = self.longest.max(closed).max(runs.longest);
        self.run = runs.end;
    }

    #[inline]
    pub(super) fn finish(self) -> Runs {
        Runs {
            start: self.start.unwrap_or(self.run),
            longest: self.longest.max(self.run),
            end: self.run,
        }
    }
}
