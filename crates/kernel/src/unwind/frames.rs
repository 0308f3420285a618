//! Walks a goroutine's stack, innermost frame first.

use super::cache::{PcInfo, pc_info};
use super::pclntab::{Func, FuncId, find_func};
use crate::sched::G;

/// The activation of one Go (or Go assembly) function.
#[derive(Clone, Copy)]
pub struct Frame {
    /// The function.
    pub func: Func,
    /// Where it continues: a return address, or the instruction that a signal interrupted.
    pub pc: usize,
    /// A PC inside the instruction in progress: what the tables are asked about.
    pub lookup: usize,
    /// Stack pointer while the frame waits for its callee.
    pub sp: usize,
    /// Stack pointer before the call of the function: the address above its return address.
    pub fp: usize,
    /// End of the locals.
    pub varp: usize,
    /// Stack map index as the table gives it (-1: the entry's).
    pub stack_map: i32,
    /// Stopped by a signal, not in a call: there is no stack map for this place.
    pub trap: bool,
    /// Who was called from here.
    pub callee: FuncId,
    /// Nothing was called from here.
    pub innermost: bool,
}

impl Frame {
    /// The frame that is stopped inside the instruction at `lookup` with `sp`; who was called from it is not known.
    pub fn at(lookup: usize, sp: usize) -> Option<Self> {
        let info = pc_info(lookup)?;
        Some(Self::build(&info, lookup, lookup, sp))
    }

    #[inline]
    fn build(info: &PcInfo, pc: usize, lookup: usize, sp: usize) -> Self {
        let fp = sp + info.sp_delta as usize + 8;
        let varp = if fp - 8 > sp { fp - 16 } else { fp - 8 };
        let (callee, innermost) = (FuncId::NORMAL, false);
        Self {
            func: info.func,
            pc,
            lookup,
            sp,
            fp,
            varp,
            stack_map: info.stack_map,
            trap: false,
            callee,
            innermost,
        }
    }

    /// Where the caller is stopped: a PC inside its instruction, and its SP.
    pub fn caller(&self) -> Option<(usize, usize)> {
        if self.func.is_top_frame() {
            return None;
        }
        // SAFETY: the slot of the return address of a frame on a stopped stack.
        let pc = unsafe { *(self.return_slot() as *const usize) };
        Some((
            if entered_by_signal(self.func) {
                pc
            } else {
                pc.wrapping_sub(1)
            },
            self.fp,
        ))
    }

    /// Address of the stack arguments.
    #[inline]
    pub fn argp(&self) -> usize {
        self.fp
    }
    /// Address of the return address.
    pub fn return_slot(&self) -> usize {
        self.fp - 8
    }
    /// Address of the saved frame pointer, if the frame has one.
    #[inline]
    pub fn saved_bp(&self) -> Option<usize> {
        (self.varp + 16 == self.fp).then_some(self.varp)
    }
    /// Whether no map says what the words of the frame are: it holds the registers of its caller, or is that caller.
    #[inline]
    pub fn has_no_map(&self) -> bool {
        self.func.id().holds_registers() || self.trap && self.callee.holds_registers()
    }
    /// PC whose stack map tells what is live when the frame continues; `None`: it does not continue.
    ///
    /// A fault has no stack map. A function that faulted continues, if at all, at its `deferreturn` call.
    pub fn live_pc(&self) -> Option<usize> {
        if self.trap && self.callee == FuncId::SIGPANIC {
            return self.func.deferreturn();
        }
        Some(self.lookup)
    }
}

/// Whether `func` was put on the stack by a signal handler: its return address is the interrupted instruction.
fn entered_by_signal(func: Func) -> bool {
    matches!(
        func.id(),
        FuncId::SIGPANIC | FuncId::ASYNC_PREEMPT | FuncId::DEBUG_CALL
    )
}

/// Where unwinding stands.
#[derive(Clone)]
pub struct Frames {
    pc: usize,
    sp: usize,
    lo: usize,
    hi: usize,
    callee: FuncId,
    innermost: bool,
    trap: bool,
    done: bool,
    broken: bool,
}

impl Frames {
    /// From where `g` entered the kernel. `g` must not be running Go code meanwhile.
    pub fn of(g: &G) -> Self {
        Self::from(g, g.sched_pc.get(), g.sched_sp.get())
    }

    /// From a call: `pc` is a return address (or the first instruction of a function), `sp` the SP there.
    pub fn from(g: &G, pc: usize, sp: usize) -> Self {
        Self {
            pc,
            sp,
            lo: g.stack_lo.get(),
            hi: g.stack_hi.get(),
            callee: FuncId::NORMAL,
            innermost: true,
            trap: false,
            done: false,
            broken: false,
        }
    }

    /// From a signal: `pc` is the interrupted instruction.
    pub fn interrupted(g: &G, pc: usize, sp: usize) -> Self {
        Self {
            trap: true,
            ..Self::from(g, pc, sp)
        }
    }

    /// Whether unwinding ended at something that is not a Go frame.
    pub fn broken(&self) -> bool {
        self.broken
    }

    /// PC and SP of the frame that comes next.
    pub fn position(&self) -> (usize, usize) {
        (self.pc, self.sp)
    }

    fn fail(&mut self) -> Option<Frame> {
        self.done = true;
        self.broken = true;
        None
    }
}

impl Iterator for Frames {
    type Item = Frame;

    #[inline]
    fn next(&mut self) -> Option<Frame> {
        if self.done {
            return None;
        }
        let pc = self.pc;
        let at_entry = self.innermost && find_func(pc).is_some_and(|f| f.entry() == pc);
        let lookup = if self.trap || at_entry {
            pc
        } else {
            pc.wrapping_sub(1) // a return address that was overwritten may be 0
        };
        if self.sp < self.lo || self.sp >= self.hi {
            return self.fail();
        }
        let Some(info) = pc_info(lookup) else {
            return self.fail();
        };
        let func = info.func;
        let fp = self.sp + info.sp_delta as usize + 8;
        if fp > self.hi {
            return self.fail();
        }
        let mut frame = Frame::build(&info, pc, lookup, self.sp);
        (frame.trap, frame.callee, frame.innermost) = (self.trap, self.callee, self.innermost);
        if func.is_top_frame() || func.writes_sp() && !self.innermost {
            self.done = true;
        } else {
            // SAFETY: the slot is 8-aligned and was checked to lie inside the goroutine's stack.
            self.pc = unsafe { *(frame.return_slot() as *const usize) };
            self.sp = fp;
            self.trap = entered_by_signal(func);
            self.callee = func.id();
            self.innermost = false;
        }
        Some(frame)
    }
}
