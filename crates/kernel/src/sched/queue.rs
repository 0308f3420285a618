//! The global queue, the idle lists, and the local queues' overflow into the former.

use super::{GList, GRef, M, P};
use crate::prim::{Lock, Rank};
use crate::stats::counters::PROCESSOR_TIME;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::*};
use goxide_lockfree::runq::RUNQ_LEN;

/// What the scheduler's lock guards.
pub struct Sched {
    /// Ready Gs that no P owns.
    pub global: GList,
    /// Ms asleep in `stop_m`, linked by `M::idle_link`.
    pub idle_ms: *mut M,
    /// Number of `idle_ms`.
    pub idle_m_count: i32,
    /// Idle Ps, linked by `P::idle_link`.
    pub idle_ps: *mut P,
    /// Ms asleep because their locked G is not ready.
    pub idle_locked_ms: i32,
}

// SAFETY: the pointers are to type-stable memory and used under the lock.
unsafe impl Send for Sched {}

/// The scheduler's lock.
pub static SCHED: Lock<Sched> = Lock::new(
    Rank::Sched,
    Sched {
        global: GList::EMPTY,
        idle_ms: null_mut(),
        idle_m_count: 0,
        idle_ps: null_mut(),
        idle_locked_ms: 0,
    },
);

/// Length of the global queue, readable without the lock. Written under it.
pub static GLOBAL_LEN: AtomicUsize = AtomicUsize::new(0);
/// Number of idle Ps. Written under the lock; SeqCst partner of the fence in `wake_p`.
pub static IDLE_PS: AtomicU32 = AtomicU32::new(0);
/// Ms that look for work without having any.
pub static SPINNING: AtomicU32 = AtomicU32::new(0);

impl Sched {
    /// Appends to the global queue.
    pub fn push_global(&mut self, g: GRef) {
        self.global.push(g);
        GLOBAL_LEN.store(self.global.len() as usize, Release);
    }
    /// Takes from the global queue.
    pub fn pop_global(&mut self) -> Option<GRef> {
        let g = self.global.pop();
        GLOBAL_LEN.store(self.global.len() as usize, Release);
        g
    }
    /// Adds a P to the idle list; nobody holds it.
    pub fn put_idle_p(&mut self, p: &P) {
        p.set_status(super::PStatus::Idle);
        p.m.set(null_mut());
        p.idle_since.set(crate::sys::nanotime());
        p.idle_link.set(self.idle_ps);
        self.idle_ps = core::ptr::from_ref(p).cast_mut();
        IDLE_PS.fetch_add(1, SeqCst);
    }
    /// Takes an idle P.
    pub fn take_idle_p(&mut self) -> Option<&'static P> {
        // SAFETY: null or a P; Ps are type-stable.
        let p = unsafe { self.idle_ps.as_ref()? };
        self.idle_ps = p.idle_link.replace(null_mut());
        IDLE_PS.fetch_sub(1, SeqCst);
        let idle = crate::sys::nanotime() - p.idle_since.get();
        PROCESSOR_TIME
            .idle_ns
            .fetch_add(idle.max(0) as u64, Relaxed);
        Some(p)
    }
    /// Adds an M that is about to sleep.
    pub fn put_idle_m(&mut self, m: &M) {
        m.idle_link.set(self.idle_ms);
        self.idle_ms = core::ptr::from_ref(m).cast_mut();
        self.idle_m_count += 1;
    }
    /// Takes a sleeping M.
    pub fn take_idle_m(&mut self) -> Option<&'static M> {
        // SAFETY: null or an M; Ms are type-stable.
        let m = unsafe { self.idle_ms.as_ref()? };
        self.idle_ms = m.idle_link.replace(null_mut());
        self.idle_m_count -= 1;
        Some(m)
    }
}

/// Makes a runnable G visible on `p`: in `runnext` if `next`, whose former occupant moves to the ring.
pub fn put_local(p: &P, g: GRef, next: bool) {
    let mut item = g.as_ptr() as usize;
    if next {
        item = p.runnext.swap(item, AcqRel);
        if item == 0 {
            return;
        }
    }
    let mut owner = p.runq.owner();
    while owner.push(item).is_err() {
        let batch = owner.take_half_for_overflow();
        if batch.as_slice().is_empty() {
            continue;
        }
        let mut sched = SCHED.lock();
        for &g in batch.as_slice().iter().chain([&item]) {
            if let Some(g) = GRef::from_ptr(g as *mut _) {
                sched.push_global(g);
            }
        }
        return;
    }
}

/// Takes the next G of `p`'s own queues; says whether it inherits the time slice.
pub fn take_local(p: &P) -> Option<(GRef, bool)> {
    if let Some(g) = p.take_runnext() {
        return Some((g, true));
    }
    let g = p.runq.owner().pop()?;
    Some((GRef::from_ptr(g as *mut _)?, false))
}

/// Takes one G from the global queue and moves a fair share of the rest to `p`, at most what half its queue holds: more
/// would overflow back, and each of many waiting Gs would be moved again for every 128 that run.
pub fn take_global(p: &P, most: usize) -> Option<GRef> {
    if GLOBAL_LEN.load(Acquire) == 0 {
        return None;
    }
    let mut sched = SCHED.lock();
    let len = sched.global.len() as usize;
    let share = (len / super::proc_count().max(1) as usize + 1)
        .min(most)
        .min(RUNQ_LEN / 2)
        .min(len);
    let first = sched.pop_global()?;
    let mut rest = GList::EMPTY;
    for _ in 1..share {
        if let Some(g) = sched.pop_global() {
            rest.push(g);
        }
    }
    sched.release();
    while let Some(g) = rest.pop() {
        put_local(p, g, false);
    }
    Some(first)
}

/// Appends to the global queue.
pub fn put_global(g: GRef) {
    SCHED.lock().push_global(g);
}

/// Makes a runnable G visible, on the current P if there is one.
pub fn put(g: GRef, next: bool) {
    match super::try_p() {
        Some(p) => put_local(p, g, next),
        None => put_global(g),
    }
}
