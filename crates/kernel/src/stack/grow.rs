//! When a prologue finds no room.

use super::adjust::Move;
use super::cache;
use crate::sched::{self, GRef};
use crate::throw;
use crate::unwind::find_func;
use core::sync::atomic::{AtomicUsize, Ordering::*};
use goxide_abi::layout::{STACK_GUARD, STACK_PREEMPT};

/// Largest stack of a goroutine (debug.SetMaxStack).
static MAX_BYTES: AtomicUsize = AtomicUsize::new(1_000_000_000);
/// Beyond this no setting helps: growth would not end.
const CEILING_BYTES: usize = 2_000_000_000;
/// What the debug kernel leaves in memory of a stack that has moved.
const POISON: u8 = 0xdb;

/// Sets the limit, returns the old one.
pub fn set_max_bytes(bytes: usize) -> usize {
    MAX_BYTES.swap(bytes, Relaxed)
}

/// The goroutine's prologue found SP below the guard: a request to yield, or a real lack of room.
/// `g.sched` describes the function at its prologue.
#[doc(alias = "newstack")]
pub fn grow(g: GRef) -> ! {
    if g.stackguard0.load(Acquire) == STACK_PREEMPT {
        g.stackguard0.store(g.stack_lo.get() + STACK_GUARD, Relaxed);
        crate::panic::hold_still();
        if preemptible(g) {
            sched::preempt_here(g);
        }
        // The request stays noted in `g.preempt`; whoever unlocks the M renews it.
        sched::resume_go(g);
    }
    double(g);
    if g.preempt.load(Acquire) && preemptible(g) {
        g.stackguard0.store(STACK_PREEMPT, Relaxed);
    }
    sched::resume_go(g)
}

fn preemptible(g: GRef) -> bool {
    // SAFETY: a running goroutine names its M; Ms are type-stable.
    let m = unsafe { &*g.m.get() };
    m.locks.get() == 0 && !m.p.get().is_null()
}

fn double(g: GRef) {
    let used = g.stack_hi.get() - g.sched_sp.get();
    let frame = find_func(g.sched_pc.get()).map_or(0, |f| f.max_sp_delta());
    let mut bytes = g.stack_bytes() * 2;
    while bytes < used + frame + 2 * STACK_GUARD {
        bytes *= 2;
    }
    let max = MAX_BYTES.load(Relaxed);
    if bytes > max || bytes > CEILING_BYTES {
        overflow(g, max.min(CEILING_BYTES));
    }
    let _ = copy_to(g, bytes);
}

fn overflow(g: GRef, max: usize) -> ! {
    let (lo, hi, sp) = (g.stack_lo.get(), g.stack_hi.get(), g.sched_sp.get());
    crate::eprint!("runtime: goroutine stack exceeds {max}-byte limit\n");
    crate::eprint!("runtime: sp={sp:#x} stack=[{lo:#x}, {hi:#x}]\n");
    throw!("stack overflow")
}

/// Moves the stack of `g`, which stands at a prologue or behind a kernel call, to a fresh one of `bytes`.
pub(super) fn copy_to(g: GRef, bytes: usize) -> Move {
    let (lo, hi) = (g.stack_lo.get(), g.stack_hi.get());
    let (new_lo, new_hi) = cache::alloc(bytes);
    let sp = g.sched_sp.get();
    let used = hi - sp;
    // SAFETY: `[sp, hi)` is the used part of the old stack, the new one is larger than that, and they are distinct.
    unsafe { core::ptr::copy_nonoverlapping(sp as *const u8, (new_hi - used) as *mut u8, used) };
    let moved = Move::new(lo, hi, new_hi);
    moved.goroutine(g);
    g.stack_lo.set(new_lo);
    g.stack_hi.set(new_hi);
    g.stackguard0.store(new_lo + STACK_GUARD, Relaxed);
    if cfg!(feature = "debug-kernel") {
        // SAFETY: nothing points into the old stack any more.
        unsafe { core::ptr::write_bytes(lo as *mut u8, POISON, hi - lo) };
    }
    cache::free(lo, hi);
    moved
}

/// Whether a signal or a debugger stopped `g` between two instructions: its registers may then hold addresses on its stack.
pub(super) fn stopped_anywhere(g: GRef) -> bool {
    find_func(g.sched_pc.get()).is_none_or(|f| f.id().holds_registers())
}

/// The debug kernel moves the stack when a goroutine leaves the kernel the slow way: small stacks always, others now
/// and then (`debug::move_now`).
pub fn debug_before_resume(g: GRef) {
    if g.stack_lo.get() == 0
        || stopped_anywhere(g)
        || !g.waiting.get().is_null()
        || !crate::debug::move_now(g.stack_bytes())
    {
        return;
    }
    let guard = g.stackguard0.load(Relaxed);
    // The same size: what is looked for are pointers into stacks that nobody knows of.
    let moved = copy_to(g, g.stack_bytes());
    // Results of the kernel call may point into the caller's frame (small buffers for strings).
    g.ret.set(g.ret.get().map(|word| moved.word(word)));
    if guard == STACK_PREEMPT {
        g.stackguard0.store(guard, Relaxed);
    }
}
