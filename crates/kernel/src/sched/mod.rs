//! The scheduler: Gs run on Ms that hold Ps.
//!
//! ```text
//!   go f() ─▶ runnext ─▶ ring of 256 (per P) ─▶ half to the global queue ─▶ steal by halves ─▶ idle Ms sleep
//! ```
//!
//! S1  A G is in exactly one place: running on an M, in one run queue, in one wait queue, or dead.
//! S2  An M runs Go code only while it holds a P. A P is held by one M, or idle, or left in a system call, or stopped.
//! S3  Whoever makes a G runnable looks for an idle P afterwards ([`wake_p`]); whoever goes idle looks at all queues
//!     once more after it has become visible as idle. One of the two sees the other.
//! S4  Kernel frames of a parked G do not exist: `park` never returns. What is left to do is its continuation.
//!
//! Locks: `Rank::World` is the right to stop the world and is only ever tried; `Rank::AllGs`; `Rank::Sched` guards the
//! global queue and the idle lists. Calls up: `time::run_expired`, `netpoll::poll`, `gc` (through idle Ms as helpers).

mod cur;
pub mod debug_call;
mod failure;
mod find;
mod g;
mod gpool;
mod idle;
mod latency;
mod lifecycle;
pub mod linked;
mod lockos;
mod m;
mod p;
mod park;
mod procs;
pub mod procs_watch;
mod queue;
mod raise;
mod reason;
mod schedtrace;
mod syscall;
mod sysmon;
mod template;
mod thread;
mod world;

pub use cur::{current, m, p, try_p};
pub use failure::SpawnFailure;
pub use find::schedule;
pub use g::{Continuation, G, GList, GRef, GState};
pub use gpool::{for_each_g, g_at, g_count, live_count, new_goid};
pub use idle::{help, idle_proc_count, max_helpers, others_running, wake_netpoller, wake_p};
pub use lifecycle::{goexit, goexit_to, spawn, spawn_parked, spawn_tail};
pub use lockos::{hand_over_thread, lock_os_thread, unlock_os_thread};
pub use m::{M, for_each_m, m0, register_m};
pub use p::{P, PStatus};
pub use park::{
    park, park_and_switch, park_then, preempt_here, ready, ready_list, ready_tail, resume_go,
    yield_now, yield_to,
};
pub use procs::{
    MAX_PROCS, cpu_count, for_each_p, init as init_procs, made_proc_count, p_at, proc_count,
    proc_count as p_count, set_proc_count,
};
use queue::put_local;
pub use raise::{call_go, go_panic, go_panic_runtime, go_panic_text};
pub use reason::WaitReason;
pub use syscall::{block_m, enter_syscall, enter_syscall_block, exit_syscall};
pub use sysmon::{start as start_sysmon, wake as wake_sysmon};
pub use thread::{check_thread_limit, init_m0, thread_count};
pub use world::{
    StopReason, StopTimes, call_in, preempt_all, start_world, start_world_timed, step_aside,
    stop_requested, stop_wished_ns, stop_world_or_retry, try_stop_world,
};

/// Nanoseconds on the monotonic clock.
pub fn now() -> i64 {
    crate::sys::nanotime()
}
