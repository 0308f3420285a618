//! `cargo xtask tidy`: small things that neither rustfmt nor clippy sees.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::shell;

/// What must not stay in a source file, and why.
const FORBIDDEN: [(&str, &str); 4] = [
    ("dbg!(", "a debug print"),
    ("todo!(", "unfinished"),
    ("unimplemented!(", "unfinished"),
    ("<<<<<<< ", "an unresolved merge"),
];

/// Fails with a list of the places.
pub fn check(root: &Path) -> Result<()> {
    let mut found = Vec::new();
    for path in sources(root)? {
        let text = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
        found.extend(complaints(&path, &text));
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

/// What git knows, in the languages of the project; this file names what it looks for.
fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let listed = shell::step(
        Path::new("git"),
        root,
        &["ls-files", "*.rs", "*.go", "*.s", "*.h"],
    )
    .output()?;
    let paths = listed
        .lines()
        .map(PathBuf::from)
        .filter(|p| !p.ends_with("xtask/src/tidy.rs"));
    Ok(paths.collect())
}

fn complaints(path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let place = |line: usize| format!("{}:{}", path.display(), line + 1);
    for (n, line) in text.lines().enumerate() {
        for (mark, what) in FORBIDDEN {
            if line.contains(mark) {
                found.push(format!("{}: {what}: {mark}", place(n)));
            }
        }
        if line.ends_with([' ', '\t']) {
            found.push(format!("{}: trailing white space", place(n)));
        }
    }
    let is_root =
        path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().contains("/tests/");
    if is_root && !text.trim_start().starts_with(['/', '#']) && text.lines().count() > 1 {
        found.push(format!("{}: no module header", path.display()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named() {
        let said = complaints(Path::new("a/x.rs"), "//! Header.\nfn f() { dbg!(1); } \n");
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("a/x.rs:2: a debug print"));
        assert_eq!(
            complaints(Path::new("a/x.rs"), "fn f() {}\nfn g() {}\n").len(),
            1
        );
    }
}
