//! Counting and the closing line, which scripts read: `12 passed, 0 failed` or `12 passed, 1 failed, 2 skipped`.

use std::fmt;
use std::sync::Mutex;

use similar::{ChangeTag, TextDiff};

const DIFF_LINES_MAX: usize = 60;
const LINE_CHARS_MAX: usize = 300;
const OUTPUT_LINES_MAX: usize = 40;

/// As much of a program's output as a report shows.
pub fn first_lines(text: &str) -> String {
    text.lines()
        .take(OUTPUT_LINES_MAX)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Verdicts of one suite, from any number of threads.
#[derive(Debug, Default)]
pub struct Report {
    counts: Mutex<Counts>,
    verbose: bool,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Report {
    pub fn new(verbose: bool) -> Report {
        Report {
            verbose,
            ..Report::default()
        }
    }

    pub fn pass(&self, what: &str) {
        let mut counts = self.lock();
        counts.passed += 1;
        if self.verbose {
            println!("ok    {what}");
        }
    }

    /// Verdicts of a group that need no line of their own.
    pub fn pass_many(&self, passed: usize, skipped: usize) {
        let mut counts = self.lock();
        counts.passed += passed;
        counts.skipped += skipped;
    }

    /// One failure, with everything that is known about it in one piece.
    pub fn fail(&self, what: &str, details: &str) {
        let mut counts = self.lock();
        counts.failed += 1;
        println!("FAIL  {what}");
        for line in details.lines() {
            println!("      {line}");
        }
    }

    pub fn skip(&self, what: &str, why: &str) {
        let mut counts = self.lock();
        counts.skipped += 1;
        println!("skip  {what}: {why}");
    }

    pub fn counts(&self) -> Counts {
        *self.lock()
    }

    /// The lock also keeps the lines of two failures apart.
    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Counts {
    pub fn add(self, other: Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    pub fn ok(self) -> bool {
        self.failed == 0
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// What goxide has more (`+`) or less (`-`) than stock; the beginning of it if it is long.
pub fn diff(stock: &str, goxide: &str) -> String {
    let diff = TextDiff::configure()
        .timeout(std::time::Duration::from_secs(2))
        .diff_lines(stock, goxide);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!(
                "{sign}{}",
                shorten(change.value().trim_end_matches('\n'))
            ));
        }
        lines.push("~".to_owned());
        if lines.len() > DIFF_LINES_MAX {
            lines.truncate(DIFF_LINES_MAX);
            lines.push("… (more)".to_owned());
            break;
        }
    }
    lines.join("\n")
}

fn shorten(line: &str) -> String {
    match line.char_indices().nth(LINE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_names_skips_only_when_there_are_any() {
        let counts = Counts {
            passed: 12,
            failed: 0,
            skipped: 0,
        };
        assert_eq!(counts.to_string(), "12 passed, 0 failed");
        assert_eq!(
            Counts {
                skipped: 2,
                ..counts
            }
            .to_string(),
            "12 passed, 0 failed, 2 skipped"
        );
    }

    #[test]
    fn a_diff_marks_sides() {
        assert_eq!(diff("a\nb\n", "a\nc\n"), " a\n-b\n+c\n~");
    }
}
