//! Which words of a frame hold pointers.

use super::frames::Frame;
use super::pclntab::{Func, FuncData, PcData};

/// A run of words on the stack with one bit each: set means "holds a pointer".
#[derive(Clone, Copy)]
pub struct Bitmap {
    base: usize,
    words: usize,
    bits: *const u8,
}

impl Bitmap {
    const NONE: Self = Self {
        base: 0,
        words: 0,
        bits: core::ptr::null(),
    };

    /// Calls `f` with the address of every pointer word.
    #[inline]
    pub fn for_each(&self, mut f: impl FnMut(usize)) {
        for byte in 0..self.words.div_ceil(8) {
            // SAFETY: the bitmap has `words` bits in whole bytes.
            let mut bits = unsafe { *self.bits.add(byte) };
            while bits != 0 {
                f(self.base + (byte * 8 + bits.trailing_zeros() as usize) * 8);
                bits &= bits - 1;
            }
        }
    }

    fn from_mask(base: usize, bytes: usize, bits: *const u8) -> Self {
        Self {
            base,
            words: bytes / 8,
            bits,
        }
    }
}

/// A variable whose address is taken: not in the locals map, live as long as something points to it.
#[derive(Clone, Copy)]
pub struct StackObject {
    /// First byte.
    pub addr: usize,
    /// Size in bytes.
    pub bytes: u32,
    /// Prefix that holds pointers.
    pub ptr_bytes: u32,
    /// Pointer mask of that prefix.
    pub mask: *const u8,
}

impl StackObject {
    /// Its pointer words.
    pub fn pointers(&self) -> Bitmap {
        Bitmap::from_mask(self.addr, self.ptr_bytes as usize, self.mask)
    }
}

#[repr(C)]
struct ObjectRec {
    off: i32,
    bytes: i32,
    ptr_bytes: i32,
    mask_off: u32,
}

/// The pointer words of one frame at its PC.
pub struct FrameMaps {
    /// Stack arguments (and results, once set), spill space included.
    pub args: Bitmap,
    /// Locals that are live.
    pub locals: Bitmap,
}

impl FrameMaps {
    /// The maps of `frame`; both empty for a frame that does not continue. `Err` names a function without a map.
    #[inline]
    pub fn of(frame: &Frame) -> Result<Self, Func> {
        let Some(pc) = frame.live_pc() else {
            return Ok(Self {
                args: Bitmap::NONE,
                locals: Bitmap::NONE,
            });
        };
        let func = frame.func;
        let table = if pc == frame.lookup {
            frame.stack_map
        } else {
            func.pcdata(PcData::StackMapIndex, pc)
        };
        let index = if pc == func.entry() {
            0
        } else {
            table.max(0) as usize
        };
        let locals = if frame.varp > frame.sp {
            locals(frame, index)?
        } else {
            Bitmap::NONE
        };
        Ok(Self {
            args: args(frame, index)?,
            locals,
        })
    }
}

/// Reads the header of a pointer-map block and selects map `index`: number of words, and its bits.
fn select(block: usize, index: usize) -> Option<(usize, *const u8)> {
    // SAFETY: a pointer-map block begins with two 32-bit counts.
    let (maps, words) = unsafe { (*(block as *const i32), *(block as *const i32).add(1)) };
    let words = words as usize;
    ((index as i64) < i64::from(maps))
        .then(|| (words, (block + 8 + index * words.div_ceil(8)) as *const u8))
}

fn locals(frame: &Frame, index: usize) -> Result<Bitmap, Func> {
    let Some(block) = frame.func.funcdata(FuncData::LocalsPointerMaps) else {
        // Assembly: locals without pointers, by rule.
        return if frame.func.is_asm() {
            Ok(Bitmap::NONE)
        } else {
            Err(frame.func)
        };
    };
    let (words, bits) = select(block, index).ok_or(frame.func)?;
    Ok(Bitmap {
        base: frame.varp - words * 8,
        words,
        bits,
    })
}

