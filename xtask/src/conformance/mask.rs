//! What may differ between two builds of one program, and is therefore taken out before the comparison.
//!
//! Masked in standard error: addresses and offsets, goroutine numbers, waiting times, the number of elided frames, the place of the GOROOT, lines
//! inside `package runtime`, and the frames of `package runtime` in a traceback (how many functions of the runtime
//! stand between a fault and `main` is its own business). Kept: messages, order of frames, file and line of everything
//! that is not the runtime, states of goroutines, `created by`. Goroutines after the first are sorted: their order is
//! the order in which descriptors were made, and descriptors are reused.

use std::sync::LazyLock;

use regex::Regex;

use super::case::{Stderr, Stdout};

static HEX: LazyLock<Regex> = LazyLock::new(|| regex(r"0x[0-9a-f]+\??"));
static GOROUTINE: LazyLock<Regex> = LazyLock::new(|| regex(r"\bgoroutine \d+"));
static GOROUTINE_DETAIL: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?m)^(goroutine N)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \["));
static MINUTES: LazyLock<Regex> = LazyLock::new(|| regex(r", \d+ minutes"));
static GOROOT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"/[^ :\n\t]*?/src/([A-Za-z0-9_./-]+\.(?:go|s)):"));
static RUNTIME_LINE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"GOROOT/src/(?:internal/)?runtime/[A-Za-z0-9_/]+\.(?:go|s):\d+"));
static ELIDED: LazyLock<Regex> = LazyLock::new(|| regex(r"\.\.\.\d+ frames elided"));
static EXIT_STATUS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^exit status \d+\n"));

fn regex(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant")
}

/// Standard output as it is compared.
pub fn stdout(text: &str, how: Stdout, extra: &[Regex]) -> String {
    let text = apply(text, extra);
    match how {
        Stdout::Exact => text,
        Stdout::Ignore => String::new(),
        Stdout::Sorted => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            lines.join("\n")
        }
    }
}

/// Standard error as it is compared.
pub fn stderr(text: &str, how: Stderr, extra: &[Regex]) -> String {
    let text = apply(&common(text), extra);
    let (message, goroutines) = split(&text);
    match how {
        Stderr::Ignore => String::new(),
        Stderr::Line => text.lines().next().unwrap_or_default().to_owned(),
        Stderr::Message => message,
        Stderr::First => [&[message], &goroutines[..goroutines.len().min(1)]]
            .concat()
            .join("\n\n"),
        Stderr::Exact => {
            let mut rest = goroutines;
            if rest.len() > 1 {
                rest[1..].sort();
            }
            [&[message], &rest[..]].concat().join("\n\n")
        }
    }
}

fn apply(text: &str, extra: &[Regex]) -> String {
    extra.iter().fold(text.to_owned(), |text, mask| {
        mask.replace_all(&text, "<masked>").into_owned()
    })
}

fn common(text: &str) -> String {
    let text = HEX.replace_all(text, "0xX");
    let text = GOROUTINE.replace_all(&text, "goroutine N");
    let text = GOROUTINE_DETAIL.replace_all(&text, "$1 [");
    let text = MINUTES.replace_all(&text, "");
    let text = GOROOT.replace_all(&text, "GOROOT/src/$1:");
    let text = RUNTIME_LINE.replace_all(&text, "GOROOT/src/runtime/FILE:N");
    let text = ELIDED.replace_all(&text, "...N frames elided");
    EXIT_STATUS.replace_all(&text, "").into_owned()
}

/// The part before the traceback, and the goroutines of the traceback without runtime frames.
fn split(text: &str) -> (String, Vec<String>) {
    let mut message = Vec::new();
    let mut goroutines = Vec::new();
    for block in text.split("\n\n") {
        if block.starts_with("goroutine N [") {
            let frames = without_runtime_frames(block);
            // Only a header is left of the runtime's own goroutines, which a fatal error of the runtime shows too.
            if frames.contains('\n') {
                goroutines.push(frames);
            }
        } else if block.starts_with("runtime stack:") {
            // The stack of the thread that failed: all of it is runtime.
        } else if goroutines.is_empty() {
            message.push(block);
        } else {
            goroutines.push(block.trim_end().to_owned());
        }
    }
    (message.join("\n\n").trim_end().to_owned(), goroutines)
}

fn without_runtime_frames(block: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        if is_runtime_frame(line) {
            if lines.peek().is_some_and(|next| next.starts_with('\t')) {
                lines.next();
            }
        } else {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// `panic(…)` stays: Go shows it to users as part of the language.
fn is_runtime_frame(line: &str) -> bool {
    let name = line.strip_prefix("created by ").unwrap_or(line);
    name.starts_with("runtime.") || name.starts_with("internal/runtime/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_traces_of_one_panic_are_equal_after_masking() {
        let stock = "panic: boom\n\ngoroutine 1 [running]:\nmain.f(0x12?)\n\t/p/main.go:4 +0x18\nmain.main()\n\t/p/main.go:9 +0x20\n";
        let other = "panic: boom\n\ngoroutine 7 [running]:\nruntime.raise(0x1)\n\t/x/src/runtime/panic.go:9 +0x2\nmain.f(0x14?)\n\t/p/main.go:4 +0x19\nmain.main()\n\t/p/main.go:9 +0x21\n";
        assert_eq!(
            stderr(stock, Stderr::Exact, &[]),
            stderr(other, Stderr::Exact, &[])
        );
    }

    #[test]
    fn a_wrong_line_in_user_code_shows() {
        let a = "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/p/main.go:4 +0x18\n";
        let b = "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/p/main.go:5 +0x18\n";
        assert_ne!(stderr(a, Stderr::Exact, &[]), stderr(b, Stderr::Exact, &[]));
    }

    #[test]
    fn std_files_lose_their_tree_and_keep_their_line() {
        let text = common(
            "\t/home/u/go/src/sync/mutex.go:46 +0x1\n\t/opt/tree/src/runtime/proc.go:1 +0x2\n",
        );
        assert_eq!(
            text,
            "\tGOROOT/src/sync/mutex.go:46 +0xX\n\tGOROOT/src/runtime/FILE:N +0xX\n"
        );
    }

    #[test]
    fn the_order_of_other_goroutines_does_not_matter() {
        let a = "fatal error: x\n\ngoroutine 1 [select]:\nmain.main()\n\ngoroutine 2 [chan receive]:\nmain.a()\n\ngoroutine 3 [chan send]:\nmain.b()\n";
        let b = "fatal error: x\n\ngoroutine 1 [select]:\nmain.main()\n\ngoroutine 4 [chan send]:\nmain.b()\n\ngoroutine 5 [chan receive]:\nmain.a()\n";
        assert_eq!(stderr(a, Stderr::Exact, &[]), stderr(b, Stderr::Exact, &[]));
    }

    #[test]
    fn sorted_standard_output_ignores_order_only() {
        assert_eq!(
            stdout("b\na\n", Stdout::Sorted, &[]),
            stdout("a\nb\n", Stdout::Sorted, &[])
        );
        assert_ne!(
            stdout("b\nb\n", Stdout::Sorted, &[]),
            stdout("a\nb\n", Stdout::Sorted, &[])
        );
    }
}
