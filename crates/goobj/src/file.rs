//! The Go object format, as `cmd/link` 1.25 reads it: a header with block offsets, a string table, then arrays.
//!
//! Symbols come in four lists. Here three are used:
//!   unnamed   found only as a part ("aux") of another symbol: function records, DWARF fragments
//!   pc table  content-addressed: the linker keeps one copy of equal tables
//!   named     sections of the input; and imports, which are names without a definition
//! A reference is (list, index); imports are numbered after the named definitions.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"\0go120ld";
const BLOCK_COUNT: usize = 19;
const HEADER_BYTES: usize = MAGIC.len() + 8 + 4 + 4 * BLOCK_COUNT;
const FLAG_FROM_ASSEMBLY: u32 = 1 << 2;
const FLAG2_LINKNAME: u8 = 1 << 4;
const ABI_STATIC: u16 = u16::MAX;
const ABI0: u16 = 0;
const PKG_NONE: u32 = i32::MAX as u32;
const PKG_HASHED: u32 = PKG_NONE - 2;
const PKG_SELF: u32 = PKG_NONE - 4;

/// What kind of memory a symbol describes; the numbers are `objabi.SymKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum SymKind {
    Text = 1,
    Rodata = 3,
    NoPtrData = 5,
    Data = 7,
    NoPtrBss = 10,
    DwarfFunc = 14,
    DwarfLines = 20,
}

/// How the linker computes a field; the numbers are `objabi.RelocType`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum RelocKind {
    /// Absolute address.
    Addr = 1,
    /// PC-relative target of a direct call or jump.
    Call = 7,
    /// PC-relative address, counted from the end of the field.
    PcRel = 14,
    /// Index of a function in `.debug_addr`, four bytes of ULEB128.
    DwarfTextAddr = 99,
}

/// Part that a text symbol carries with it; the numbers are `goobj.Aux*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum AuxKind {
    FuncInfo = 1,
    DwarfInfo = 3,
    DwarfLines = 6,
    PcSp = 7,
    PcFile = 8,
    PcLine = 9,
}

/// A symbol of this file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymRef {
    Unnamed(u32),
    PcTable(u32),
    Named(u32),
    Import(u32),
}

/// One field that the linker fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloc {
    pub offset: u32,
    pub size: u8,
    pub kind: RelocKind,
    pub addend: i64,
    pub target: SymRef,
}

/// Who may refer to a named symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Every object, by name, as ABI0.
    Export,
    /// This object only.
    Static,
}

/// A symbol with its contents. `size` may exceed the data, the rest is zero.
#[derive(Clone, Debug)]
pub struct Sym {
    pub name: String,
    pub scope: Scope,
    pub kind: SymKind,
    pub size: u32,
    pub align: u32,
    pub data: Vec<u8>,
    pub relocs: Vec<Reloc>,
    pub aux: Vec<(AuxKind, SymRef)>,
}

impl Sym {
    /// A symbol without a name, to be hung on another one.
    pub fn unnamed(kind: SymKind, data: Vec<u8>, relocs: Vec<Reloc>) -> Self {
        let size = data.len() as u32;
        let (name, scope, align, aux) = (String::new(), Scope::Export, 0, Vec::new());
        Self {
            name,
            scope,
            kind,
            size,
            align,
            data,
            relocs,
            aux,
        }
    }

    fn abi(&self) -> u16 {
        match self.scope {
            Scope::Export => ABI0,
            Scope::Static => ABI_STATIC,
        }
    }

    fn flag2(&self) -> u8 {
        if self.scope == Scope::Export && !self.name.is_empty() {
            FLAG2_LINKNAME
        } else {
            0
        }
    }
}

/// An object file in the making.
#[derive(Default)]
pub struct ObjectFile {
    /// Source files; line tables and function records refer to them by index.
    pub files: Vec<String>,
    named: Vec<Sym>,
    unnamed: Vec<Sym>,
    pc_tables: Vec<Vec<u8>>,
    pc_table_index: HashMap<Vec<u8>, u32>,
    imports: Vec<String>,
    import_index: HashMap<String, u32>,
}

impl ObjectFile {
    pub fn add_named(&mut self, sym: Sym) -> SymRef {
        self.named.push(sym);
        SymRef::Named(self.named.len() as u32 - 1)
    }

    pub fn add_unnamed(&mut self, sym: Sym) -> SymRef {
        self.unnamed.push(sym);
        SymRef::Unnamed(self.unnamed.len() as u32 - 1)
    }

    /// Equal tables are stored once.
    pub fn add_pc_table(&mut self, table: Vec<u8>) -> SymRef {
        let next = self.pc_tables.len() as u32;
        let index = *self.pc_table_index.entry(table.clone()).or_insert(next);
        if index == next {
            self.pc_tables.push(table);
        }
        SymRef::PcTable(index)
    }

    /// A symbol that another object defines, as ABI0.
    pub fn import(&mut self, name: &str) -> SymRef {
        let next = self.imports.len() as u32;
        let index = *self.import_index.entry(name.to_owned()).or_insert(next);
        if index == next {
            self.imports.push(name.to_owned());
        }
        SymRef::Import(index)
    }

    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// The finished body, everything behind the header line.
    pub fn write(mut self) -> Result<Vec<u8>> {
        let tables = self
            .pc_tables
            .drain(..)
            .map(|t| Sym::unnamed(SymKind::Rodata, t, Vec::new()))
            .collect();
        let lists = [
            std::mem::take(&mut self.unnamed),
            tables,
            std::mem::take(&mut self.named),
        ];
        Writer {
            out: Vec::new(),
            strings: HashMap::new(),
            named_count: lists[2].len() as u32,
        }
        .object(&self, &lists)
    }
}

