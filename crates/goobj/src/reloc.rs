//! ELF relocations to Go relocations.
//!
//! ELF counts a PC-relative value from the field, Go from its end: the addend grows by the size of the field. A load
//! of an address from the global offset table becomes the address itself where the instruction allows, as every
//! linker does; the rest get a private slot with the address in it. There is no offset table in the output.

use object::elf;

use crate::elf::{Input, Place, Section, SectionId};
use crate::file::RelocKind;
use crate::link::{Linker, Resolved};
use crate::{Error, Result};

/// What a translated field refers to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Referent<'i> {
    Section(SectionId),
    Import(&'i str),
    /// Eight bytes with the address of the other two.
    Slot(SlotOf<'i>),
}

/// Contents of a private slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SlotOf<'i> {
    Place(Place),
    Import(&'i str),
}

/// A field for the Go linker to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'i> {
    pub offset: u32,
    pub size: u8,
    pub kind: RelocKind,
    pub addend: i64,
    pub referent: Referent<'i>,
}

/// Translates all relocations of a section and zeroes their fields in `code`.
pub fn translate<'i>(
    input: &'i Input<'i>,
    linker: &Linker<'i>,
    id: SectionId,
    code: &mut [u8],
) -> Result<Vec<Field<'i>>> {
    let section = input.section(id);
    let mut fields = Vec::with_capacity(section.relocs.len());
    for r in section
        .relocs
        .iter()
        .filter(|r| r.r_type != elf::R_X86_64_NONE)
    {
        let refuse = |hint| Err(refusal(input, id, r, hint));
        let Some(size) = field_size(r.r_type) else {
            return refuse(hint(r.r_type));
        };
        if r.offset + u64::from(size) > code.len() as u64 {
            return refuse("the field lies outside of its section");
        }
        let Some(target) = linker.resolve(&r.target) else {
            return refuse("the target is not part of the program");
        };
        code[r.offset as usize..][..usize::from(size)].fill(0);
        if target == Resolved::Nothing && r.r_type == elf::R_X86_64_64 {
            continue;
        }
        let Some(field) = field(section, r, size, target, code) else {
            return refuse("a weak symbol without a definition has no address here");
        };
        fields.push(field);
    }
    Ok(fields)
}

fn field_size(r_type: u32) -> Option<u8> {
    match r_type {
        elf::R_X86_64_64 | elf::R_X86_64_PC64 => Some(8),
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 => Some(4),
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => Some(4),
        _ => None,
    }
}

fn field<'i>(
    section: &Section,
    r: &crate::elf::Reloc,
    size: u8,
    target: Resolved<'i>,
    code: &mut [u8],
) -> Option<Field<'i>> {
    let (referent, base) = match target {
        Resolved::Place(p) => (Referent::Section(p.section), p.offset as i64),
        Resolved::Import(name) => (Referent::Import(name), 0),
        Resolved::Nothing => return None,
    };
    let offset = r.offset as u32;
    let relative = |kind| Field {
        offset,
        size,
        kind,
        addend: base + r.addend + i64::from(size),
        referent,
    };
    Some(match r.r_type {
        elf::R_X86_64_64 => Field {
            offset,
            size,
            kind: RelocKind::Addr,
            addend: base + r.addend,
            referent,
        },
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            let relaxed = (r.addend == -4).then(|| relax(code, r.offset as usize));
            match relaxed.flatten() {
                Some(Relaxed { kind, shift }) => Field {
                    offset: offset - shift,
                    ..relative(kind)
                },
                None => through_slot(relative(RelocKind::PcRel), r.addend, target),
            }
        }
        elf::R_X86_64_PLT32 if is_branch(section, code, r.offset as usize) => {
            relative(RelocKind::Call)
        }
        _ => relative(RelocKind::PcRel),
    })
}

