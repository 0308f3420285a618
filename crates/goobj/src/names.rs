//! Names for Go's symbol table: readable, without hashes, each used once.

use std::collections::HashSet;

/// Hands out unique names. Exports are reserved first, so that no other symbol can take theirs.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    pub fn reserve(&mut self, exact: &str) {
        self.0.insert(exact.to_owned());
    }

    /// The wish itself, or the wish with `#2`, `#3`, … when it is taken.
    pub fn unique(&mut self, wish: String) -> String {
        if self.0.insert(wish.clone()) {
            return wish;
        }
        let numbered = (2u32..).map(|n| format!("{wish}#{n}"));
        let free = numbered
            .into_iter()
            .find(|name| !self.0.contains(name))
            .expect("u32 numbers do not run out");
        self.0.insert(free.clone());
        free
    }
}

/// `core::fmt::write` for its mangled form; other names as they are, but for the dot in front of assembler labels: the
/// Go linker has a meaning of its own for names that start with one.
pub fn demangled(symbol: &str) -> String {
    format!(
        "{:#}",
        rustc_demangle::demangle(symbol.trim_start_matches('.'))
    )
}

/// A name for a section that has no symbol of its own: `.rodata..Lanon.<hash>.7` is `rodata.anon.7`.
pub fn of_section(section: &str) -> String {
    let parts = section.split('.').filter(|p| !p.is_empty() && !is_hash(p));
    parts
        .map(|p| {
            p.strip_prefix('L')
                .filter(|rest| *rest == "anon")
                .unwrap_or(p)
        })
        .collect::<Vec<_>>()
        .join(".")
}

fn is_hash(part: &str) -> bool {
    part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit())
}
