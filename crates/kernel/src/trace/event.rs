//! Numbers of events and states, as the format defines them.

/// Kinds of events; the arguments are listed in `internal/trace/tracev2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Event {
    Batch = 1,
    Stacks = 2,
    Stack = 3,
    Strings = 4,
    String = 5,
    CpuSamples = 6,
    CpuSample = 7,
    Frequency = 8,
    ProcsChange = 9,
    ProcStart = 10,
    ProcStop = 11,
    ProcSteal = 12,
    ProcStatus = 13,
    GoCreate = 14,
    GoStart = 16,
    GoDestroy = 17,
    GoStop = 19,
    GoBlock = 20,
    GoUnblock = 21,
    GoSyscallBegin = 22,
    GoSyscallEnd = 23,
    GoSyscallEndBlocked = 24,
    GoStatus = 25,
    StwBegin = 26,
    StwEnd = 27,
    GcActive = 28,
    GcBegin = 29,
    GcEnd = 30,
    GcSweepBegin = 32,
    GcSweepEnd = 33,
    GcMarkAssistActive = 34,
    GcMarkAssistBegin = 35,
    GcMarkAssistEnd = 36,
    HeapAlloc = 37,
    HeapGoal = 38,
    UserTaskBegin = 40,
    UserTaskEnd = 41,
    UserRegionBegin = 42,
    UserRegionEnd = 43,
    UserLog = 44,
    GoSwitch = 45,
    GoSwitchDestroy = 46,
    GoCreateBlocked = 47,
    GoStatusStack = 48,
    Sync = 50,
    ClockSnapshot = 51,
    EndOfGeneration = 52,
}

/// States of a goroutine in `GoStatus`.
pub mod go_status {
    /// In a run queue.
    pub const RUNNABLE: u64 = 1;
    /// On an M with a P.
    pub const RUNNING: u64 = 2;
    /// In a system call.
    pub const SYSCALL: u64 = 3;
    /// Parked.
    pub const WAITING: u64 = 4;
}

/// States of a P in `ProcStatus`.
pub mod proc_status {
    /// Held by an M.
    pub const RUNNING: u64 = 1;
    /// Held by nobody.
    pub const IDLE: u64 = 2;
}