fn through_slot<'i>(field: Field<'i>, addend: i64, target: Resolved<'i>) -> Field<'i> {
    let slot = match target {
        Resolved::Place(p) => SlotOf::Place(p),
        Resolved::Import(name) => SlotOf::Import(name),
        Resolved::Nothing => {
            unreachable!("field() has returned for weak references without a definition")
        }
    };
    Field {
        addend: addend + i64::from(field.size),
        referent: Referent::Slot(slot),
        ..field
    }
}

/// `call rel32` and `jmp rel32`; conditional jumps and address computations are plain PC-relative fields.
fn is_branch(section: &Section, code: &[u8], at: usize) -> bool {
    section.kind == crate::elf::SectionKind::Text && at > 0 && matches!(code[at - 1], 0xe8 | 0xe9)
}

struct Relaxed {
    kind: RelocKind,
    /// By how many bytes the field moved towards the start.
    shift: u32,
}

/// Rewrites the instruction around the field at `at` so that it uses the address itself.
///
/// The `X` relocations promise one of these instructions; rustc writes the plain one for the same code. In front of a
/// field that reads a whole word from the offset table, these bytes can mean nothing else.
fn relax(code: &mut [u8], at: usize) -> Option<Relaxed> {
    let op = code.get(at.checked_sub(2)?..at)?;
    let wide = at >= 3 && code[at - 3] & 0xf8 == 0x48; // REX.W
    match (op[0], op[1]) {
        // mov reg, [rip+slot] ─▶ lea reg, [rip+target]
        (0x8b, modrm) if wide && modrm & 0xc7 == 0x05 => {
            code[at - 2] = 0x8d;
            Some(Relaxed {
                kind: RelocKind::PcRel,
                shift: 0,
            })
        }
        // call [rip+slot] ─▶ addr32 call target
        (0xff, 0x15) => {
            code[at - 2..at].copy_from_slice(&[0x67, 0xe8]);
            Some(Relaxed {
                kind: RelocKind::Call,
                shift: 0,
            })
        }
        // jmp [rip+slot] ─▶ jmp target; nop
        (0xff, 0x25) => {
            code[at - 2] = 0xe9;
            code[at - 1] = 0;
            code[at + 3] = 0x90;
            Some(Relaxed {
                kind: RelocKind::Call,
                shift: 1,
            })
        }
        _ => None,
    }
}

fn refusal(input: &Input<'_>, id: SectionId, r: &crate::elf::Reloc, hint: &'static str) -> Error {
    let target = match &r.target {
        crate::elf::Target::Place(p) => input.describe(*p),
        crate::elf::Target::Name { name, .. } => name.clone(),
        crate::elf::Target::Outside(name) => format!("`{name}`"),
    };
    let place = input.describe(Place {
        section: id,
        offset: r.offset,
    });
    Error::Relocation {
        place,
        kind: type_name(r.r_type),
        target,
        hint,
    }
}

fn hint(r_type: u32) -> &'static str {
    match r_type {
        elf::R_X86_64_32 | elf::R_X86_64_32S | elf::R_X86_64_16 | elf::R_X86_64_8 => {
            "absolute addresses do not fit in a field this small when the program is position-independent; \
             compile with -C relocation-model=pic"
        }
        elf::R_X86_64_TLSGD
        | elf::R_X86_64_TLSLD
        | elf::R_X86_64_DTPOFF32
        | elf::R_X86_64_DTPOFF64
        | elf::R_X86_64_GOTTPOFF
        | elf::R_X86_64_TPOFF32
        | elf::R_X86_64_TPOFF64
        | elf::R_X86_64_DTPMOD64
        | elf::R_X86_64_GOTPC32_TLSDESC
        | elf::R_X86_64_TLSDESC_CALL => "thread-local data is not supported; keep it in M or P",
        _ => "the Go linker has no equivalent",
    }
}

