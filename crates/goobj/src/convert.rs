//! The conversion: live sections to symbols, with everything that hangs on them.

use std::collections::{BTreeMap, HashMap};

use crate::elf::{self, Input, Place, Section, SectionId, SectionKind};
use crate::file::{ObjectFile, Reloc, RelocKind, Scope, Sym, SymKind, SymRef};
use crate::function::{Code, Functions};
use crate::link::Linker;
use crate::names::{self, Names};
use crate::reloc::{self, Field, Referent, SlotOf};
use crate::{Error, Result};

/// What the caller decides.
pub struct Options<'a> {
    /// Which global symbols keep their name and can be used from Go assembly. They are the roots of the output.
    pub exports: &'a dyn Fn(&str) -> bool,
}

/// The part of the object file that does not depend on the toolchain.
#[derive(Clone, Debug)]
pub struct Body {
    /// Everything behind the header line and its `!`.
    pub bytes: Vec<u8>,
    /// Exported names, in the order of the input.
    pub exports: Vec<String>,
    /// Names that the Go program must define, as ABI0.
    pub imports: Vec<String>,
    /// Sizes, for people.
    pub stats: Stats,
}

/// How much of the input is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Sections of the input that a program could need.
    pub sections: usize,
    /// Sections that the exports reach.
    pub live_sections: usize,
    /// Bytes of code.
    pub text_bytes: u64,
    /// Bytes of constants.
    pub rodata_bytes: u64,
    /// Bytes of initialised variables.
    pub data_bytes: u64,
    /// Bytes of zeroed variables.
    pub bss_bytes: u64,
}

/// Converts an archive of ELF objects, or one object.
pub fn convert(archive_or_object: &[u8], options: &Options<'_>) -> Result<Body> {
    let input = elf::read(archive_or_object)?;
    let linker = Linker::new(&input);
    let exports = linker.exports(options.exports)?;
    let live = linker.live(exports.iter().map(|(_, place)| place.section))?;
    let stats = stats(&input, &live);
    let mut conversion = Conversion::new(&input, &linker, &live, &exports)?;
    conversion.sections()?;
    conversion.thunks()?;
    conversion.slots();
    let file = conversion.finish();
    let imports = file.imports().to_vec();
    let exports = exports.iter().map(|(name, _)| (*name).to_owned()).collect();
    Ok(Body {
        bytes: file.write()?,
        exports,
        imports,
        stats,
    })
}

fn stats(input: &Input<'_>, live: &[SectionId]) -> Stats {
    let mut s = Stats {
        sections: input.sections.len(),
        live_sections: live.len(),
        ..Stats::default()
    };
    for section in live.iter().map(|&id| input.section(id)) {
        *match section.kind {
            SectionKind::Text => &mut s.text_bytes,
            SectionKind::Rodata => &mut s.rodata_bytes,
            SectionKind::Data => &mut s.data_bytes,
            SectionKind::Bss | SectionKind::ThreadLocal => &mut s.bss_bytes,
        } += section.size;
    }
    s
}

struct Conversion<'i> {
    input: &'i Input<'i>,
    linker: &'i Linker<'i>,
    live: &'i [SectionId],
    file: ObjectFile,
    names: Names,
    functions: Functions,
    /// Export that names the section as a whole.
    whole: HashMap<SectionId, &'i str>,
    /// Exports that need a jump: second names of a section, and entries in its middle.
    extra: Vec<(&'i str, Place)>,
    /// Named symbols are numbered before they exist: sections in order, then thunks, then slots.
    section_refs: HashMap<SectionId, SymRef>,
    slot_refs: BTreeMap<SlotOf<'i>, SymRef>,
}

