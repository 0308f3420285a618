//! The input: every section that a running program could need, of every member, in one numbering.

use object::elf;
use object::read::archive::ArchiveFile;
use object::read::elf::ElfFile64;
use object::{
    Architecture, Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget,
    SectionFlags, SectionIndex, SymbolFlags, SymbolIndex, SymbolSection,
};

use crate::{Error, Result};

/// Number of a section over all members.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SectionId(pub u32);

/// A byte of a section.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    pub section: SectionId,
    pub offset: u64,
}

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SectionKind {
    Text,
    Rodata,
    Data,
    Bss,
    ThreadLocal,
}

/// What a relocation or a name stands for, before names are resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    Place(Place),
    /// A global symbol, possibly of another member, possibly not ELF at all.
    Name {
        name: String,
        weak: bool,
    },
    /// A local symbol in a section that is not part of the program, or an absolute value.
    Outside(String),
}

/// A relocation of the input; offsets count from the start of the section.
#[derive(Clone, Debug)]
pub struct Reloc {
    pub offset: u64,
    pub r_type: u32,
    pub addend: i64,
    pub target: Target,
}

/// A symbol that names a byte of a section.
#[derive(Clone, Debug)]
pub struct Label {
    pub name: String,
    pub offset: u64,
    pub global: bool,
    pub weak: bool,
    pub function: bool,
}

/// One section of the program.
pub struct Section {
    pub member: usize,
    pub index: SectionIndex,
    pub name: String,
    pub kind: SectionKind,
    pub data: Vec<u8>,
    pub size: u64,
    pub align: u64,
    pub relocs: Vec<Reloc>,
    pub labels: Vec<Label>,
}

/// An object of the archive, kept open for its debug sections.
pub struct Member<'d> {
    pub name: String,
    pub elf: ElfFile64<'d>,
    ids: Vec<Option<SectionId>>,
}

impl Member<'_> {
    pub fn section_id(&self, index: SectionIndex) -> Option<SectionId> {
        self.ids.get(index.0).copied().flatten()
    }
}

/// Everything read from the input.
pub struct Input<'d> {
    pub members: Vec<Member<'d>>,
    pub sections: Vec<Section>,
}

impl Input<'_> {
    pub fn section(&self, id: SectionId) -> &Section {
        &self.sections[id.0 as usize]
    }

    /// `member(section+0x12)`, for messages.
    pub fn describe(&self, place: Place) -> String {
        let s = self.section(place.section);
        format!(
            "{}({}+{:#x})",
            self.members[s.member].name, s.name, place.offset
        )
    }
}

/// Reads an archive of objects, or a single object.
pub fn read(bytes: &[u8]) -> Result<Input<'_>> {
    let mut input = Input {
        members: Vec::new(),
        sections: Vec::new(),
    };
    if !bytes.starts_with(b"!<arch>\n") {
        read_member(&mut input, "input".to_owned(), bytes)?;
        return Ok(input);
    }
    let unreadable = |source| Error::Read {
        member: "input".to_owned(),
        source,
    };
    for member in ArchiveFile::parse(bytes).map_err(unreadable)?.members() {
        let member = member.map_err(unreadable)?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        if name.ends_with(".o") {
            read_member(&mut input, name, member.data(bytes).map_err(unreadable)?)?;
        }
    }
    Ok(input)
}

fn read_member<'d>(input: &mut Input<'d>, name: String, bytes: &'d [u8]) -> Result<()> {
    let elf = ElfFile64::parse(bytes).map_err(|source| Error::Read {
        member: name.clone(),
        source,
    })?;
    if elf.architecture() != Architecture::X86_64 {
        return Err(Error::Machine { member: name });
    }
    let mut member = Member {
        name,
        elf,
        ids: Vec::new(),
    };
    collect(input, &mut member).map_err(|e| match e {
        Failure::Read(source) => Error::Read {
            member: member.name.clone(),
            source,
        },
        Failure::Refused(e) => e,
    })?;
    input.members.push(member);
    Ok(())
}

enum Failure {
    Read(object::read::Error),
    Refused(Error),
}

impl From<object::read::Error> for Failure {
    fn from(e: object::read::Error) -> Self {
        Self::Read(e)
    }
}

fn collect(input: &mut Input<'_>, member: &mut Member<'_>) -> std::result::Result<(), Failure> {
    let first = input.sections.len();
    for section in member.elf.sections() {
        let name = section.name()?.to_owned();
        let Some(kind) = classify(&name, section.flags(), section.kind_is_nobits()) else {
            continue;
        };
        refuse_constructors(&member.name, &name, section.size()).map_err(Failure::Refused)?;
        let index = section.index();
        if member.ids.len() <= index.0 {
            member.ids.resize(index.0 + 1, None);
        }
        member.ids[index.0] = Some(SectionId(input.sections.len() as u32));
        let data = if section.kind_is_nobits() {
            Vec::new()
        } else {
            section.data()?.to_vec()
        };
        let (size, align) = (section.size(), section.align().max(1));
        let (relocs, labels) = (Vec::new(), Vec::new());
        let at = input.members.len();
        input.sections.push(Section {
            member: at,
            index,
            name,
            kind,
            data,
            size,
            align,
            relocs,
            labels,
        });
    }
    for section in &mut input.sections[first..] {
        section.relocs = relocs_of(member, section.index)?;
    }
    for symbol in member.elf.symbols() {
        if let Some((id, label)) = label_of(member, &symbol)? {
            input.sections[id.0 as usize].labels.push(label);
        }
    }
    Ok(())
}

