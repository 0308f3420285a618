//! Debug information of one function, in the pieces that the Go linker puts together.
//!
//! The linker owns the unit, the abbreviations and the file table; a function supplies its subprogram entry, in the
//! shape of the abbreviation the Go compiler uses for functions, and its rows of the line program. DWARF 5 only, as
//! all of Go 1.25: with it every text symbol of a unit must have its entry.

use crate::file::{Reloc, RelocKind, Sym, SymKind, SymRef};

const ABBREV_FUNCTION: u64 = 3;
const OP_CALL_FRAME_CFA: u8 = 0x9c;

/// A function as its subprogram entry shows it.
pub struct Function<'a> {
    pub name: &'a str,
    pub symbol: SymRef,
    pub size: u32,
    /// Index into the file table of the object.
    pub file: u32,
    pub line: u32,
    pub external: bool,
}

/// The subprogram entry.
pub fn subprogram(f: &Function<'_>) -> Sym {
    let mut out = Vec::new();
    uleb(&mut out, ABBREV_FUNCTION);
    out.extend(f.name.as_bytes());
    out.push(0);
    let offset = out.len() as u32;
    out.extend([0; 4]);
    uleb(&mut out, u64::from(f.size));
    out.extend([1, OP_CALL_FRAME_CFA]);
    out.extend((f.file + 1).to_le_bytes());
    uleb(&mut out, u64::from(f.line));
    out.push(u8::from(f.external));
    out.push(0); // no children
    let low_pc = Reloc {
        offset,
        size: 4,
        kind: RelocKind::DwarfTextAddr,
        addend: 0,
        target: f.symbol,
    };
    Sym::unnamed(SymKind::DwarfFunc, out, vec![low_pc])
}

fn uleb(out: &mut Vec<u8>, mut v: u64) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}