impl<'i> Conversion<'i> {
    fn new(
        input: &'i Input<'i>,
        linker: &'i Linker<'i>,
        live: &'i [SectionId],
        exports: &[(&'i str, Place)],
    ) -> Result<Self> {
        let mut names = Names::default();
        let mut whole = HashMap::new();
        let mut extra = Vec::new();
        for &(name, place) in exports {
            names.reserve(name);
            if place.offset == 0 && !whole.contains_key(&place.section) {
                whole.insert(place.section, name);
            } else if input.section(place.section).kind == SectionKind::Text {
                extra.push((name, place));
            } else {
                let why = "only functions can have a second name or start inside a section";
                return Err(Error::Export {
                    name: name.to_owned(),
                    why,
                });
            }
        }
        let numbered = live
            .iter()
            .enumerate()
            .map(|(i, &id)| (id, SymRef::Named(i as u32)));
        let section_refs = numbered.collect();
        let file = ObjectFile::default();
        let functions = Functions::read(input, live)?;
        let slot_refs = BTreeMap::new();
        Ok(Self {
            input,
            linker,
            live,
            file,
            names,
            functions,
            whole,
            extra,
            section_refs,
            slot_refs,
        })
    }

    fn sections(&mut self) -> Result<()> {
        for &id in self.live {
            let section = self.input.section(id);
            let mut data = section.data.clone();
            let fields = reloc::translate(self.input, self.linker, id, &mut data)?;
            let relocs: Vec<Reloc> = fields.iter().map(|f| self.reloc(f)).collect();
            let (name, scope) = self.name(id, section);
            let size = u32::try_from(section.size.max(1))
                .map_err(|_| Error::TooLarge { what: "a section" })?;
            let align = alignment(section);
            let symbol = self.section_refs[&id];
            let aux = match section.kind {
                SectionKind::Text => {
                    let code = Code {
                        name: &name,
                        scope,
                        symbol,
                        size,
                        bytes: &data,
                        relocs: &relocs,
                    };
                    self.functions
                        .parts(&mut self.file, &code, Some((id, section)))
                }
                _ => Vec::new(),
            };
            let added = self.file.add_named(Sym {
                name,
                scope,
                kind: kind(section.kind),
                size,
                align,
                data,
                relocs,
                aux,
            });
            debug_assert_eq!(added, symbol);
        }
        Ok(())
    }

    fn name(&mut self, id: SectionId, section: &Section) -> (String, Scope) {
        if let Some(export) = self.whole.get(&id) {
            return ((*export).to_owned(), Scope::Export);
        }
        let at_start = || {
            section
                .labels
                .iter()
                .filter(|l| l.offset == 0 && !names::is_numbered(&l.name))
        };
        let label = at_start().find(|l| l.global).or_else(|| at_start().next());
        let wish = label.map_or_else(
            || names::of_section(&section.name),
            |l| names::demangled(&l.name),
        );
        (self.names.unique(wish), Scope::Static)
    }

    fn reloc(&mut self, f: &Field<'i>) -> Reloc {
        let target = match f.referent {
            Referent::Section(id) => self.section_refs[&id],
            Referent::Import(name) => self.file.import(name),
            Referent::Slot(of) => {
                let next = (self.live.len() + self.extra.len() + self.slot_refs.len()) as u32;
                *self.slot_refs.entry(of).or_insert(SymRef::Named(next))
            }
        };
        Reloc {
            offset: f.offset,
            size: f.size,
            kind: f.kind,
            addend: f.addend,
            target,
        }
    }

    /// `jmp target` under an exported name.
    fn thunks(&mut self) -> Result<()> {
        for (i, (name, place)) in std::mem::take(&mut self.extra).into_iter().enumerate() {
            let symbol = SymRef::Named((self.live.len() + i) as u32);
            let target = self.section_refs[&place.section];
            let jump = Reloc {
                offset: 1,
                size: 4,
                kind: RelocKind::Call,
                addend: place.offset as i64,
                target,
            };
            let (data, relocs, scope) = (vec![0xe9, 0, 0, 0, 0], vec![jump], Scope::Export);
            let code = Code {
                name,
                scope,
                symbol,
                size: 5,
                bytes: &data,
                relocs: &relocs,
            };
            let aux = self.functions.parts(&mut self.file, &code, None);
            let (name, kind) = (name.to_owned(), SymKind::Text);
            let added = self.file.add_named(Sym {
                name,
                scope,
                kind,
                size: 5,
                align: 16,
                data,
                relocs,
                aux,
            });
            debug_assert_eq!(added, symbol);
        }
        Ok(())
    }

    fn finish(mut self) -> ObjectFile {
        self.file.files = self.functions.into_files();
        self.file
    }

    /// Private words that hold an address, for instructions that can only load it.
    fn slots(&mut self) {
        let mut slots: Vec<_> = std::mem::take(&mut self.slot_refs)
            .into_iter()
            .map(|(of, r)| (r, of))
            .collect();
        slots.sort_by_key(|(r, _)| {
            if let SymRef::Named(i) = r {
                *i
            } else {
                u32::MAX
            }
        });
        for (symbol, of) in slots {
            let (target, addend, wish) = match of {
                SlotOf::Place(p) => (
                    self.section_refs[&p.section],
                    p.offset as i64,
                    "slot".to_owned(),
                ),
                SlotOf::Import(name) => (self.file.import(name), 0, format!("slot.{name}")),
            };
            let relocs = vec![Reloc {
                offset: 0,
                size: 8,
                kind: RelocKind::Addr,
                addend,
                target,
            }];
            let (name, scope, kind) = (self.names.unique(wish), Scope::Static, SymKind::Rodata);
            let (data, aux) = (vec![0; 8], Vec::new());
            let added = self.file.add_named(Sym {
                name,
                scope,
                kind,
                size: 8,
                align: 8,
                data,
                relocs,
                aux,
            });
            debug_assert_eq!(added, symbol);
        }
    }
}

fn kind(kind: SectionKind) -> SymKind {
    match kind {
        SectionKind::Text => SymKind::Text,
        SectionKind::Rodata => SymKind::Rodata,
        SectionKind::Data => SymKind::NoPtrData,
        SectionKind::Bss | SectionKind::ThreadLocal => SymKind::NoPtrBss,
    }
}

/// Code starts at 16 at least: the assembler may have counted on it for alignment inside.
fn alignment(section: &Section) -> u32 {
    let least = if section.kind == SectionKind::Text {
        16
    } else {
        1
    };
    section.align.max(least) as u32
}
