//! The entry table: every way from compiled Go code into the kernel.
//!
//! One row is one entry; `cargo xtask gen` writes its stub and its Go declaration. The Rust function of row `name`
//! is `gx_name`, an `extern "C"` function that takes the argument words in order and returns its results
//! in RAX (first) and RDX (second); an entry with three results leaves all of them in `g.ret`.

pub mod api;
pub mod core;
pub mod lang;
pub mod panic;
pub mod sync;

/// What the stub of an entry does beyond switching to the kernel stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Saves where the goroutine continues, runs the Rust function on the kernel stack, returns its results.
    Call,
    /// A `Call` after which the goroutine gives way if it was asked to: loops that do nothing else have no stack check.
    Yield,
    /// A `Yield` that may park: the first argument words are also left in `g.kargs` as roots.
    Park,
}

/// One row: a Go function of package runtime that is implemented by the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name in package runtime; the Rust symbol is `gx_` and this name.
    pub name: &'static str,
    /// Parameters and results of the Go declaration.
    pub signature: &'static str,
    pub kind: Kind,
    /// Number of integer argument words (a string is two, a slice three).
    pub args: u8,
    /// Number of integer result words, at most three.
    pub results: u8,
}

/// A row of the table.
pub const fn call(name: &'static str, signature: &'static str, args: u8, results: u8) -> Entry {
    Entry {
        name,
        signature,
        kind: Kind::Call,
        args,
        results,
    }
}

/// A row behind whose entry the goroutine may give way.
pub const fn yields(name: &'static str, signature: &'static str, args: u8, results: u8) -> Entry {
    Entry {
        name,
        signature,
        kind: Kind::Yield,
        args,
        results,
    }
}

/// A row whose entry may park the goroutine.
pub const fn park(name: &'static str, signature: &'static str, args: u8, results: u8) -> Entry {
    Entry {
        name,
        signature,
        kind: Kind::Park,
        args,
        results,
    }
}

/// The whole table, by part of the kernel.
pub const ALL: &[&[Entry]] = &[
    core::ENTRIES,
    lang::ENTRIES,
    panic::ENTRIES,
    sync::ENTRIES,
    api::ENTRIES,
];
