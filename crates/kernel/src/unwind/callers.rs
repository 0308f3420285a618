//! Stacks as lists of PCs, the form of `runtime.Callers` and of profiles.
//!
//! An entry stands for one call of the source and looks like a return address: one more than a PC inside the call
//! instruction. That holds for inlined calls too, whose PC is that of an instruction at their place.

use super::frames::Frames;
use super::inline::LogicalFrames;
use super::pclntab::{Func, FuncId, find_func};
use crate::sched::G;

/// Fills `pcs` with the calls in progress on the stack of `g`, which is in the kernel, without the innermost `skip`.
pub fn callers(g: &G, skip: usize, pcs: &mut [usize]) -> usize {
    fill(Frames::of(g), skip, pcs)
}

/// Fills `pcs` with the calls of `frames`, without the innermost `skip`. Returns how many were written.
pub fn fill(frames: Frames, skip: usize, pcs: &mut [usize]) -> usize {
    let mut callee = FuncId::NORMAL;
    let calls = frames
        .flat_map(|frame| LogicalFrames::new(frame.func, frame.lookup))
        .filter(|call| {
            let hidden = call.id == FuncId::WRAPPER && hides_wrapper(callee);
            callee = call.id;
            !hidden
        })
        .skip(skip);
    let mut n = 0;
    for (slot, call) in pcs.iter_mut().zip(calls) {
        *slot = call.pc + 1;
        n += 1;
    }
    n
}

/// Whether a compiler-made wrapper is left out: not when it called a panic function instead of what it wraps.
pub fn hides_wrapper(callee: FuncId) -> bool {
    !matches!(
        callee,
        FuncId::GOPANIC | FuncId::SIGPANIC | FuncId::PANICWRAP
    )
}

/// The calls in progress at the return address `pc`: 1 unless functions are inlined there; 0 for a foreign PC.
pub fn inline_pcs(pc: usize, pcs: &mut [usize]) -> usize {
    let Some(func) = find_func(pc.wrapping_sub(1)) else {
        return 0;
    };
    let mut callee = FuncId::NORMAL;
    let mut n = 0;
    for call in LogicalFrames::new(func, pc - 1) {
        let hidden = call.id == FuncId::WRAPPER && hides_wrapper(callee);
        callee = call.id;
        if !hidden && n < pcs.len() {
            pcs[n] = call.pc + 1;
            n += 1;
        }
    }
    n
}

/// The function that the call instruction in front of the return address `pc` calls, if that is a direct call.
pub fn callee(pc: usize) -> Option<Func> {
    const CALL: u8 = 0xe8;
    find_func(pc - 1)?;
    // SAFETY: a PC with a function is in the text of the binary, which does not begin with the last bytes of a call.
    let (code, offset) = unsafe {
        (
            *((pc - 5) as *const u8),
            ((pc - 4) as *const i32).read_unaligned(),
        )
    };
    let target = pc.wrapping_add_signed(offset as isize);
    find_func(target).filter(|f| code == CALL && f.entry() == target)
}
