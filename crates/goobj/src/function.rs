//! What hangs on a text symbol: the function record, tables for Go's unwinders and line lookups, entries for gdb.

use std::collections::{HashMap, HashSet};

use crate::elf::{Input, Section, SectionId};
use crate::file::{AuxKind, ObjectFile, Reloc, Scope, Sym, SymKind, SymRef};
use crate::frame::{self, Known};
use crate::image::Image;
use crate::lines::{self, Files, Lines, Row};
use crate::pctab::{self, Run};
use crate::{Error, Result, dwarf};

/// Stands in the file table for code without line information.
const UNKNOWN_FILE: &str = "<rust>";

const ARGS_UNKNOWN: u32 = 0x8000_0000;
const FLAG_SP_WRITE: u8 = 1 << 1;
const FLAG_ASM: u8 = 1 << 2;

/// A text symbol as it will be written.
pub struct Code<'a> {
    pub name: &'a str,
    pub scope: Scope,
    pub symbol: SymRef,
    pub size: u32,
    pub bytes: &'a [u8],
    pub relocs: &'a [Reloc],
}

/// Debug information of the live part of the input.
pub struct Functions {
    files: Files,
    lines: Lines,
    frames: HashMap<SectionId, Known>,
}

impl Functions {
    pub fn read(input: &Input<'_>, live: &[SectionId]) -> Result<Self> {
        let alive: HashSet<SectionId> = live.iter().copied().collect();
        let members: HashSet<usize> = live.iter().map(|&id| input.section(id).member).collect();
        let mut all = Self {
            files: Files::default(),
            lines: Lines::new(),
            frames: HashMap::new(),
        };
        for (_, member) in input
            .members
            .iter()
            .enumerate()
            .filter(|(i, _)| members.contains(i))
        {
            let image = Image::new(input, member)?;
            all.read_member(&image, &alive)
                .map_err(|source| Error::Debug {
                    member: member.name.clone(),
                    source,
                })?;
        }
        Ok(all)
    }

    fn read_member(&mut self, image: &Image, alive: &HashSet<SectionId>) -> gimli::Result<()> {
        lines::read(
            image,
            &|id| alive.contains(&id),
            &mut self.files,
            &mut self.lines,
        )?;
        frame::read_eh_frame(image, &mut |place, length, depth| {
            let start = place.offset as u32;
            self.frames
                .entry(place.section)
                .or_default()
                .push((start, start + length, depth));
        })
    }

    /// All parts of one text symbol. Thunks have no section.
    pub fn parts(
        &mut self,
        file: &mut ObjectFile,
        code: &Code<'_>,
        section: Option<(SectionId, &Section)>,
    ) -> Vec<(AuxKind, SymRef)> {
        let rows = section
            .and_then(|(id, _)| self.lines.remove(&id))
            .filter(|rows| !rows.is_empty());
        let rows = rows.unwrap_or_else(|| vec![self.unknown_row()]);
        let known = section
            .and_then(|(id, _)| self.frames.remove(&id))
            .unwrap_or_default();
        let relocated = |from: u32, to: u32| {
            code.relocs
                .iter()
                .any(|r| from <= r.offset && r.offset < to)
        };
        let depths = frame::depths(code.bytes, &entries(section), &relocated, &known);
        let pc_file: Vec<Run> = rows
            .iter()
            .map(|r| Run {
                start: r.offset,
                value: r.file as i32,
            })
            .collect();
        let pc_line: Vec<Run> = rows
            .iter()
            .map(|r| Run {
                start: r.offset,
                value: r.line as i32,
            })
            .collect();
        let first = rows[0];
        let (symbol, size) = (code.symbol, code.size);
        let external = code.scope == Scope::Export;
        let entry = dwarf::Function {
            name: code.name,
            symbol,
            size,
            file: first.file,
            line: first.line,
            external,
        };
        vec![
            (
                AuxKind::FuncInfo,
                file.add_unnamed(func_info(&rows, depths.writes_sp)),
            ),
            (
                AuxKind::DwarfInfo,
                file.add_unnamed(dwarf::subprogram(&entry)),
            ),
            (
                AuxKind::DwarfLines,
                file.add_unnamed(dwarf::line_program(&rows, symbol, size)),
            ),
            (
                AuxKind::PcSp,
                file.add_pc_table(pctab::encode(&depths.runs, size)),
            ),
            (
                AuxKind::PcFile,
                file.add_pc_table(pctab::encode(&pc_file, size)),
            ),
            (
                AuxKind::PcLine,
                file.add_pc_table(pctab::encode(&pc_line, size)),
            ),
        ]
    }

    /// The file table, once all functions have been through [`Functions::parts`].
    pub fn into_files(self) -> Vec<String> {
        self.files.into_paths()
    }

    fn unknown_row(&mut self) -> Row {
        let file = self.files.intern(UNKNOWN_FILE);
        Row {
            offset: 0,
            file,
            line: 1,
            is_stmt: true,
            prologue_end: false,
        }
    }
}

/// Where calls can enter a section: its start, and every function that hand-written assembly put into it.
fn entries(section: Option<(SectionId, &Section)>) -> Vec<u32> {
    let labels = section
        .iter()
        .flat_map(|(_, s)| &s.labels)
        .filter(|l| l.function);
    let mut entries: Vec<u32> = labels.map(|l| l.offset as u32).chain([0]).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// The function record: as for assembly without a Go declaration.
fn func_info(rows: &[Row], writes_sp: bool) -> Sym {
    let mut files: Vec<u32> = rows.iter().map(|r| r.file).collect();
    files.sort_unstable();
    files.dedup();
    let flags = FLAG_ASM | if writes_sp { FLAG_SP_WRITE } else { 0 };
    let mut out = Vec::new();
    let mut word = |v: u32| out.extend(v.to_le_bytes());
    word(ARGS_UNKNOWN);
    word(0); // locals: unknown to Go
    word(u32::from(flags) << 8); // function id 0, flags, padding
    word(rows[0].line);
    word(files.len() as u32);
    files.iter().for_each(|&f| word(f));
    word(0); // no inlined calls
    Sym::unnamed(SymKind::Data, out, Vec::new())
}
