//! Debug information of one function, in the pieces that the Go linker puts together.
//!
//! The linker owns the unit, the abbreviations and the file table; a function supplies its subprogram entry, in the
//! shape of the abbreviation the Go compiler uses for functions, and its rows of the line program. DWARF 5 only, as
//! all of Go 1.25: with it every text symbol of a unit must have its entry.

use crate::file::{Reloc, RelocKind, Sym, SymKind, SymRef};
use crate::lines::Row;

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

// Standard opcodes of the line program, and the parameters that the linker writes into its header.
const COPY: u8 = 1;
const ADVANCE_PC: u8 = 2;
const ADVANCE_LINE: u8 = 3;
const SET_FILE: u8 = 4;
const NEGATE_STMT: u8 = 6;
const SET_PROLOGUE_END: u8 = 10;
const OPCODE_BASE: i64 = 11;
const LINE_BASE: i64 = -4;
const LINE_RANGE: i64 = 10;
const EXT_END_SEQUENCE: u8 = 1;
const EXT_SET_ADDRESS: u8 = 2;

/// One sequence of the line program, from the function's first byte to its end.
pub fn line_program(rows: &[Row], symbol: SymRef, size: u32) -> Sym {
    let mut out = vec![0, 9, EXT_SET_ADDRESS];
    let start = Reloc {
        offset: out.len() as u32,
        size: 8,
        kind: RelocKind::Addr,
        addend: 0,
        target: symbol,
    };
    out.extend([0; 8]);
    let (mut pc, mut file, mut line, mut is_stmt) = (0, 0, 1, true);
    for row in rows {
        if row.file != file {
            out.push(SET_FILE);
            uleb(&mut out, u64::from(row.file) + 1);
        }
        if row.is_stmt != is_stmt {
            out.push(NEGATE_STMT);
        }
        if row.prologue_end {
            out.push(SET_PROLOGUE_END);
        }
        advance(&mut out, row.offset - pc, i64::from(row.line) - line);
        (pc, file, line, is_stmt) = (row.offset, row.file, i64::from(row.line), row.is_stmt);
    }
    out.push(ADVANCE_PC);
    uleb(&mut out, u64::from(size - pc));
    out.extend([0, 1, EXT_END_SEQUENCE]);
    Sym::unnamed(SymKind::DwarfLines, out, vec![start])
}

/// Emits a row, as one special opcode where both steps are small.
fn advance(out: &mut Vec<u8>, pc: u32, line: i64) {
    let special = OPCODE_BASE + (line - LINE_BASE) + LINE_RANGE * i64::from(pc);
    let line_fits = (LINE_BASE..LINE_BASE + LINE_RANGE).contains(&line);
    if let (true, Ok(op)) = (line_fits, u8::try_from(special)) {
        out.push(op);
        return;
    }
    if pc != 0 {
        out.push(ADVANCE_PC);
        uleb(out, u64::from(pc));
    }
    if line != 0 {
        out.push(ADVANCE_LINE);
        sleb(out, line);
    }
    out.push(COPY);
}

fn sleb(out: &mut Vec<u8>, mut v: i64) {
    loop {
        let byte = v as u8 & 0x7f;
        v >>= 7;
        if (v == 0 && byte & 0x40 == 0) || (v == -1 && byte & 0x40 != 0) {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

fn uleb(out: &mut Vec<u8>, mut v: u64) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}
