//! Signals: faults become panics, SIGURG preempts, the rest goes to `os/signal` or ends the process as Go does.
//!
//! A handler runs on the M's signal stack, at any instruction of that M: it takes no locks, allocates nothing, and
//! touches only atomics, its own M and the interrupted registers.

pub mod all_threads;
mod context;
mod fault;
mod handler;
mod install;
mod preempt;
pub mod queue;

pub use context::{Context, Info, Reg};
pub use handler::{die_by, handle};
pub use install::{disable, enable, ignore, init, init_thread, reset_for_child, set_default};
pub use preempt::preempt_m;

/// Signal numbers of x86-64 Linux.
pub mod num {
    #![allow(missing_docs)]
    pub const HUP: u32 = 1;
    pub const INT: u32 = 2;
    pub const QUIT: u32 = 3;
    pub const ILL: u32 = 4;
    pub const TRAP: u32 = 5;
    pub const ABRT: u32 = 6;
    pub const BUS: u32 = 7;
    pub const FPE: u32 = 8;
    pub const KILL: u32 = 9;
    pub const SEGV: u32 = 11;
    pub const PIPE: u32 = 13;
    pub const TERM: u32 = 15;
    pub const STKFLT: u32 = 16;
    pub const CHLD: u32 = 17;
    pub const CONT: u32 = 18;
    pub const STOP: u32 = 19;
    pub const TSTP: u32 = 20;
    pub const TTIN: u32 = 21;
    pub const TTOU: u32 = 22;
    pub const URG: u32 = 23;
    pub const PROF: u32 = 27;
    pub const WINCH: u32 = 28;
    pub const SYS: u32 = 31;
    /// Orders a thread to make a system call (`all_threads`); a libc would use it for the same.
    pub const ALL_THREADS: u32 = 33;
}
