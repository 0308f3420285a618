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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assembled;

    fn convert_asm(asm: &str) -> Result<Body> {
        let all = |name: &str| name.starts_with("gx_");
        convert(&assembled(asm), &Options { exports: &all })
    }

    fn refusal(asm: &str) -> String {
        convert_asm(asm).expect_err("refused").to_string()
    }

    #[test]
    fn small_absolute_fields_are_refused_with_their_place() {
        for (field, name) in [
            (".long gx_f", "R_X86_64_32"),
            (".long gx_f - 4", "R_X86_64_32"),
        ] {
            let e = refusal(&format!(".globl gx_f\n gx_f: ret\n .byte 0\n {field}"));
            assert!(
                e.contains(name) && e.contains("(.text+0x2)") && e.contains("relocation-model=pic"),
                "{e}"
            );
        }
        let e = refusal(".globl gx_f\n gx_f: mov rax, [rdi*8 + gx_f]\n ret");
        assert!(e.contains("R_X86_64_32S"), "{e}");
    }

    #[test]
    fn thread_local_data_is_refused() {
        let e = refusal(
            ".globl gx_f\n gx_f: mov rax, fs:[x@tpoff]\n ret\n .section .tbss,\"awT\",@nobits\n x: .quad 0",
        );
        assert!(e.contains("thread-local"), "{e}");
        let e = refusal(
            ".globl gx_f\n gx_f: lea rdi, [rip + x@tlsgd]\n ret\n .section .tdata,\"awT\",@progbits\n x: .quad 1",
        );
        assert!(e.contains("thread-local"), "{e}");
    }

    #[test]
    fn unused_thread_local_data_does_no_harm() {
        convert_asm(".globl gx_f\n gx_f: ret\n .section .tdata,\"awT\",@progbits\n .quad 1")
            .unwrap();
    }

    #[test]
    fn constructors_are_refused() {
        let e = refusal(".globl gx_f\n gx_f: ret\n .section .init_array,\"aw\"\n .quad gx_f");
        assert!(
            e.contains(".init_array") && e.contains("constructors"),
            "{e}"
        );
    }

    #[test]
    fn indirect_functions_are_refused() {
        let e = refusal(".globl gx_f\n .type gx_f, @gnu_indirect_function\n gx_f: ret");
        assert!(
            e.contains("gx_f") && e.contains("indirect functions"),
            "{e}"
        );
    }

    #[test]
    fn common_symbols_are_refused() {
        let e = refusal(".globl gx_f\n gx_f: ret\n .comm shared, 8, 8");
        assert!(e.contains("shared") && e.contains("common"), "{e}");
    }

    #[test]
    fn something_must_be_exported() {
        assert!(matches!(
            convert_asm(".globl f\n f: ret"),
            Err(Error::NoExports)
        ));
    }

    #[test]
    fn data_cannot_be_exported_from_inside_a_section() {
        let e = refusal(".data\n .quad 1\n .globl gx_v\n gx_v: .quad 2");
        assert!(e.contains("export gx_v"), "{e}");
    }

    #[test]
    fn only_what_exports_reach_is_kept() {
        let body = convert_asm(
            ".globl gx_f\n gx_f: lea rax, [rip + used]\n jmp go.entry\n
             .section .rodata.used,\"a\"\n used: .quad 1\n .section .rodata.unused,\"a\"\n unused: .quad nobody",
        )
        .unwrap();
        assert_eq!(
            (body.stats.rodata_bytes, &body.imports[..]),
            (8, &["go.entry".to_owned()][..])
        );
        assert_eq!(body.exports, ["gx_f"]);
    }

    #[test]
    fn strong_definitions_beat_weak_ones_and_missing_weak_ones_are_null() {
        let weak = ".globl gx_f\n gx_f: ret\n .weak gx_w\n gx_w: ret";
        assert_eq!(convert_asm(weak).unwrap().exports, ["gx_f", "gx_w"]);
        let null = ".weak nobody\n .data\n .globl gx_v\n gx_v: .quad nobody";
        assert!(convert_asm(null).unwrap().imports.is_empty());
    }

    #[test]
    fn same_input_same_bytes() {
        let archive = crate::testing::payload(&[]);
        let options = Options {
            exports: &|name| name.starts_with("gx_"),
        };
        let [a, b] = [(); 2].map(|()| convert(&archive, &options).unwrap().bytes);
        assert!(a == b);
    }

    #[test]
    fn foreign_objects_are_refused() {
        let mut object = assembled(".globl gx_f\n gx_f: ret");
        object[18] = 183; // e_machine: AArch64
        let options = Options { exports: &|_| true };
        assert!(matches!(
            convert(&object, &options),
            Err(Error::Machine { .. })
        ));
        assert!(matches!(
            convert(b"not an object", &options),
            Err(Error::Read { .. })
        ));
    }
}
