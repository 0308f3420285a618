//! The goroutine as the kernel sees it.

use super::M;
use crate::chan::Sudog;
use crate::time::Timer;
use core::cell::Cell;
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use goxide_abi::layout;
use goxide_lockfree::parking::Parking;

/// What a G is doing. The numbers are those that Go's debuggers know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum GState {
    /// Just allocated.
    Idle = 0,
    /// In a run queue.
    Runnable = 1,
    /// Owned by an M that holds a P.
    Running = 2,
    /// Owned by an M that is in a system call.
    Syscall = 3,
    /// Parked: some queue knows it, or nobody does and it waits for ever.
    Waiting = 4,
    /// Finished; kept for the next `go` statement.
    Dead = 6,
}

/// Runs on the kernel stack of the M that is about to continue the G; may park it again.
pub type Continuation = fn(GRef);

/// A goroutine. Lives in type-stable kernel memory: a `GRef` never dangles, it may only name a later goroutine. Programs have
/// a million of them: fields below a word come first, without gaps.
#[repr(C)]
pub struct G {
    shared: layout::G,
    /// Preemption was asked for; `stackguard0` is poisoned too.
    pub preempt: AtomicBool,
    /// Stopped by signal between two instructions: its innermost Go frame is scanned conservatively.
    pub async_stopped: Cell<bool>,
    /// The collector found the stack too large; see `stack::before_resume`.
    pub shrink: Cell<bool>,
    /// Waits in an assist of the collector, which ends when it runs again.
    pub waits_in_assist: Cell<bool>,
    /// The collection in which the goroutine was scanned last. Under `scan_lock` while marking runs.
    pub scanned_in: Cell<u32>,
    /// Held while the stack is scanned beside the program, and while the goroutine becomes running meanwhile.
    pub scan_lock: AtomicU32,
    /// Select: the first waker sets it from 0 to 1 and owns the wake.
    pub select_done: AtomicU32,
    /// Nesting of LockOSThread.
    pub lock_depth: Cell<u32>,
    /// How often the G became runnable; now and then, when that was, until it runs, 0: not noted; and for how many waits
    /// this one counts. See `latency`.
    pub readied: Cell<u32>,
    /// See `readied`.
    pub ready_weight: Cell<u32>,
    /// See `sched::linked`.
    pub linked_park: Parking,
    /// What to do in the kernel before the G continues in Go.
    pub cont: Cell<Option<Continuation>>,
    /// Next G of the one list or queue that this G is in.
    pub link: Cell<Option<GRef>>,
    /// Sudogs of the channel operation or semaphore the G waits for, linked by `waitlink`.
    pub waiting: Cell<*mut Sudog>,
    /// Free sudogs of this G, linked by `waitlink`: most operations need one, and then no lock.
    pub sudogs: Cell<*mut Sudog>,
    /// The timer of `time.Sleep`, made on first use.
    pub sleep_timer: Cell<*mut Timer>,
    /// The M that this G is locked to (LockOSThread).
    pub locked_m: Cell<*mut M>,
    /// When the G began its wait, if a profile wants to know; else 0.
    pub blocked_since: Cell<i64>,
    /// See `readied`.
    pub ready_since: Cell<i64>,
    /// Word for the part of the kernel that parked the G.
    pub wait_data: Cell<[usize; 4]>,
    /// Trace: number of the last event that set the G going. Whoever owns the G.
    /// With the generation that it belongs to.
    pub trace_seq: Cell<(u64, u64)>,
    /// Trace: see `trace::status`.
    pub trace_status: goxide_lockfree::introduction::Introduction,
    /// GODEBUG=tracebackancestors; the G's own.
    pub ancestors: Cell<*mut crate::panic::Ancestors>,
    /// The G that a debugger has stopped and that waits until this one has made its call; see `debug_call`.
    pub debug_caller: Cell<Option<GRef>>,
    /// The iter.Pull coroutine that this G belongs to, 0 for none.
    pub coro: Cell<usize>,
}

const _: () = assert!(size_of::<G>() <= G_BYTES);
/// What a goroutine may take besides its stack.
const G_BYTES: usize = 488;

impl Deref for G {
    type Target = layout::G;
    fn deref(&self) -> &layout::G {
        &self.shared
    }
}

/// A pointer to a G. `Option<GRef>` is one word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct GRef(NonNull<G>);

impl GRef {
    /// A reference from a pointer that is null or points to a G.
    pub fn from_ptr(g: *mut G) -> Option<Self> {
        NonNull::new(g).map(Self)
    }
    /// The address.
    pub fn as_ptr(self) -> *mut G {
        self.0.as_ptr()
    }
}

impl Deref for GRef {
    type Target = G;
    fn deref(&self) -> &G {
        // SAFETY: Gs live in type-stable memory that is never unmapped; shared fields are cells or atomics.
        unsafe { self.0.as_ref() }
    }
}

impl G {
    /// The state now. Acquire pairs with the Release in [`G::set_state`].
    pub fn state(&self) -> GState {
        match self.state.load(Acquire) {
            0 => GState::Idle,
            1 => GState::Runnable,
            2 => GState::Running,
            3 => GState::Syscall,
            4 => GState::Waiting,
            _ => GState::Dead,
        }
    }
    /// Moves to `new`. Only the owner of the G calls this: its M, or the waker that took it out of a queue.
    pub fn set_state(&self, new: GState) {
        self.state.store(new as u32, Release);
    }
    /// Size of the stack in bytes.
    pub fn stack_bytes(&self) -> usize {
        self.stack_hi.get() - self.stack_lo.get()
    }
    /// Whether `addr` lies in this goroutine's stack.
    pub fn stack_contains(&self, addr: usize) -> bool {
        addr >= self.stack_lo.get() && addr < self.stack_hi.get()
    }
    /// Result word `i` of the current kernel call, for wakers.
    pub fn set_ret(&self, i: usize, value: usize) {
        let mut ret = self.ret.get();
        ret[i] = value;
        self.ret.set(ret);
    }
}

/// A first-in first-out list of Gs, linked by `G::link`.
#[derive(Clone, Copy)]
pub struct GList {
    head: Option<GRef>,
    tail: Option<GRef>,
    len: u32,
}

impl GList {
    /// Without members.
    pub const EMPTY: Self = Self {
        head: None,
        tail: None,
        len: 0,
    };

    /// Appends.
    pub fn push(&mut self, g: GRef) {
        g.link.set(None);
        match self.tail {
            Some(t) => t.link.set(Some(g)),
            None => self.head = Some(g),
        }
        self.tail = Some(g);
        self.len += 1;
    }
    /// Puts in front.
    pub fn push_front(&mut self, g: GRef) {
        g.link.set(self.head);
        if self.tail.is_none() {
            self.tail = Some(g);
        }
        self.head = Some(g);
        self.len += 1;
    }
    /// Takes the oldest.
    pub fn pop(&mut self) -> Option<GRef> {
        let g = self.head?;
        self.head = g.link.take();
        if self.head.is_none() {
            self.tail = None;
        }
        self.len -= 1;
        Some(g)
    }
    /// Moves all of `other` to the end.
    pub fn append(&mut self, other: &mut GList) {
        while let Some(g) = other.pop() {
            self.push(g);
        }
    }
    /// Number of members.
    pub fn len(&self) -> u32 {
        self.len
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.head.is_none()
    }
}
