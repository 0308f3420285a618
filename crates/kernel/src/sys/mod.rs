//! Linux system calls, typed: one safe function each where the kernel's effects are covered by the types.
//! No other folder makes a system call.

mod clock;
mod errno;
mod file;
mod memory;
pub mod nr;
pub mod playback;
mod process;
mod signal;
mod thread;
mod vdso;

pub use clock::{nanotime, process_cpu_ns, startup as clock_startup, thread_cpu_ns, walltime};
pub use errno::Errno;
pub use file::{
    EpollEvent, close, epoll_create, epoll_ctl, epoll_wait, epoll_wait_ns, eventfd, fcntl, open,
    pipe2, pread, read, write, write_all,
};
pub use memory::{
    DONTNEED, FREE, NOHUGEPAGE, has_address_space, madvise, mmap_at, munmap, name_mapping, protect,
    reserve,
};
pub use process::{exit_group, exit_thread, getpid, gettid, kill, sched_affinity_count, tgkill};
pub use signal::{
    SigAction, SigAltStack, SigSet, rt_sigaction, rt_sigprocmask, setitimer_prof, sigaltstack,
};
pub use thread::{Whereabouts, futex_wait, futex_wake, osyield, usleep};
pub use vdso::lookup as vdso_lookup;
