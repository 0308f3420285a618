//! All goroutines ever made, and the dead ones for reuse.

use super::{G, GList, GRef, GState, P};
use crate::boot;
use crate::mem::meta::{self, KVec};
use crate::prim::{Lock, Rank};
use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::*};
use goxide_abi::layout::{GoFn, STACK_MIN};

static ALL: Lock<KVec<GRef>> = Lock::new(Rank::AllGs, KVec::new());
/// Dead Gs that no P keeps.
static FREE: Lock<GList> = Lock::new(Rank::AllGs, GList::EMPTY);
static NEXT_ID: AtomicU64 = AtomicU64::new(1);
/// Goroutines of the program that are not dead.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// A P keeps up to this many dead Gs.
const KEEP: u32 = 64;

/// Number of goroutines as `runtime.NumGoroutine` counts them.
pub fn live_count() -> i64 {
    LIVE.load(Relaxed)
}

/// Number of Gs ever made: the bound for [`g_at`].
pub fn g_count() -> usize {
    ALL.lock().len()
}

/// A number that no other goroutine has.
pub fn new_goid() -> u64 {
    NEXT_ID.fetch_add(1, Relaxed)
}

/// G number `i`.
pub fn g_at(i: usize) -> Option<GRef> {
    ALL.lock().as_slice().get(i).copied()
}

/// Calls `f` for every G, dead ones included, oldest first.
pub fn for_each_g(mut f: impl FnMut(GRef)) {
    let mut i = 0;
    while let Some(g) = g_at(i) {
        f(g);
        i += 1;
    }
}

/// A G with the smallest stack and a fresh number, entered in the list of all.
pub fn take(p: &P, system: bool) -> GRef {
    // SAFETY: the current M holds `p`.
    let mine = unsafe { &mut *p.free_gs.get() };
    if mine.is_empty() {
        let mut free = FREE.lock();
        for _ in 0..KEEP / 2 {
            match free.pop() {
                Some(g) => mine.push_front(g),
                None => break,
            }
        }
    }
    let g = mine.pop().unwrap_or_else(new_g);
    if g.stack_lo.get() == 0 {
        let (lo, hi) = crate::stack::alloc(STACK_MIN);
        g.stack_lo.set(lo);
        g.stack_hi.set(hi);
    }
    g.goid.set(new_goid());
    g.system.set(u8::from(system));
    if !system {
        LIVE.fetch_add(1, Relaxed);
    }
    g
}

fn new_g() -> GRef {
    let at = meta::alloc(size_of::<G>(), align_of::<G>()).cast::<G>();
    let Some(g) = GRef::from_ptr(at) else {
        unreachable!("meta::alloc never returns null")
    };
    g.set_state(GState::Dead);
    let mut all = ALL.lock();
    all.push(g);
    show_to_debuggers(all.as_slice());
    all.release();
    g
}

/// Debuggers find the goroutines in two variables of the Go side.
fn show_to_debuggers(all: &[GRef]) {
    let list = boot::go_fn(GoFn::AllGs) as *mut [usize; 3];
    let len = boot::go_fn(GoFn::AllGLen) as *mut usize;
    // SAFETY: a Go slice and a Go word that only the holder of the list's lock writes, and that no Go code reads.
    unsafe {
        list.write_volatile([all.as_ptr() as usize, all.len(), all.len()]);
        len.write_volatile(all.len());
    }
}

/// Takes a dead G back. A stack that has grown is freed, one of the usual size stays with it.
pub fn give_back(p: &P, g: GRef) {
    if g.system.get() == 0 {
        LIVE.fetch_sub(1, Relaxed);
    }
    if !g.ancestors.get().is_null() {
        crate::panic::forget_ancestors(g);
    }
    if g.stack_bytes() != STACK_MIN {
        crate::stack::free(g.stack_lo.get(), g.stack_hi.get());
        g.stack_lo.set(0);
        g.stack_hi.set(0);
    }
    // SAFETY: the current M holds `p`.
    let mine = unsafe { &mut *p.free_gs.get() };
    mine.push_front(g);
    if mine.len() > KEEP {
        let mut free = FREE.lock();
        for _ in 0..KEEP / 2 {
            if let Some(g) = mine.pop() {
                free.push(g);
            }
        }
    }
}
