//! The operating system thread as the kernel sees it.

use super::{G, P};
use crate::prim::Note;
use core::cell::Cell;
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::*};
use goxide_abi::layout;

/// A thread. Lives in type-stable kernel memory.
#[repr(C)]
pub struct M {
    shared: layout::M,
    /// FS points behind the first word; compiled code reads its goroutine from it.
    pub tls: Cell<[usize; 2]>,
    /// Linux thread id, 0 until the thread has started. Read by whoever sends it a signal.
    pub tid: AtomicU32,
    /// On which processor the thread runs.
    pub whereabouts: crate::sys::Whereabouts,
    /// Idle Ms sleep here.
    pub note: Note,
    /// The P that a waker hands over together with the wake.
    pub next_p: Cell<*mut P>,
    /// Looks for work without having any; counted in `Sched::spinning`.
    pub spinning: Cell<bool>,
    /// The G locked to this M (LockOSThread).
    pub locked_g: Cell<*mut G>,
    /// Blocked in netpoll: a wake must break the poll instead of the note.
    pub in_netpoll: Cell<bool>,
    /// Next in the list of idle Ms.
    pub idle_link: Cell<*mut M>,
    /// Next among the Ms whose threads the template is to start.
    pub next_wanted: Cell<*mut M>,
    /// Next in the list of all Ms; set once.
    pub all_link: AtomicPtr<M>,
    /// Bounds of the signal stack.
    pub sigstack: Cell<(usize, usize)>,
    /// Bounds of the kernel stack.
    pub stack: Cell<(usize, usize)>,
    /// A preemption signal is on its way.
    pub signal_pending: AtomicU32,
    /// What the thread runs first instead of the scheduler (sysmon).
    pub start_fn: Cell<Option<fn() -> !>>,
    /// This M is throwing: how deep.
    pub throwing: Cell<u32>,
    /// Signal mask to restore in a forked child or when the thread ends.
    pub sigmask: Cell<u64>,
    /// P held before a system call, for a cheap return.
    pub old_p: Cell<*mut P>,
    /// What a waker wants done instead of scheduling.
    pub errand: Cell<Option<fn()>>,
    /// Trace: where this M writes its events, or null; see `trace`.
    pub trace_buf: Cell<*mut crate::trace::Buf>,
    /// Trace: this M writes events without holding a P.
    pub trace_visit: goxide_lockfree::gate::Visitor,
    /// Where the goroutine stood that had the thread made: address and number of words of immortal memory, none if nobody
    /// ran. Set once; see `profile::threads`.
    pub made_at: Cell<(usize, usize)>,
    /// The thread has ended.
    pub ended: AtomicBool,
    /// Seed words of the M's random generator.
    pub rng: Cell<u64>,
}

impl Deref for M {
    type Target = layout::M;
    fn deref(&self) -> &layout::M {
        &self.shared
    }
}

/// The first thread's M.
static M0: crate::prim::KernelCell<core::mem::MaybeUninit<M>> =
    crate::prim::KernelCell::new(core::mem::MaybeUninit::zeroed());
/// Head of the list of all Ms (newest first). Written by CAS.
pub(super) static ALL_MS: AtomicPtr<M> = AtomicPtr::new(core::ptr::null_mut());

/// The first thread's M: all-zero is its valid initial state.
pub fn m0() -> *mut M {
    M0.get().cast()
}

/// Adds an M to the list of all Ms.
pub fn register_m(m: &'static M) {
    let mut head = ALL_MS.load(Relaxed);
    loop {
        m.all_link.store(head, Relaxed);
        // Release: a walker that finds `m` sees its fields.
        match ALL_MS.compare_exchange_weak(head, m as *const M as *mut M, Release, Relaxed) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// Calls `f` for every M, newest first.
pub fn for_each_m(mut f: impl FnMut(&'static M)) {
    let mut at = ALL_MS.load(Acquire);
    // SAFETY: Ms are type-stable and never leave the list.
    while let Some(m) = unsafe { at.as_ref() } {
        f(m);
        at = m.all_link.load(Acquire);
    }
}
