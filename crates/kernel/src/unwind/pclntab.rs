//! The linker's tables about functions: find one by PC, read what is said about it.

use super::cache::table_value;
use super::modules;
use crate::prim::KernelCell;
use crate::types::{self, ModuleData};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering::*};
use goxide_algo::pcvalue::{PcValues, pc_value};

/// The module's function tables in the form the reader wants: slices where lengths are known, addresses elsewhere.
#[derive(Clone, Copy)]
pub struct Tables {
    /// Address that function entry offsets are relative to.
    pub text: usize,
    /// First and one past the last PC of Go code.
    pub minpc: usize,
    /// See `minpc`.
    pub maxpc: usize,
    /// NUL-terminated function names.
    pub funcnametab: &'static [u8],
    /// Offsets into `filetab`, by compilation unit.
    pub cutab: &'static [u32],
    /// NUL-terminated file names.
    pub filetab: &'static [u8],
    /// Delta tables.
    pub pctab: &'static [u8],
    /// Begins with the function table; holds the `_func` records.
    pub pclntable: &'static [u8],
    /// Number of functions.
    pub nfunc: usize,
    /// Buckets that lead from a PC to the function table.
    pub findfunctab: *const FindBucket,
    /// Base of function data offsets.
    pub gofunc: usize,
    /// Base of pointer-mask offsets.
    pub rodata: usize,
}

/// 4096 bytes of text in the find table: an index into the function table, and 16 small steps from there.
#[repr(C)]
pub struct FindBucket {
    index: u32,
    step: [u8; 16],
}

const BUCKET_BYTES: usize = 4096;
const STEP_BYTES: usize = 256;
/// "Unknown" as the value of `_func.args`.
const ARGS_UNKNOWN: i32 = i32::MIN;
const ABSENT: u32 = u32::MAX;

/// `runtime._func` as the linker writes it, followed by pcdata and funcdata offsets.
#[repr(C)]
pub struct FuncRec {
    entry_off: u32,
    name_off: i32,
    args: i32,
    deferreturn: u32,
    pcsp: u32,
    pcfile: u32,
    pcln: u32,
    npcdata: u32,
    cu_offset: u32,
    start_line: i32,
    func_id: u8,
    flag: u8,
    _pad: u8,
    nfuncdata: u8,
}

const _: () = assert!(size_of::<FuncRec>() == 44);

/// Functions that the runtime treats specially; the linker finds them by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FuncId(pub u8);

#[allow(missing_docs)]
impl FuncId {
    pub const NORMAL: Self = Self(0);
    pub const ASYNC_PREEMPT: Self = Self(3);
    pub const DEBUG_CALL: Self = Self(6);
    pub const COROSTART: Self = Self(5);
    pub const GOEXIT: Self = Self(8);
    pub const GOPANIC: Self = Self(10);
    pub const HANDLE_ASYNC_EVENT: Self = Self(11);
    pub const PANICWRAP: Self = Self(15);
    pub const RUNTIME_MAIN: Self = Self(17);
    pub const RUN_FINALIZERS: Self = Self(18);
    pub const RUN_CLEANUPS: Self = Self(19);
    pub const SIGPANIC: Self = Self(20);
    pub const WRAPPER: Self = Self(23);

    /// Whether the frame of such a function holds the registers of its caller, which was stopped anywhere.
    pub fn holds_registers(self) -> bool {
        matches!(self, Self::ASYNC_PREEMPT | Self::DEBUG_CALL)
    }
}

/// Numbers of the PC-indexed tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PcData {
    UnsafePoint = 0,
    StackMapIndex = 1,
    InlTreeIndex = 2,
    ArgLiveIndex = 3,
}

/// Numbers of the per-function data blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FuncData {
    ArgsPointerMaps = 0,
    LocalsPointerMaps = 1,
    StackObjects = 2,
    InlTree = 3,
    OpenCodedDeferInfo = 4,
    ArgInfo = 5,
    ArgLiveInfo = 6,
}

/// A call that was inlined: a node of the inline tree.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct InlinedCall {
    func_id: u8,
    _pad: [u8; 3],
    name_off: i32,
    parent_pc: i32,
    start_line: i32,
}

