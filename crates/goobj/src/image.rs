//! The debug sections of one member, relocated as if the member had been linked.
//!
//! In a relocatable object every section starts at address 0. Here each section of the program gets a base of its
//! own, far from the others, so that the readers of debug information see plain addresses, and an address leads back
//! to its section.

use std::collections::HashMap;

use object::elf;
use object::read::elf::ElfFile64;
use object::{
    Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget, SectionIndex,
};

use crate::elf::{Input, Member, Place, SectionId};
use crate::{Error, Result};

const FIRST_BASE: u64 = 1 << 28;
const GAP: u64 = 1 << 16;

/// Base address of `.eh_frame`, which refers to code by distance.
pub const EH_FRAME_BASE: u64 = 1 << 24;

/// One member, laid out.
pub struct Image {
    /// Ascending base addresses.
    bases: Vec<(u64, SectionId)>,
    sections: HashMap<String, Vec<u8>>,
}

impl Image {
    pub fn new(input: &Input<'_>, member: &Member<'_>) -> Result<Self> {
        let mut bases = Vec::new();
        let mut by_index = HashMap::new();
        let mut next = FIRST_BASE;
        for section in member.elf.sections() {
            let Some(id) = member.section_id(section.index()) else {
                continue;
            };
            bases.push((next, id));
            by_index.insert(section.index(), next);
            next += input.section(id).size.next_multiple_of(GAP) + GAP;
        }
        let read = || -> object::read::Result<_> {
            let mut sections = HashMap::new();
            for section in member.elf.sections() {
                let name = section.name()?;
                if name.starts_with(".debug_") || name == ".eh_frame" {
                    sections.insert(
                        name.to_owned(),
                        relocated(&member.elf, &section, &by_index)?,
                    );
                }
            }
            Ok(sections)
        };
        let sections = read().map_err(|source| Error::Read {
            member: member.name.clone(),
            source,
        })?;
        Ok(Self { bases, sections })
    }

    /// Contents of a debug section; empty if there is none.
    pub fn section(&self, name: &str) -> &[u8] {
        self.sections.get(name).map_or(&[], Vec::as_slice)
    }

    /// The byte of the program at an address. Ends of sections count as inside.
    pub fn place(&self, address: u64) -> Option<Place> {
        let after = self.bases.partition_point(|&(base, _)| base <= address);
        let &(base, section) = self.bases.get(after.checked_sub(1)?)?;
        Some(Place {
            section,
            offset: address - base,
        })
    }
}

fn relocated<'d>(
    elf: &ElfFile64<'d>,
    section: &object::read::elf::ElfSection64<'d, '_>,
    bases: &HashMap<SectionIndex, u64>,
) -> object::read::Result<Vec<u8>> {
    let mut data = section.uncompressed_data()?.into_owned();
    for (offset, r) in section.relocations() {
        let RelocationTarget::Symbol(index) = r.target() else {
            continue;
        };
        let RelocationFlags::Elf { r_type } = r.flags() else {
            continue;
        };
        let symbol = elf.symbol_by_index(index)?;
        let base = symbol
            .section_index()
            .and_then(|i| bases.get(&i))
            .copied()
            .unwrap_or(0);
        let value = base
            .wrapping_add(symbol.address())
            .wrapping_add_signed(r.addend());
        let at = EH_FRAME_BASE + offset;
        let (value, size) = match r_type {
            elf::R_X86_64_64 => (value, 8),
            elf::R_X86_64_32 => (value, 4),
            elf::R_X86_64_PC32 => (value.wrapping_sub(at), 4),
            elf::R_X86_64_PC64 => (value.wrapping_sub(at), 8),
            _ => continue, // thread-local variables: not part of what is read here
        };
        if let Some(field) = data.get_mut(offset as usize..offset as usize + size) {
            field.copy_from_slice(&value.to_le_bytes()[..size]);
        }
    }
    Ok(data)
}
