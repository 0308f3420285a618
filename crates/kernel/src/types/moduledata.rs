//! What the linker tells the runtime about the binary: `runtime.firstmoduledata`.
//!
//! The linker writes the first 529 bytes; the Go side declares the variable, the kernel only reads it.
//! goxide binaries are single static modules, so there is exactly one.

use super::{GoSlice, GoString};
use crate::prim::Racy;
use core::ffi::CStr;
use core::mem::offset_of;
use core::ptr::null;
use goxide_abi::layout::GoFn;

/// A Go slice of `T` in the binary's read-only data.
#[repr(C)]
pub struct RoSlice<T> {
    ptr: *const T,
    len: usize,
    cap: usize,
}

impl<T> RoSlice<T> {
    /// The elements.
    pub fn as_slice(&self) -> &'static [T] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the linker wrote address and length of a table that is part of the loaded binary.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }
    /// First element.
    pub fn as_ptr(&self) -> *const T {
        self.ptr
    }
    /// The length word as the linker wrote it (`cutab`: bytes, not elements).
    pub fn raw_len(&self) -> usize {
        self.len
    }
}

/// How the function tables begin; the linker writes it, and debuggers read it, too.
#[repr(C)]
struct PcHeader {
    magic: u32,
    pad: [u8; 2],
    /// Smallest size of an instruction.
    min_lc: u8,
    ptr_size: u8,
    nfunc: usize,
    nfiles: usize,
    text_start: usize,
}

impl PcHeader {
    /// Of Go 1.20 and later.
    const MAGIC: u32 = 0xffff_fff1;

    fn is_ours(&self, text: usize) -> bool {
        (self.magic, self.pad, self.min_lc, self.ptr_size) == (Self::MAGIC, [0, 0], 1, 8)
            && self.text_start == text
    }
}

/// One entry of the function table: offsets of code and of the `_func` record.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FuncTab {
    /// Entry relative to `text`.
    pub entry_off: u32,
    /// `_func` relative to `pclntable`.
    pub func_off: u32,
}

/// One text section of a multi-section link.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TextSect {
    /// First offset covered.
    pub vaddr: usize,
    /// Offset behind the section.
    pub end: usize,
    /// Where it is loaded.
    pub base_addr: usize,
}

/// A package's initialisation work: state, count, then `nfns` code addresses.
#[repr(C)]
pub struct InitTask {
    /// 0: to do, 1: running, 2: done.
    pub state: u32,
    /// Number of functions.
    pub nfns: u32,
}

/// `runtime.moduledata` as the linker lays it out.
#[repr(C)]
#[allow(missing_docs)]
pub struct ModuleData {
    pub pc_header: *const u8,
    pub funcnametab: RoSlice<u8>,
    /// Length and capacity count bytes, not elements.
    pub cutab: RoSlice<u32>,
    pub filetab: RoSlice<u8>,
    pub pctab: RoSlice<u8>,
    pub pclntable: RoSlice<u8>,
    /// Number of functions plus one; the last has only a valid `entry_off`.
    pub ftab: RoSlice<FuncTab>,
    pub findfunctab: *const u8,
    pub minpc: usize,
    pub maxpc: usize,
    pub text: usize,
    pub etext: usize,
    pub noptrdata: usize,
    pub enoptrdata: usize,
    pub data: usize,
    pub edata: usize,
    pub bss: usize,
    pub ebss: usize,
    pub noptrbss: usize,
    pub enoptrbss: usize,
    pub covctrs: usize,
    pub ecovctrs: usize,
    pub end: usize,
    /// Pointer program for `[data, edata)`.
    pub gcdata: *const u8,
    /// Pointer program for `[bss, ebss)`.
    pub gcbss: *const u8,
    pub types: usize,
    pub etypes: usize,
    pub rodata: usize,
    /// Base of funcdata offsets.
    pub gofunc: usize,
    pub textsectmap: RoSlice<TextSect>,
    /// Sorted offsets of types that reflection can look up.
    pub typelinks: RoSlice<i32>,
    pub itablinks: RoSlice<*const super::Itab>,
    pub ptab: GoSlice,
    pub pluginpath: GoString,
    pub pkghashes: GoSlice,
    pub inittasks: RoSlice<*mut InitTask>,
    pub modulename: GoString,
    pub modulehashes: GoSlice,
    pub hasmain: u8,
    pub bad: u8,
    /// Pointer masks of `data` and `bss` of a module that was loaded later; such modules have neither.
    pub gcdatamask: [usize; 2],
    pub gcbssmask: [usize; 2],
    pub typemap: usize,
    /// The next module: written by packages that load machine code themselves.
    pub next: *const ModuleData,
}

const _: () = {
    assert!(offset_of!(ModuleData, cutab) == 32);
    assert!(offset_of!(ModuleData, ftab) == 128);
    assert!(offset_of!(ModuleData, findfunctab) == 152);
    assert!(offset_of!(ModuleData, text) == 176);
    assert!(offset_of!(ModuleData, data) == 208);
    assert!(offset_of!(ModuleData, end) == 272);
    assert!(offset_of!(ModuleData, gcdata) == 280);
    assert!(offset_of!(ModuleData, types) == 296);
    assert!(offset_of!(ModuleData, gofunc) == 320);
    assert!(offset_of!(ModuleData, itablinks) == 376);
    assert!(offset_of!(ModuleData, inittasks) == 464);
    assert!(offset_of!(ModuleData, hasmain) == 528);
    assert!(offset_of!(ModuleData, next) == 576);
    assert!(offset_of!(PcHeader, text_start) == 24);
};