impl InlinedCall {
    /// Identity of the inlined function.
    pub fn func_id(&self) -> FuncId {
        FuncId(self.func_id)
    }
    /// Line of its `func` keyword.
    pub fn start_line(&self) -> i32 {
        self.start_line
    }
    /// Offset, from the entry of the physical function, of an instruction of the call site in the parent.
    pub fn parent_pc(&self) -> usize {
        self.parent_pc as usize
    }
    /// Full name.
    pub fn name(&self) -> &'static str {
        name_at(self.name_off)
    }
    pub(super) fn name_off(&self) -> i32 {
        self.name_off
    }
}

static TABLES: KernelCell<MaybeUninit<Tables>> = KernelCell::new(MaybeUninit::uninit());
static READY: AtomicBool = AtomicBool::new(false);

/// The tables of this binary. The first call, made while the process has one thread, fills them in.
#[inline]
pub fn tables() -> &'static Tables {
    if !READY.load(Acquire) {
        install(Tables::of(types::module()));
    }
    // SAFETY: READY says that `install` has written the cell; it is never written again with other contents.
    unsafe { (*TABLES.get()).assume_init_ref() }
}

/// Makes `t` the tables of this process.
pub(super) fn install(t: Tables) {
    // SAFETY: called before other threads exist (or by several of them with the same value).
    unsafe { (*TABLES.get()).write(t) };
    READY.store(true, Release);
}

/// The function that contains `pc`.
#[inline]
pub fn find_func(pc: usize) -> Option<Func> {
    let t = tables();
    if t.covers(pc) {
        return Some(t.find(pc));
    }
    modules::find(pc).map(|t| t.find(pc))
}

impl Tables {
    /// Those of `module`.
    pub(super) fn of(module: &'static ModuleData) -> Self {
        Self {
            text: module.text,
            minpc: module.minpc,
            maxpc: module.maxpc,
            funcnametab: module.funcnametab.as_slice(),
            // The linker counts this table in bytes.
            cutab: {
                let bytes = module.cutab.raw_len();
                // SAFETY: the linker wrote the address and byte length of a table that is part of the binary.
                unsafe { core::slice::from_raw_parts(module.cutab.as_ptr(), bytes / 4) }
            },
            filetab: module.filetab.as_slice(),
            pctab: module.pctab.as_slice(),
            pclntable: module.pclntable.as_slice(),
            nfunc: module.ftab.raw_len() - 1,
            findfunctab: module.findfunctab.cast(),
            gofunc: module.gofunc,
            rodata: module.rodata,
        }
    }
    /// Whether `pc` lies in the code described here.
    #[inline]
    pub(super) fn covers(&self, pc: usize) -> bool {
        pc >= self.minpc && pc < self.maxpc
    }
    /// Whether the function record at `addr` is one of these.
    #[inline]
    pub(super) fn holds(&self, addr: usize) -> bool {
        addr.wrapping_sub(self.pclntable.as_ptr() as usize) < self.pclntable.len()
    }
    #[inline]
    fn find(&self, pc: usize) -> Func {
        let off = pc - self.minpc;
        // SAFETY: the linker wrote one bucket per 4096 bytes between minpc and maxpc.
        let bucket = unsafe { &*self.findfunctab.add(off / BUCKET_BYTES) };
        let step = bucket.step[off % BUCKET_BYTES / STEP_BYTES];
        let mut i = bucket.index as usize + usize::from(step);
        let text_off = (pc - self.text) as u32;
        while i + 1 < self.nfunc && self.entry_off(i + 1) <= text_off {
            i += 1;
        }
        self.func_at(i)
    }
    fn word(&self, at: usize) -> u32 {
        let bytes = self.pclntable.get(at..at + 4).unwrap_or(&[0; 4]);
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
    #[inline]
    fn entry_off(&self, i: usize) -> u32 {
        self.word(i * 8)
    }
    #[inline]
    fn func_at(&self, i: usize) -> Func {
        self.func_at_offset(self.word(i * 8 + 4))
    }
    /// The function whose record lies at `off` in the table.
    #[inline]
    pub(super) fn func_at_offset(&self, off: u32) -> Func {
        // SAFETY: function table offsets point to complete, 4-aligned records inside the table.
        Func(unsafe { &*self.pclntable.as_ptr().add(off as usize).cast::<FuncRec>() })
    }
}

fn c_string(table: &'static [u8], off: usize) -> &'static str {
    let bytes = table.get(off..).unwrap_or(&[]);
    // SAFETY: Go identifiers and paths in the tables are printed and compared bytewise; `str` is only their carrier,
    // and nothing in the kernel slices them inside a character.
    unsafe { core::str::from_utf8_unchecked(&bytes[..until_nul(bytes)]) }
}

/// Bytes before the first NUL, eight at a time: names and paths are long.
fn until_nul(bytes: &[u8]) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let mut at = 0;
    for word in bytes.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*word);
        // The lowest byte that is zero borrows first.
        let zeros = word.wrapping_sub(LOW) & !word & LOW << 7;
        if zeros != 0 {
            return at + zeros.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|&&b| b != 0).count()
}

