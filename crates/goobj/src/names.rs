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

/// `core::fmt::write` for its mangled form; other names as they are. Without spaces: tools print names of functions in
/// columns, and Go's have none.
pub fn demangled(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol)).replace(' ', "_")
}

/// Labels that compilers number, such as `.LCPI22_0`. The Go linker refuses static names that start with a dot.
pub fn is_numbered(label: &str) -> bool {
    label.starts_with('.')
}

/// A name for a section that has no symbol of its own: `.rodata..Lanon.<hash>.7` is `rodata.anon.7`.
pub fn of_section(section: &str) -> String {
    let parts = section.split('.').filter(|p| !p.is_empty() && !is_hash(p));
    let parts = parts.map(|p| {
        if p == "Lanon" {
            "anon".to_owned()
        } else {
            demangled(p)
        }
    });
    parts.collect::<Vec<_>>().join(".")
}

fn is_hash(part: &str) -> bool {
    part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_disappear() {
        assert_eq!(
            demangled("_ZN4core3fmt5write17h0123456789abcdefE"),
            "core::fmt::write"
        );
        assert_eq!(
            demangled("_RNvNtCsgEmfK2I1SDS_4core3fmt5write"),
            "core::fmt::write"
        );
        assert_eq!(demangled("gx_mallocgc"), "gx_mallocgc");
        assert_eq!(
            demangled("_ZN43_$LT$a..B$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE"),
            "<a::B_as_core::fmt::Display>::fmt"
        );
        assert_eq!(
            of_section(".rodata..Lanon.fad58de7366495db4650cfefac2fcd61.7"),
            "rodata.anon.7"
        );
        let table = ".rodata._ZN7payload8dispatch17h0123456789abcdefE";
        assert_eq!(of_section(table), "rodata.payload::dispatch");
    }

    #[test]
    fn names_are_handed_out_once() {
        let mut names = Names::default();
        names.reserve("gx_a");
        let given = ["f", "f", "gx_a", "f", "f#2"].map(|wish| names.unique(wish.to_owned()));
        assert_eq!(given, ["f", "f#2", "gx_a#2", "f#3", "f#2#2"]);
    }
}
