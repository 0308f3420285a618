//! The right to run Go code, and what its holder may use without locks.

use super::{GList, GRef, M};
use crate::mem::{MCache, Taken};
use crate::time::Timers;
use core::cell::{Cell, UnsafeCell};
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use goxide_abi::layout;
use goxide_algo::rng::Rng;
use goxide_lockfree::runq::Ring;

/// Who may touch a P.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum PStatus {
    /// In the idle list.
    Idle = 0,
    /// Held by an M.
    Running = 1,
    /// Left behind by an M in a system call; whoever moves it away from here by CAS owns it.
    Syscall = 2,
    /// Held by whoever stopped the world.
    Stopped = 3,
    /// Beyond GOMAXPROCS.
    Dead = 4,
}

/// A processor. Lives in type-stable kernel memory.
#[repr(C)]
pub struct P {
    shared: layout::P,
    /// Ready Gs.
    pub runq: Ring,
    /// The G to run next, inheriting the time slice; 0 for none. Swapped by thieves too.
    pub runnext: AtomicUsize,
    /// Counts calls of `schedule`.
    pub sched_tick: AtomicU32,
    /// Counts system calls.
    pub syscall_tick: AtomicU32,
    /// The M that holds the P.
    pub m: Cell<*mut M>,
    /// Next in the list of idle Ps.
    pub idle_link: Cell<*mut P>,
    /// When the P became idle, monotonic ns. Under the scheduler's lock.
    pub idle_since: Cell<i64>,
    /// Dead Gs for reuse. Holder only.
    pub free_gs: UnsafeCell<GList>,
    /// Small-object spans. Holder only.
    pub mcache: UnsafeCell<MCache>,
    /// What the holders have allocated.
    pub taken: Taken,
    /// Timers. Has its own lock: thieves run expired timers too.
    pub timers: Timers,
    /// Random numbers. Holder only.
    pub rng: UnsafeCell<Rng>,
    /// What sysmon saw last: tick and time of the running slice, tick and time of the system call.
    pub seen: Cell<(u32, i64, u32, i64)>,
    /// Preemption was asked for.
    pub preempt: AtomicBool,
    /// Bytes allocated since the last assist, and scan work that the P owes; see `gc::assist`. Holder only.
    pub assist_bytes: Cell<usize>,
    /// See `assist_bytes`.
    pub assist_debt: Cell<i64>,
    /// One in so many waits of goroutines that are made ready here is measured (0: the usual number), and when one was last,
    /// monotonic ns. Holder only; see `latency`.
    pub latency: Cell<(u32, i64)>,
    /// Trace: number of the P's last event, and the generation it belongs to. Owner only.
    pub trace_seq: Cell<u64>,
    /// See `trace_seq`.
    pub trace_generation: Cell<u64>,
    /// Trace: a sweep under way.
    pub trace_sweep: Cell<crate::trace::Sweep>,
    /// Trace: the M that left the P behind in a system call.
    pub trace_syscall_m: Cell<i32>,
    /// When the current system call began, by sysmon's reckoning.
    pub syscall_when: AtomicU64,
}

impl Deref for P {
    type Target = layout::P;
    fn deref(&self) -> &layout::P {
        &self.shared
    }
}

impl P {
    /// The status now.
    pub fn get_status(&self) -> PStatus {
        match self.status.load(Acquire) {
            0 => PStatus::Idle,
            1 => PStatus::Running,
            2 => PStatus::Syscall,
            3 => PStatus::Stopped,
            _ => PStatus::Dead,
        }
    }
    /// Sets the status; the caller owns the P.
    pub fn set_status(&self, s: PStatus) {
        self.status.store(s as u32, Release);
    }
    /// Takes the P from one status to another if it is still there.
    pub fn change_status(&self, from: PStatus, to: PStatus) -> bool {
        self.status
            .compare_exchange(from as u32, to as u32, AcqRel, Acquire)
            .is_ok()
    }
    /// A random number.
    pub fn random(&self) -> u64 {
        // SAFETY: only the holder of the P calls this, on its own thread.
        unsafe { (*self.rng.get()).next_u64() }
    }
    /// Whether nothing is ready here.
    pub fn is_empty(&self) -> bool {
        self.runnext.load(Acquire) == 0 && self.runq.is_empty()
    }
    /// Takes `runnext`.
    pub fn take_runnext(&self) -> Option<GRef> {
        GRef::from_ptr(self.runnext.swap(0, AcqRel) as *mut _)
    }
}
