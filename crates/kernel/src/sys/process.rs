//! The process and its threads as Linux numbers them.

use super::nr;
use crate::arch::syscall;

/// Ends the process.
pub fn exit_group(code: i32) -> ! {
    loop {
        syscall(nr::EXIT_GROUP, [code as usize, 0, 0, 0, 0, 0]);
    }
}

/// Ends this thread.
pub fn exit_thread() -> ! {
    loop {
        syscall(nr::EXIT, [0; 6]);
    }
}

/// Process id.
pub fn getpid() -> i32 {
    syscall(nr::GETPID, [0; 6]) as i32
}

/// Thread id.
pub fn gettid() -> i32 {
    syscall(nr::GETTID, [0; 6]) as i32
}

/// Sends a signal to a process.
pub fn kill(pid: i32, signal: i32) {
    syscall(nr::KILL, [pid as usize, signal as usize, 0, 0, 0, 0]);
}

/// Sends a signal to a thread of this process.
pub fn tgkill(pid: i32, tid: i32, signal: i32) -> bool {
    syscall(
        nr::TGKILL,
        [pid as usize, tid as usize, signal as usize, 0, 0, 0],
    ) == 0
}

/// Number of processors this thread may run on.
pub fn sched_affinity_count() -> u32 {
    let mut mask = [0u64; 128];
    let bytes = syscall(
        nr::SCHED_GETAFFINITY,
        [0, size_of_val(&mask), mask.as_mut_ptr() as usize, 0, 0, 0],
    );
    if bytes <= 0 {
        return 1;
    }
    mask.iter().map(|w| w.count_ones()).sum::<u32>().max(1)
}