fn type_name(r_type: u32) -> String {
    let known = match r_type {
        elf::R_X86_64_64 => "R_X86_64_64",
        elf::R_X86_64_PC32 => "R_X86_64_PC32",
        elf::R_X86_64_PC64 => "R_X86_64_PC64",
        elf::R_X86_64_PLT32 => "R_X86_64_PLT32",
        elf::R_X86_64_32 => "R_X86_64_32",
        elf::R_X86_64_32S => "R_X86_64_32S",
        elf::R_X86_64_TLSGD => "R_X86_64_TLSGD",
        elf::R_X86_64_TLSLD => "R_X86_64_TLSLD",
        elf::R_X86_64_GOTTPOFF => "R_X86_64_GOTTPOFF",
        elf::R_X86_64_TPOFF32 => "R_X86_64_TPOFF32",
        elf::R_X86_64_DTPOFF32 => "R_X86_64_DTPOFF32",
        elf::R_X86_64_GOTPCREL => "R_X86_64_GOTPCREL",
        elf::R_X86_64_GOTPCRELX => "R_X86_64_GOTPCRELX",
        elf::R_X86_64_REX_GOTPCRELX => "R_X86_64_REX_GOTPCRELX",
        elf::R_X86_64_GOTPC32 => "R_X86_64_GOTPC32",
        elf::R_X86_64_GOTOFF64 => "R_X86_64_GOTOFF64",
        other => return format!("type {other}"),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::{self as input, SectionKind};
    use crate::testing::assembled;

    /// Code and fields of the first text section with contents.
    fn translated(asm: &str, check: impl Fn(&[u8], &[Field<'_>])) {
        let object = assembled(asm);
        let input = input::read(&object).unwrap();
        let linker = Linker::new(&input);
        let text = |s: &Section| s.kind == SectionKind::Text && !s.data.is_empty();
        let id = SectionId(input.sections.iter().position(text).unwrap() as u32);
        let mut code = input.section(id).data.clone();
        let fields = translate(&input, &linker, id, &mut code).unwrap();
        check(&code, &fields);
    }

    fn field<'i>(offset: u32, kind: RelocKind, addend: i64, referent: Referent<'i>) -> Field<'i> {
        let size = if kind == RelocKind::Addr { 8 } else { 4 };
        Field {
            offset,
            size,
            kind,
            addend,
            referent,
        }
    }

    #[test]
    fn offset_table_loads_become_addresses() {
        translated(
            "mov rcx, [rip + ext@GOTPCREL]\n call [rip + ext@GOTPCREL]\n jmp [rip + ext@GOTPCREL]",
            |code, f| {
                let ext = Referent::Import("ext");
                assert_eq!(
                    code,
                    b"\x48\x8d\x0d\0\0\0\0\x67\xe8\0\0\0\0\xe9\0\0\0\0\x90"
                );
                assert_eq!(f[0], field(3, RelocKind::PcRel, 0, ext));
                assert_eq!(f[1], field(9, RelocKind::Call, 0, ext));
                assert_eq!(f[2], field(14, RelocKind::Call, 0, ext));
            },
        );
    }

    #[test]
    fn other_uses_of_the_offset_table_get_a_slot() {
        translated("cmp rcx, [rip + ext@GOTPCREL]", |code, f| {
            assert_eq!(code, b"\x48\x3b\x0d\0\0\0\0");
            assert_eq!(
                f,
                [field(
                    3,
                    RelocKind::PcRel,
                    0,
                    Referent::Slot(SlotOf::Import("ext"))
                )]
            );
        });
    }

    #[test]
    fn addends_count_from_the_end_of_the_field() {
        translated(
            "call ext\n lea rax, [rip + ext + 16]\n cmp dword ptr [rip + ext], 7\n .quad ext + 3",
            |_, f| {
                let ext = Referent::Import("ext");
                assert_eq!(f[0], field(1, RelocKind::Call, 0, ext));
                assert_eq!(f[1], field(8, RelocKind::PcRel, 16, ext));
                assert_eq!(f[2], field(14, RelocKind::PcRel, -1, ext)); // an immediate byte follows the field
                assert_eq!(f[3], field(19, RelocKind::Addr, 3, ext));
            },
        );
    }
}
