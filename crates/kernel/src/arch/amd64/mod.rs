//! x86-64, System V kernel side, Go ABIInternal goroutine side.

mod cpu;
mod level;
mod mem;
mod switch;
mod syscall;
mod tls;

pub use cpu::{cputicks, pause, prefetch};
pub use level::has_level;
pub use switch::{on_stack, resume};
pub use syscall::{clone_thread, sigreturn, syscall};
pub use tls::{get_g, set_fs_base, set_g};
