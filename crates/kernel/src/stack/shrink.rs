//! Stacks that became larger than they need to be: cut down when the collector comes past.
//!
//! The collector holds a goroutine while it scans it. One that waits for something that knows nothing of its stack is
//! moved right there. Others get a mark and move themselves when they next leave the kernel, because a channel
//! operation in progress has the addresses of variables on the stack.

use super::grow::{copy_to, stopped_anywhere};
use crate::sched::{GRef, GState, WaitReason};
use crate::stats::godebug;
use core::sync::atomic::Ordering::Relaxed;
use goxide_abi::layout::{STACK_GUARD, STACK_MIN, STACK_PREEMPT};

/// The collector has scanned `g` and still keeps it from running, or the world is stopped.
pub fn after_scan(g: GRef) {
    let forced = cfg!(feature = "debug-kernel") && waits_quietly(g);
    if godebug::gcshrinkstackoff() != 0 || !(too_large(g) || forced) {
        return;
    }
    if !waits_quietly(g) {
        return g.shrink.set(true);
    }
    let moved = copy_to(g, fitting_bytes(g));
    g.kargs.set(g.kargs.get().map(|word| moved.word(word)));
}

/// `g`, marked by [`after_scan`], is about to leave the kernel.
#[cold]
pub fn before_resume(g: GRef) {
    g.shrink.set(false);
    let guard = g.stackguard0.load(Relaxed);
    let asked_to_yield = guard == STACK_PREEMPT;
    if too_large(g) && !stopped_anywhere(g) && g.waiting.get().is_null() {
        let moved = copy_to(g, fitting_bytes(g));
        // Results of the kernel call may point into the caller's frame (small buffers for strings).
        g.ret.set(g.ret.get().map(|word| moved.word(word)));
        if asked_to_yield {
            g.stackguard0.store(guard, Relaxed);
        }
    }
}

/// Less than a quarter is in use, counting what code without prologue checks may need.
fn too_large(g: GRef) -> bool {
    fitting_bytes(g) < g.stack_bytes()
}

/// The size that leaves no more than three quarters unused. In one step: sizes in between would only pass through the
/// lists of free stacks.
fn fitting_bytes(g: GRef) -> usize {
    let used = g.stack_hi.get().wrapping_sub(g.sched_sp.get()) + STACK_GUARD;
    let mut bytes = g.stack_bytes();
    while bytes > STACK_MIN && used < bytes / 4 {
        bytes /= 2;
    }
    bytes
}

/// Parked for a reason for which nobody has an address on its stack, except for the arguments of its kernel call.
fn waits_quietly(g: GRef) -> bool {
    use WaitReason::*;
    let why = WaitReason::from_number(g.wait_reason.get());
    g.state() == GState::Waiting
        && matches!(
            why,
            IoWait
                | Sleep
                | Semacquire
                | SyncMutexLock
                | SyncRwMutexLock
                | SyncRwMutexRLock
                | SyncWaitGroupWait
        )
}