/// The content hash by which the linker finds equal pc tables: size, section letter, bytes without trailing zeros.
fn pc_table_hash(table: &[u8]) -> [u8; 16] {
    let end = table.iter().rposition(|&b| b != 0).map_or(0, |i| i + 1);
    let mut h = Sha256::new();
    h.update([1]);
    h.update((table.len() as u64).to_le_bytes());
    h.update(b"P");
    h.update(&table[..end]);
    let full: [u8; 32] = h.finalize().into();
    let mut short = [0; 16];
    short.copy_from_slice(&full[..16]);
    short
}

struct Writer {
    out: Vec<u8>,
    strings: HashMap<String, u32>,
    named_count: u32,
}

impl Writer {
    fn object(mut self, file: &ObjectFile, lists: &[Vec<Sym>; 3]) -> Result<Vec<u8>> {
        self.out.resize(HEADER_BYTES, 0);
        self.string_table(file, lists);
        let mut offsets = Vec::with_capacity(BLOCK_COUNT);
        let [unnamed, tables, named] = lists;
        let all = || lists.iter().flatten();
        for block in 0..BLOCK_COUNT {
            offsets.push(self.position()?);
            match block {
                1 => self.string_ref(""), // package 0 is reserved
                2 => file.files.iter().for_each(|f| self.string_ref(f)),
                3 => unnamed.iter().for_each(|s| self.symbol(s)),
                5 => tables.iter().for_each(|s| self.symbol(s)),
                6 => named.iter().for_each(|s| self.symbol(s)),
                7 => file.imports.iter().for_each(|n| self.import(n)),
                10 => tables
                    .iter()
                    .for_each(|t| self.out.extend(pc_table_hash(&t.data))),
                11 => self.running_sum(all().map(|s| s.relocs.len()))?,
                12 => self.running_sum(all().map(|s| s.aux.len()))?,
                13 => self.running_sum(all().map(|s| s.data.len()))?,
                14 => all().flat_map(|s| &s.relocs).for_each(|r| self.reloc(r)),
                15 => all().flat_map(|s| &s.aux).for_each(|a| self.aux(a)),
                16 => all().for_each(|s| self.out.extend(&s.data)),
                _ => {} // blocks for packages, short hashes, reference flags and names: not used
            }
        }
        self.header(&offsets);
        Ok(self.out)
    }

    fn header(&mut self, offsets: &[u32]) {
        let mut h = Vec::with_capacity(HEADER_BYTES);
        h.extend(MAGIC);
        h.extend([0; 8]); // fingerprint: none, so importers do not check it
        h.extend(FLAG_FROM_ASSEMBLY.to_le_bytes());
        h.extend(offsets.iter().flat_map(|o| o.to_le_bytes()));
        self.out[..HEADER_BYTES].copy_from_slice(&h);
    }

    fn string_table(&mut self, file: &ObjectFile, lists: &[Vec<Sym>; 3]) {
        let names = lists.iter().flatten().map(|s| &s.name);
        for s in names.chain(&file.files).chain(&file.imports) {
            if !self.strings.contains_key(s.as_str()) {
                self.strings.insert(s.clone(), self.out.len() as u32);
                self.out.extend(s.as_bytes());
            }
        }
        self.strings
            .entry(String::new())
            .or_insert(HEADER_BYTES as u32);
    }

    fn position(&self) -> Result<u32> {
        u32::try_from(self.out.len()).map_err(|_| Error::TooLarge {
            what: "the object file",
        })
    }

    fn u32(&mut self, v: u32) {
        self.out.extend(v.to_le_bytes());
    }

    fn string_ref(&mut self, s: &str) {
        let at = self.strings[s];
        self.u32(s.len() as u32);
        self.u32(at);
    }

    fn symbol(&mut self, s: &Sym) {
        self.symbol_record(&s.name, s.abi(), s.kind as u8, s.flag2(), s.size, s.align);
    }

    /// References carry no linkname flag: with it the linker would ask whether the leaf package may use the name.
    fn import(&mut self, name: &str) {
        self.symbol_record(name, ABI0, 0, 0, 0, 0);
    }

    fn symbol_record(&mut self, name: &str, abi: u16, kind: u8, flag2: u8, size: u32, align: u32) {
        self.string_ref(name);
        self.out.extend(abi.to_le_bytes());
        self.out.extend([kind, 0, flag2]);
        self.u32(size);
        self.u32(align);
    }

    /// `n + 1` running totals for `n` counts.
    fn running_sum(&mut self, counts: impl Iterator<Item = usize>) -> Result<()> {
        let mut total = 0usize;
        self.u32(0);
        for n in counts {
            total += n;
            self.u32(u32::try_from(total).map_err(|_| Error::TooLarge {
                what: "a block of the object file",
            })?);
        }
        Ok(())
    }

    fn reloc(&mut self, r: &Reloc) {
        self.u32(r.offset);
        self.out.push(r.size);
        self.out.extend((r.kind as u16).to_le_bytes());
        self.out.extend(r.addend.to_le_bytes());
        self.sym_ref(r.target);
    }

    fn aux(&mut self, &(kind, target): &(AuxKind, SymRef)) {
        self.out.push(kind as u8);
        self.sym_ref(target);
    }

    fn sym_ref(&mut self, r: SymRef) {
        let (package, index) = match r {
            SymRef::Unnamed(i) => (PKG_SELF, i),
            SymRef::PcTable(i) => (PKG_HASHED, i),
            SymRef::Named(i) => (PKG_NONE, i),
            SymRef::Import(i) => (PKG_NONE, self.named_count + i),
        };
        self.u32(package);
        self.u32(index);
    }
}
