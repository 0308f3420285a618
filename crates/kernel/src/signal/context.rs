//! The interrupted registers (`ucontext_t`, x86-64).

/// General registers in the order of `gregs`.
#[repr(usize)]
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum Reg {
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15,
    Rdi,
    Rsi,
    Rbp,
    Rbx,
    Rdx,
    Rax,
    Rcx,
    Rsp,
    Rip,
    Eflags,
}

/// The prefix of `ucontext_t` that handlers use.
#[repr(C)]
pub struct Context {
    flags: u64,
    link: usize,
    stack: [usize; 3],
    gregs: [usize; 23],
}

impl Context {
    /// A register.
    pub fn get(&self, r: Reg) -> usize {
        self.gregs[r as usize]
    }
    /// Changes what the register holds when the handler returns.
    pub fn set(&mut self, r: Reg, value: usize) {
        self.gregs[r as usize] = value;
    }
    /// Makes the interrupted code continue in `target` as if it had called it.
    ///
    /// # Safety
    /// The interrupted stack has room for a word.
    pub unsafe fn inject_call(&mut self, target: usize) {
        let sp = self.get(Reg::Rsp) - 8;
        // SAFETY: the caller's promise.
        unsafe { *(sp as *mut usize) = self.get(Reg::Rip) };
        self.set(Reg::Rsp, sp);
        self.set(Reg::Rip, target);
    }
}

/// The prefix of `siginfo_t`.
#[repr(C)]
pub struct Info {
    /// Signal number.
    pub signo: i32,
    /// Error number.
    pub errno: i32,
    /// Cause.
    pub code: i32,
    pad: i32,
    /// Faulting address, for faults.
    pub addr: usize,
}