trait Nobits {
    fn kind_is_nobits(&self) -> bool;
}

impl<'d, S: ObjectSection<'d>> Nobits for S {
    fn kind_is_nobits(&self) -> bool {
        matches!(
            self.kind(),
            object::SectionKind::UninitializedData | object::SectionKind::UninitializedTls
        )
    }
}

/// `None` for what a running program never reads: debug information, notes, unwind tables.
fn classify(name: &str, flags: SectionFlags, nobits: bool) -> Option<SectionKind> {
    let SectionFlags::Elf { sh_flags } = flags else {
        return None;
    };
    let has = |flag: u32| sh_flags & u64::from(flag) != 0;
    if !has(elf::SHF_ALLOC) || name == ".eh_frame" || name.starts_with(".note") {
        return None;
    }
    Some(match () {
        () if has(elf::SHF_TLS) => SectionKind::ThreadLocal,
        () if has(elf::SHF_EXECINSTR) => SectionKind::Text,
        () if nobits => SectionKind::Bss,
        // Constants that hold addresses are writable only so that a dynamic loader can fill them in.
        () if has(elf::SHF_WRITE) && !name.starts_with(".data.rel.ro") => SectionKind::Data,
        () => SectionKind::Rodata,
    })
}

/// Nobody would run them: Go's start-up code knows no ELF constructors.
fn refuse_constructors(member: &str, section: &str, size: u64) -> Result<()> {
    let constructor = [
        ".init_array",
        ".fini_array",
        ".preinit_array",
        ".ctors",
        ".dtors",
    ]
    .iter()
    .any(|prefix| {
        section == *prefix
            || section
                .strip_prefix(prefix)
                .is_some_and(|r| r.starts_with('.'))
    });
    if constructor && size != 0 {
        let why =
            "constructors and destructors are not supported; nothing in a Go program runs them";
        return Err(Error::Section {
            place: format!("{member}({section})"),
            why,
        });
    }
    Ok(())
}

fn relocs_of(member: &Member<'_>, index: SectionIndex) -> std::result::Result<Vec<Reloc>, Failure> {
    let section = member.elf.section_by_index(index)?;
    let mut relocs = Vec::new();
    for (offset, r) in section.relocations() {
        let RelocationFlags::Elf { r_type } = r.flags() else {
            continue;
        };
        let target = match r.target() {
            RelocationTarget::Symbol(i) => target_of(member, i)?,
            _ => Target::Outside("no symbol".to_owned()),
        };
        relocs.push(Reloc {
            offset,
            r_type,
            addend: r.addend(),
            target,
        });
    }
    relocs.sort_by_key(|r| r.offset);
    Ok(relocs)
}

fn target_of(member: &Member<'_>, index: SymbolIndex) -> std::result::Result<Target, Failure> {
    let symbol = member.elf.symbol_by_index(index)?;
    let name = symbol.name()?.to_owned();
    if symbol.is_global() || symbol.is_undefined() {
        return Ok(Target::Name {
            name,
            weak: symbol.is_weak(),
        });
    }
    let id = symbol.section_index().and_then(|i| member.section_id(i));
    Ok(id.map_or(Target::Outside(name), |section| {
        Target::Place(Place {
            section,
            offset: symbol.address(),
        })
    }))
}

fn label_of<'d>(
    member: &Member<'d>,
    symbol: &object::read::elf::ElfSymbol64<'d, '_>,
) -> std::result::Result<Option<(SectionId, Label)>, Failure> {
    let name = symbol.name()?;
    let SymbolFlags::Elf { st_info, .. } = symbol.flags() else {
        return Ok(None);
    };
    let kind = st_info & 0xf;
    let refuse = |why| {
        let place = format!("{}({name})", member.name);
        Err(Failure::Refused(Error::Section { place, why }))
    };
    if kind == elf::STT_GNU_IFUNC {
        return refuse(
            "indirect functions are not supported; choose the implementation at run time",
        );
    }
    if symbol.section() == SymbolSection::Common {
        return refuse("common symbols are not supported; compile with -fno-common");
    }
    let id = symbol.section_index().and_then(|i| member.section_id(i));
    let (Some(id), false) = (id, name.is_empty() || kind == elf::STT_SECTION) else {
        return Ok(None);
    };
    let offset = symbol.address();
    let (global, weak, function) = (symbol.is_global(), symbol.is_weak(), kind == elf::STT_FUNC);
    Ok(Some((
        id,
        Label {
            name: name.to_owned(),
            offset,
            global,
            weak,
            function,
        },
    )))
}