impl ModuleData {
    /// Ends the process if the function tables are not what this runtime reads: a damaged binary, or another linker's.
    pub fn verify(&self) {
        // SAFETY: the linker put the address of its header there; in a damaged binary the read may fault.
        let header = unsafe { &*self.pc_header.cast::<PcHeader>() };
        if header.is_ours(self.text) {
            return;
        }
        crate::eprint!(
            "runtime: pcHeader: magic= {:#x} pad1= {} pad2= {} minLC= {} ptrSize= {} pcHeader.textStart= {:#x} text= {:#x} pluginpath= {}\n",
            header.magic,
            header.pad[0],
            header.pad[1],
            header.min_lc,
            header.ptr_size,
            header.text_start,
            self.text,
            self.pluginpath.as_str()
        );
        crate::throw!("invalid function symbol table")
    }
    /// The same for a module that wants to join: its functions, too.
    pub fn verify_whole(&self) {
        self.verify();
        let functions = self.ftab.as_slice();
        let sorted = |i: usize| functions[i].entry_off <= functions[i + 1].entry_off;
        let last = functions.len().saturating_sub(1);
        if let Some(i) = (0..last).find(|&i| !sorted(i)) {
            self.tell_disorder(functions, i, i + 1 == last);
            crate::throw!("invalid runtime symbol table")
        }
        let at = |f: Option<&FuncTab>| f.map_or(self.text, |f| self.text + f.entry_off as usize);
        let (min, max) = (at(functions.first()), at(functions.last()));
        if (min, max) != (self.minpc, self.maxpc) {
            crate::eprint!(
                "minpc= {:#x} min= {min:#x} maxpc= {:#x} max= {max:#x}\n",
                self.minpc,
                self.maxpc
            );
            crate::throw!("minpc or maxpc invalid")
        }
    }
    /// Function `i` begins behind the next one, which may be the `end` of the table.
    fn tell_disorder(&self, functions: &[FuncTab], i: usize, end: bool) {
        let name = |i: usize| self.function_name(&functions[i]);
        crate::eprint!(
            "function symbol table not sorted by PC offset: {:#x} {} > {:#x} {} , plugin: {}\n",
            functions[i].entry_off,
            name(i),
            functions[i + 1].entry_off,
            if end { "end" } else { name(i + 1) },
            self.pluginpath.as_str()
        );
        for (j, function) in functions[..=i].iter().enumerate() {
            crate::eprint!("\t {:#x} {}\n", function.entry_off, name(j));
        }
    }
    fn function_name(&self, function: &FuncTab) -> &'static str {
        // SAFETY: the record begins with the entry and the name's place in the table of names, where it ends with a NUL;
        // in a damaged module the read may fault.
        let name = unsafe {
            let record = self.pclntable.as_ptr().add(function.func_off as usize);
            let at = record.add(4).cast::<i32>().read_unaligned();
            CStr::from_ptr(self.funcnametab.as_ptr().add(at as usize).cast())
        };
        name.to_str().unwrap_or("?")
    }
    /// Code address of a text offset.
    pub fn text_addr(&self, off: u32) -> usize {
        let off = off as usize;
        let sections = self.textsectmap.as_slice();
        if sections.len() <= 1 {
            return self.text + off;
        }
        let last = sections.len() - 1;
        let hit = sections
            .iter()
            .enumerate()
            .find(|(i, s)| off >= s.vaddr && (off < s.end || (*i == last && off == s.end)));
        hit.map_or(self.text + off, |(_, s)| s.base_addr + off - s.vaddr)
    }
    /// Whether `addr` lies in the type data that offsets are relative to.
    pub fn in_types(&self, addr: usize) -> bool {
        addr >= self.types && addr < self.etypes
    }
    /// Whether `pc` lies in Go text.
    pub fn in_text(&self, pc: usize) -> bool {
        pc >= self.minpc && pc < self.maxpc
    }
}

/// Written once by `types::init` while the process has one thread.
static MODULE: Racy<*const ModuleData> = Racy::new(null());

/// Remembers the module; called by `types::init` only.
pub(super) fn set_module(module: *const ModuleData) {
    MODULE.set(module);
}

/// The binary's module data. Must not be called before `types::init`.
pub fn module() -> &'static ModuleData {
    // SAFETY: `types::init` stored the address of `runtime.firstmoduledata`, which is immortal and never written.
    unsafe { &*MODULE.get() }
}

/// As [`module`], for code that may run before boot got that far (fatal errors).
pub fn try_module() -> Option<&'static ModuleData> {
    // SAFETY: null or as in `module`.
    unsafe { MODULE.get().as_ref() }
}

/// The GODEBUG settings that the linker wrote for the program's go.mod and //go:debug lines.
pub fn godebug_default() -> &'static [u8] {
    let text = crate::boot::go_fn(GoFn::GodebugDefault) as *const GoString;
    // SAFETY: the table holds the address of a string variable that only the linker writes.
    let text = unsafe { *text };
    if text.len == 0 {
        return &[];
    }
    // SAFETY: a Go string's bytes, part of the binary.
    unsafe { core::slice::from_raw_parts(text.ptr, text.len) }
}
