//! Stacks as lists of PCs, the form of `runtime.Callers` and of profiles.
//!
//! An entry stands for one call of the source and looks like a return address: one more than a PC inside the call
//! instruction. That holds for inlined calls too, whose PC is that of an instruction at their place.

use super::frames::Frames;
use super::inline::LogicalFrames;
use super::pclntab::{FuncId, find_func};
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
