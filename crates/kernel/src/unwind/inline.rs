//! One physical frame as the calls of the source: inlined functions first, the function that has the code last.

use super::find_func;
use super::pclntab::{Func, FuncId, name_at};

/// A call as the programmer wrote it.
#[derive(Clone, Copy)]
pub struct Logical {
    /// The function whose code it physically is.
    pub func: Func,
    /// An instruction that belongs to this call (not a return address).
    pub pc: usize,
    /// Its body was inlined into its caller.
    pub inlined: bool,
    name_off: i32,
    /// Identity.
    pub id: FuncId,
    /// Line of the `func` keyword.
    pub start_line: i32,
}

impl Logical {
    /// The innermost call in progress at `pc`, which lies inside an instruction.
    pub fn at(pc: usize) -> Option<Self> {
        LogicalFrames::new(find_func(pc)?, pc).next()
    }

    /// The function itself, called or about to be, at `pc`.
    pub fn physical(func: Func, pc: usize) -> Self {
        Self {
            func,
            pc,
            inlined: false,
            name_off: func.name_off(),
            id: func.id(),
            start_line: func.start_line(),
        }
    }
    /// Full name.
    pub fn name(&self) -> &'static str {
        if self.inlined {
            name_at(self.name_off)
        } else {
            self.func.name()
        }
    }
    /// Where the call is.
    pub fn file_line(&self) -> (&'static str, i32) {
        self.func.file_line(self.pc)
    }
}

/// The calls in progress at one PC, innermost first.
pub struct LogicalFrames {
    func: Func,
    pc: Option<usize>,
}

impl LogicalFrames {
    /// `pc` lies inside the instruction in progress.
    pub fn new(func: Func, pc: usize) -> Self {
        Self { func, pc: Some(pc) }
    }
}

impl Iterator for LogicalFrames {
    type Item = Logical;

    fn next(&mut self) -> Option<Logical> {
        let (func, pc) = (self.func, self.pc?);
        let Some(call) = func.inlined_at(pc) else {
            self.pc = None;
            return Some(Logical::physical(func, pc));
        };
        self.pc = Some(func.entry() + call.parent_pc());
        Some(Logical {
            func,
            pc,
            inlined: true,
            name_off: call.name_off(),
            id: call.func_id(),
            start_line: call.start_line(),
        })
    }
}
