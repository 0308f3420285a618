//! System call numbers of x86-64 Linux.
#![allow(missing_docs)]

pub const READ: usize = 0;
pub const WRITE: usize = 1;
pub const OPEN: usize = 2;
pub const CLOSE: usize = 3;
pub const MMAP: usize = 9;
pub const MPROTECT: usize = 10;
pub const MUNMAP: usize = 11;
pub const RT_SIGACTION: usize = 13;
pub const RT_SIGPROCMASK: usize = 14;
pub const PREAD64: usize = 17;
pub const SCHED_YIELD: usize = 24;
pub const MADVISE: usize = 28;
pub const NANOSLEEP: usize = 35;
pub const SETITIMER: usize = 38;
pub const GETPID: usize = 39;
pub const EXIT: usize = 60;
pub const KILL: usize = 62;
pub const FCNTL: usize = 72;
pub const SIGALTSTACK: usize = 131;
pub const PRCTL: usize = 157;
pub const ARCH_PRCTL: usize = 158;
pub const GETTID: usize = 186;
pub const FUTEX: usize = 202;
pub const SCHED_GETAFFINITY: usize = 204;
pub const CLOCK_GETTIME: usize = 228;
pub const EXIT_GROUP: usize = 231;
pub const EPOLL_CTL: usize = 233;
pub const TGKILL: usize = 234;
pub const EPOLL_PWAIT: usize = 281;
pub const EVENTFD2: usize = 290;
pub const EPOLL_CREATE1: usize = 291;
pub const PIPE2: usize = 293;
pub const RSEQ: usize = 334;
pub const EPOLL_PWAIT2: usize = 441;
