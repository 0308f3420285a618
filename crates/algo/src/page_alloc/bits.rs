//! Free runs inside a chunk's bitmap of eight words.

use super::summary::{RunJoiner, Runs};

/// The runs of a chunk's bitmap.
#[inline]
pub(super) fn runs_of_chunk(words: &[u64]) -> Runs {
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

/// The lowest run of `n` pages in a chunk that has one.
#[inline]
pub(super) fn first_fit_in_chunk(words: &[u64], n: u32) -> u32 {
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

/// The words of a bitmap that hold the bits `first..first + n`, each with a mask of them.
pub(super) struct WordMasks {
    at: u64,
    end: u64,
}

impl WordMasks {
    pub(super) fn new(first: u32, n: u32) -> Self {
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
