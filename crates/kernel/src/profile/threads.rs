//! The profile of thread creation: a stack for every thread that exists.
//!
//! Most threads are made on behalf of a goroutine that has something for another one to do; what the kernel makes for
//! itself has an empty stack.

use super::goroutine::{DEPTH, Sample};
use crate::mem::meta;
use crate::sched::{self, GRef, M};
use crate::unwind;
use core::sync::atomic::Ordering::*;

/// The stack of the goroutine that runs on this M, for the thread that it is about to make: what `M::made_at` keeps.
pub fn stack_here() -> (usize, usize) {
    let Some(g) = GRef::from_ptr(sched::m().curg.get().cast()) else {
        return (0, 0);
    };
    let mut pcs = [0; DEPTH];
    let n = unwind::callers(&g, 0, &mut pcs);
    if n == 0 {
        return (0, 0);
    }
    let kept = meta::alloc(n * size_of::<usize>(), align_of::<usize>()).cast::<usize>();
    // SAFETY: fresh immortal memory of that many words.
    unsafe { kept.copy_from_nonoverlapping(pcs.as_ptr(), n) };
    (kept as usize, n)
}

fn stack_of(m: &M) -> &'static [usize] {
    match m.made_at.get() {
        (_, 0) => &[],
        // SAFETY: what `stack_here` made.
        (at, n) => unsafe { core::slice::from_raw_parts(at as *const usize, n) },
    }
}

/// Writes the stacks into `out` as far as there is room; returns how many there are.
pub fn collect(out: &mut [Sample]) -> usize {
    let mut n = 0;
    sched::for_each_m(|m| {
        if m.ended.load(Relaxed) {
            return;
        }
        if let Some(sample) = out.get_mut(n) {
            sample.set_stack(stack_of(m));
        }
        n += 1;
    });
    n
}
