//! The table of Ps, and changing their number.

use super::queue::{SCHED, put_global};
use super::{GRef, M, P, PStatus, m};
use crate::mem::meta;
use crate::prim::Racy;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering::*};
use goxide_abi::layout::WB_BUF_LEN;
use goxide_algo::rng::Rng;

/// The largest GOMAXPROCS: far beyond any machine.
pub const MAX_PROCS: u32 = 1 << 16;

/// Entries below `MADE` are set, for ever.
static PS: [AtomicPtr<P>; MAX_PROCS as usize] =
    [const { AtomicPtr::new(null_mut()) }; MAX_PROCS as usize];
/// GOMAXPROCS. Changes with the world stopped.
static COUNT: AtomicU32 = AtomicU32::new(0);
static MADE: AtomicU32 = AtomicU32::new(0);
/// Processors of the machine that this process may use; set at boot.
static CPUS: Racy<u32> = Racy::new(1);

/// Ps that may run.
#[inline]
pub fn proc_count() -> u32 {
    COUNT.load(Relaxed)
}

/// Processors that this process may use.
pub fn cpu_count() -> u32 {
    CPUS.get()
}

/// P number `i`, which has been made.
#[inline]
pub fn p_at(i: u32) -> &'static P {
    // SAFETY: callers stay below `proc_count`, whose Ps exist; Ps are type-stable.
    unsafe { &*PS[i as usize].load(Acquire) }
}

/// Ps ever made.
pub fn made_proc_count() -> u32 {
    MADE.load(Acquire)
}

/// Calls `f` for every P ever made.
pub fn for_each_p(mut f: impl FnMut(&'static P)) {
    (0..MADE.load(Acquire)).for_each(|i| f(p_at(i)));
}

/// Makes `n` Ps at boot; this M takes the first, the others are idle.
pub fn init(cpus: u32, n: u32) {
    CPUS.set(cpus);
    make(n);
    COUNT.store(n, Relaxed);
    super::idle::acquire_p(m(), p_at(0));
    let mut sched = SCHED.lock();
    (1..n).rev().for_each(|i| sched.put_idle_p(p_at(i)));
}

fn make(n: u32) {
    for i in MADE.load(Relaxed)..n {
        let at = meta::alloc(size_of::<P>(), 128).cast::<P>();
        // SAFETY: fresh zeroed kernel memory: a valid P.
        let p = unsafe { &*at };
        p.id.set(i as i32);
        p.wb_next.set(p.wb_buf.get() as usize);
        p.wb_end.set(p.wb_buf.get() as usize + WB_BUF_LEN * 8);
        let seed = crate::boot::random_seed().wrapping_add(u64::from(i) << 32);
        // SAFETY: nobody else knows the P yet.
        unsafe { *p.rng.get() = Rng::from_seed(seed) };
        p.set_status(PStatus::Dead);
        PS[i as usize].store(at, Release);
        MADE.store(i + 1, Release);
    }
}

/// Changes GOMAXPROCS; the world is stopped by this M.
pub fn set_proc_count(n: u32) {
    let n = n.clamp(1, MAX_PROCS);
    let old = proc_count();
    make(n);
    for i in old..n {
        p_at(i).set_status(PStatus::Stopped);
    }
    let me = m();
    for i in n..old {
        empty(p_at(i), p_at(0));
    }
    crate::stats::counters::PROCESSOR_TIME.note_change(old, crate::sys::nanotime());
    COUNT.store(n, Relaxed);
    move_to_live_p(me, n);
    if crate::trace::on() {
        crate::trace::procs_change();
    }
}

/// Moves what a P holds to others; the P is dead afterwards.
fn empty(p: &'static P, heir: &'static P) {
    if let Some(g) = p.take_runnext() {
        put_global(g);
    }
    while let Some(g) = p.runq.owner().pop() {
        if let Some(g) = GRef::from_ptr(g as *mut _) {
            put_global(g);
        }
    }
    crate::time::take_all(p, heir);
    // SAFETY: the world is stopped.
    unsafe {
        (*p.mcache.get()).flush(&p.taken);
        while let Some(g) = (*p.free_gs.get()).pop() {
            (*heir.free_gs.get()).push(g);
        }
    }
    p.set_status(PStatus::Dead);
}

fn move_to_live_p(m: &'static M, n: u32) {
    let mine = super::p();
    if (mine.id.get() as u32) < n {
        return;
    }
    super::idle::release_p(m, mine);
    super::idle::acquire_p(m, p_at(0));
    p_at(0).set_status(PStatus::Stopped);
}
