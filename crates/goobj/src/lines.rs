//! Source lines, from the members' `.debug_line`.

use std::collections::HashMap;

use gimli::{Dwarf, EndianSlice, LittleEndian, Unit};

use crate::elf::SectionId;
use crate::image::Image;

/// From `offset` on, until the next row, the code belongs to this line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    pub offset: u32,
    /// Index into the object's file table.
    pub file: u32,
    pub line: u32,
    pub is_stmt: bool,
    pub prologue_end: bool,
}

/// The file table: paths in the order of their first use.
#[derive(Default)]
pub struct Files {
    paths: Vec<String>,
    index: HashMap<String, u32>,
}

impl Files {
    pub fn intern(&mut self, path: &str) -> u32 {
        let next = self.paths.len() as u32;
        let index = *self.index.entry(path.to_owned()).or_insert(next);
        if index == next {
            self.paths.push(path.to_owned());
        }
        index
    }

    pub fn into_paths(self) -> Vec<String> {
        self.paths
    }
}

/// Rows of every section, in ascending order of offsets.
pub type Lines = HashMap<SectionId, Vec<Row>>;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// Adds one member's rows for the sections that `wanted` names.
///
/// # Errors
/// When the debug information is damaged.
pub fn read(
    image: &Image,
    wanted: &dyn Fn(SectionId) -> bool,
    files: &mut Files,
    lines: &mut Lines,
) -> gimli::Result<()> {
    let dwarf = Dwarf::load(|id| {
        Ok::<_, gimli::Error>(EndianSlice::new(image.section(id.name()), LittleEndian))
    })?;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        read_unit(&dwarf, &unit, image, wanted, files, lines)?;
    }
    lines.values_mut().for_each(tidy);
    Ok(())
}

fn read_unit(
    dwarf: &Dwarf<Slice<'_>>,
    unit: &Unit<Slice<'_>>,
    image: &Image,
    wanted: &dyn Fn(SectionId) -> bool,
    files: &mut Files,
    lines: &mut Lines,
) -> gimli::Result<()> {
    let Some(program) = unit.line_program.clone() else {
        return Ok(());
    };
    let mut known: HashMap<u64, u32> = HashMap::new();
    let mut rows = program.rows();
    while let Some((header, row)) = rows.next_row()? {
        let place = image.place(row.address()).filter(|p| wanted(p.section));
        let (Some(place), Some(line), false) = (place, row.line(), row.end_sequence()) else {
            continue;
        };
        let file = match known.get(&row.file_index()) {
            Some(&file) => file,
            None => {
                let Some(entry) = row.file(header) else {
                    continue;
                };
                let file = files.intern(&path(dwarf, unit, header, entry)?);
                known.insert(row.file_index(), file);
                file
            }
        };
        let (offset, line) = (place.offset as u32, line.get() as u32);
        let (is_stmt, prologue_end) = (row.is_stmt(), row.prologue_end());
        lines.entry(place.section).or_default().push(Row {
            offset,
            file,
            line,
            is_stmt,
            prologue_end,
        });
    }
    Ok(())
}

/// Directory and name; relative ones start at the unit's directory.
fn path(
    dwarf: &Dwarf<Slice<'_>>,
    unit: &Unit<Slice<'_>>,
    header: &gimli::LineProgramHeader<Slice<'_>>,
    entry: &gimli::FileEntry<Slice<'_>>,
) -> gimli::Result<String> {
    let mut path = unit
        .comp_dir
        .map_or_else(String::new, |d| d.to_string_lossy().into_owned());
    if let Some(dir) = entry.directory(header) {
        join(&mut path, &dwarf.attr_string(unit, dir)?.to_string_lossy());
    }
    join(
        &mut path,
        &dwarf
            .attr_string(unit, entry.path_name())?
            .to_string_lossy(),
    );
    Ok(path)
}

fn join(path: &mut String, next: &str) {
    if next.starts_with('/') {
        path.clear();
    } else if !path.is_empty() && !path.ends_with('/') {
        path.push('/');
    }
    path.push_str(next);
}

/// Ascending, one row per offset, the last one given.
fn tidy(rows: &mut Vec<Row>) {
    rows.sort_by_key(|r| r.offset);
    rows.reverse();
    rows.dedup_by_key(|r| r.offset);
    rows.reverse();
}
