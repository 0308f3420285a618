//! Symbol lookup in the vDSO image the kernel maps into every process (System V ELF, `DT_HASH`-free walk).

#[repr(C)]
struct Ehdr {
    ident: [u8; 16],
    kind: u16,
    machine: u16,
    version: u32,
    entry: u64,
    phoff: u64,
    shoff: u64,
    flags: u32,
    ehsize: u16,
    phentsize: u16,
    phnum: u16,
}

#[repr(C)]
struct Phdr {
    kind: u32,
    flags: u32,
    offset: u64,
    vaddr: u64,
    paddr: u64,
    filesz: u64,
    memsz: u64,
    align: u64,
}

#[repr(C)]
struct Sym {
    name: u32,
    info: u8,
    other: u8,
    shndx: u16,
    value: u64,
    size: u64,
}

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;

/// Address of the function `name` in the image at `base`, 0 if there is none.
pub fn lookup(base: usize, name: &[u8]) -> usize {
    if base == 0 {
        return 0;
    }
    // SAFETY: `base` is AT_SYSINFO_EHDR: a complete, mapped ELF image that never goes away.
    unsafe { find(base, name) }.unwrap_or(0)
}

unsafe fn find(base: usize, name: &[u8]) -> Option<usize> {
    // SAFETY: the header stands at the base of the image, the program headers where it says.
    let (headers, count) = unsafe {
        let ehdr = &*(base as *const Ehdr);
        (
            (base + ehdr.phoff as usize) as *const Phdr,
            usize::from(ehdr.phnum),
        )
    };
    // SAFETY: as above.
    let headers = unsafe { core::slice::from_raw_parts(headers, count) };
    let load = headers.iter().find(|h| h.kind == PT_LOAD)?;
    let bias = base
        .wrapping_add(load.offset as usize)
        .wrapping_sub(load.vaddr as usize);
    let dynamic = headers.iter().find(|h| h.kind == PT_DYNAMIC)?;
    let (mut strtab, mut symtab) = (0usize, 0usize);
    let mut entry = (base + dynamic.offset as usize) as *const [u64; 2];
    loop {
        // SAFETY: the dynamic section ends with a zero tag.
        let [tag, value] = unsafe { *entry };
        match tag {
            0 => break,
            DT_STRTAB => strtab = bias.wrapping_add(value as usize),
            DT_SYMTAB => symtab = bias.wrapping_add(value as usize),
            _ => {}
        }
        // SAFETY: as above.
        entry = unsafe { entry.add(1) };
    }
    if strtab <= symtab || symtab == 0 {
        return None;
    }
    // The string table follows the symbol table in the vDSO's fixed layout, which bounds the walk.
    let symbols = (strtab - symtab) / size_of::<Sym>();
    for i in 0..symbols {
        // SAFETY: `i` is below the number of symbols between the two tables.
        let sym = unsafe { &*(symtab as *const Sym).add(i) };
        let function = sym.info & 15 == 2 && sym.shndx != 0;
        // SAFETY: names are NUL-terminated strings in the string table.
        if function && unsafe { name_is(strtab + sym.name as usize, name) } {
            return Some(bias.wrapping_add(sym.value as usize));
        }
    }
    None
}

unsafe fn name_is(at: usize, name: &[u8]) -> bool {
    let byte = |i: usize| {
        // SAFETY: reading stops at the first difference, at the latest at the NUL.
        unsafe { *((at + i) as *const u8) }
    };
    name.iter().enumerate().all(|(i, &b)| byte(i) == b) && byte(name.len()) == 0
}