pub(super) fn name_at(off: i32) -> &'static str {
    c_string(tables().funcnametab, off as usize)
}

/// A function as the linker describes it.
#[derive(Clone, Copy)]
pub struct Func(&'static FuncRec);

impl PartialEq for Func {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Func {
    /// Address of the record: the `*runtime.Func` of Go.
    pub fn addr(self) -> usize {
        self.0 as *const FuncRec as usize
    }
    /// The function behind a `*runtime.Func` that was made by [`Func::addr`].
    pub fn from_addr(addr: usize) -> Option<Self> {
        let t = Some(tables()).filter(|t| t.holds(addr));
        let t = t.or_else(|| modules::holding(addr))?;
        Some(t.func_at_offset((addr - t.pclntable.as_ptr() as usize) as u32))
    }
    /// The tables that the record belongs to.
    #[inline]
    pub(super) fn tables(self) -> &'static Tables {
        let t = tables();
        if t.holds(self.addr()) {
            return t;
        }
        // Records come from one table or the other.
        modules::holding(self.addr()).unwrap_or(t)
    }
    /// Whether the record is one of the binary's own.
    #[inline]
    pub(super) fn is_own(self) -> bool {
        tables().holds(self.addr())
    }
    /// Offset of the record in the binary's table.
    pub(super) fn offset(self) -> u32 {
        (self.addr() - tables().pclntable.as_ptr() as usize) as u32
    }
    /// Address of the first instruction.
    #[inline]
    pub fn entry(self) -> usize {
        self.tables().text + self.0.entry_off as usize
    }
    pub(super) fn name_off(self) -> i32 {
        self.0.name_off
    }
    /// Full name, with package path.
    pub fn name(self) -> &'static str {
        c_string(self.tables().funcnametab, self.0.name_off as usize)
    }
    /// Special identity.
    #[inline]
    pub fn id(self) -> FuncId {
        FuncId(self.0.func_id)
    }
    /// Unwinding ends here.
    #[inline]
    pub fn is_top_frame(self) -> bool {
        self.0.flag & 1 != 0
    }
    /// Changes SP in a way the tables do not describe.
    #[inline]
    pub fn writes_sp(self) -> bool {
        self.0.flag & 2 != 0
    }
    /// Written in assembly.
    pub fn is_asm(self) -> bool {
        self.0.flag & 4 != 0
    }
    /// Line of the `func` keyword.
    pub fn start_line(self) -> i32 {
        self.0.start_line
    }
    /// Whether the size of the stack arguments is not in the tables (reflect's stubs).
    #[inline]
    pub fn args_unknown(self) -> bool {
        self.0.args == ARGS_UNKNOWN
    }
    /// Bytes of stack arguments and results, spill space included; 0 if unknown.
    #[inline]
    pub fn args_bytes(self) -> usize {
        if self.args_unknown() {
            0
        } else {
            self.0.args as usize
        }
    }
    /// PC at which a recovered frame continues.
    #[inline]
    pub fn deferreturn(self) -> Option<usize> {
        (self.0.deferreturn != 0).then(|| self.entry() + self.0.deferreturn as usize)
    }

    #[inline]
    fn delta(self, table: u32, pc: usize) -> Option<i32> {
        let target = pc.wrapping_sub(self.entry()) as u32;
        if self.is_own() {
            table_value(table, target)
        } else {
            pc_value(self.tables().pctab, table, target).map(|(value, _)| value)
        }
    }
    /// Bytes pushed since the entry, at `pc`.
    pub fn sp_delta(self, pc: usize) -> Option<usize> {
        self.delta(self.0.pcsp, pc).map(|v| v as usize)
    }
    /// The largest frame that the function builds.
    pub fn max_sp_delta(self) -> usize {
        let runs = PcValues::new(self.tables().pctab, self.0.pcsp);
        runs.map(|run| run.value.max(0) as usize).max().unwrap_or(0)
    }
    /// A word of one of the PC-indexed tables at `pc`; -1 where the table says nothing.
    #[inline]
    pub fn pcdata(self, kind: PcData, pc: usize) -> i32 {
        self.delta(self.pcdata_offset(kind), pc).unwrap_or(-1)
    }
    /// As [`Func::pcdata`], with the address at which the run of equal values begins.
    pub fn pcdata_run(self, kind: PcData, pc: usize) -> (i32, usize) {
        let target = pc.wrapping_sub(self.entry()) as u32;
        match pc_value(self.tables().pctab, self.pcdata_offset(kind), target) {
            Some((value, start)) => (value, self.entry() + start as usize),
            None => (-1, self.entry()),
        }
    }

    /// Word `i` behind the record.
    #[inline]
    fn trailer(self, i: usize) -> u32 {
        // SAFETY: callers check `i` against the record's counts.
        unsafe { *(self.0 as *const FuncRec).add(1).cast::<u32>().add(i) }
    }
    #[inline]
    fn pcdata_offset(self, kind: PcData) -> u32 {
        let i = kind as usize;
        if i < self.0.npcdata as usize {
            self.trailer(i)
        } else {
            0
        }
    }
    /// Address of a data block.
    #[inline]
    pub(super) fn funcdata(self, kind: FuncData) -> Option<usize> {
        let i = kind as usize;
        if i >= usize::from(self.0.nfuncdata) {
            return None;
        }
        let off = self.trailer(self.0.npcdata as usize + i);
        (off != ABSENT).then(|| self.tables().gofunc + off as usize)
    }

    /// The linker's word for the file and the line of `pc`.
    pub fn file_line(self, pc: usize) -> (&'static str, i32) {
        let line = self.delta(self.0.pcln, pc).unwrap_or(0);
        let Some(file) = self
            .delta(self.0.pcfile, pc)
            .filter(|_| self.0.cu_offset != ABSENT)
        else {
            return ("?", 0);
        };
        match self
            .tables()
            .cutab
            .get((self.0.cu_offset as i64 + i64::from(file)) as usize)
        {
            Some(&off) if off != ABSENT => (c_string(self.tables().filetab, off as usize), line),
            _ => ("?", 0),
        }
    }

    /// The first instruction of source line `line`.
    pub fn pc_of_line(self, line: i32) -> Option<usize> {
        let mut runs = PcValues::new(self.tables().pctab, self.0.pcln);
        runs.find(|run| run.value == line)
            .map(|run| self.entry() + run.start as usize)
    }

    /// Node of the inline tree that is in progress at `pc`.
    pub fn inlined_at(self, pc: usize) -> Option<InlinedCall> {
        let tree = self.funcdata(FuncData::InlTree)?;
        let index = self.pcdata(PcData::InlTreeIndex, pc);
        // SAFETY: the PC table only names nodes that exist in the function's tree.
        (index >= 0).then(|| unsafe { *(tree as *const InlinedCall).add(index as usize) })
    }

    /// Script that prints the arguments.
    pub fn arg_info(self) -> Option<&'static [u8]> {
        self.funcdata(FuncData::ArgInfo).map(byte_stream)
    }
    /// Which arguments are live where.
    pub fn arg_live_info(self) -> &'static [u8] {
        self.funcdata(FuncData::ArgLiveInfo)
            .map_or(&[], byte_stream)
    }

    /// Where open-coded defers keep their state: bytes below `varp` of the pending bits, and of closure slot 0.
    pub fn open_defers(self) -> Option<(usize, usize)> {
        use goxide_algo::pcvalue::uvarint;
        let bytes = byte_stream(self.funcdata(FuncData::OpenCodedDeferInfo)?);
        let (bits, rest) = uvarint(bytes)?;
        let (slots, _) = uvarint(rest)?;
        Some((bits as usize, slots as usize))
    }
}

/// The bytes at `addr`, a funcdata block that ends by its own contents and lies well inside read-only data.
fn byte_stream(addr: usize) -> &'static [u8] {
    const LONGEST: usize = 4096;
    // SAFETY: `addr` is a funcdata block; the linker puts the (larger) function tables behind funcdata, and readers
    // stop at the block's own end mark.
    unsafe { core::slice::from_raw_parts(addr as *const u8, LONGEST) }
}