fn args(frame: &Frame, index: usize) -> Result<Bitmap, Func> {
    let func = frame.func;
    if func.args_unknown() {
        return Ok(reflect_args(frame));
    }
    if func.args_bytes() == 0 {
        return Ok(Bitmap::NONE);
    }
    let Some(block) = func.funcdata(FuncData::ArgsPointerMaps) else {
        return Err(func);
    };
    let (words, bits) = select(block, index).ok_or(func)?;
    Ok(Bitmap {
        base: frame.argp(),
        words,
        bits,
    })
}

/// What reflect's call stubs keep at the bottom of their frame: the description of the call they stand for.
#[repr(C)]
struct ReflectContext {
    func: usize,
    map: *const ReflectBits,
    arg_bytes: usize,
}

#[repr(C)]
struct ReflectBits {
    words: u32,
    bits: *const u8,
}

fn is_reflect_stub(func: Func) -> bool {
    matches!(
        func.name(),
        "reflect.makeFuncStub" | "reflect.methodValueCall"
    )
}

fn reflect_args(frame: &Frame) -> Bitmap {
    const RESULTS_VALID: usize = 32;
    if frame.sp + RESULTS_VALID >= frame.fp - 8 || !is_reflect_stub(frame.func) {
        return Bitmap::NONE;
    }
    // SAFETY: both stubs store their context at 0(SP) and the flag "results are set" at 32(SP) before any call; the
    // frame is larger than that, so it has been built.
    unsafe {
        let context = *(frame.sp as *const *const ReflectContext);
        let valid = *((frame.sp + RESULTS_VALID) as *const u8) != 0;
        let (map, arg_words) = ((*context).map, (*context).arg_bytes / 8);
        let words = (*map).words as usize;
        let words = if valid { words } else { words.min(arg_words) };
        Bitmap {
            base: frame.argp(),
            words,
            bits: (*map).bits,
        }
    }
}

/// `internal/abi.RegArgs`: 24 integer and float words, then 9 pointer words; the stubs of reflect keep one in their
/// frames, just below `varp`.
const REG_ARGS_BYTES: usize = 272;
const REG_ARGS_PTR_BYTES: u32 = 33 * 8;
static REG_ARGS_MASK: [u8; 5] = [0, 0, 0, 0xff, 1];

impl Frame {
    /// Calls `f` for every stack object of the frame that can hold pointers, in address order.
    #[inline]
    pub fn for_each_object(&self, mut f: impl FnMut(StackObject)) {
        if self.func.args_unknown() {
            self.reflect_object(f);
        } else if let Some(block) = self.func.funcdata(FuncData::StackObjects) {
            if self.varp <= self.sp {
                return;
            }
            // SAFETY: the block is a count and that many records.
            let records = unsafe {
                core::slice::from_raw_parts(
                    (block + 8) as *const ObjectRec,
                    *(block as *const usize),
                )
            };
            for rec in records.iter().filter(|rec| rec.ptr_bytes > 0) {
                let base = if rec.off >= 0 { self.argp() } else { self.varp };
                f(StackObject {
                    addr: base.wrapping_add_signed(rec.off as isize),
                    bytes: rec.bytes as u32,
                    ptr_bytes: rec.ptr_bytes as u32,
                    mask: (self.func.tables().rodata + rec.mask_off as usize) as *const u8,
                });
            }
        }
    }

    fn reflect_object(&self, mut f: impl FnMut(StackObject)) {
        if self.varp < self.sp + REG_ARGS_BYTES || !is_reflect_stub(self.func) {
            return;
        }
        f(StackObject {
            addr: self.varp - REG_ARGS_BYTES,
            bytes: REG_ARGS_BYTES as u32,
            ptr_bytes: REG_ARGS_PTR_BYTES,
            mask: REG_ARGS_MASK.as_ptr(),
        });
    }
}
