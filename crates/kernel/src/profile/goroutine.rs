//! The goroutine profile.

use crate::gc;
use crate::panic::traceback;
use crate::sched::{self, G, GRef, GState};
use crate::stats::godebug;
use crate::unwind::{self, callers};

/// Frames kept of a stack in the CPU profile, and of who makes a thread.
pub(super) const DEPTH: usize = 128;
/// Frames kept of a stack in the other profiles at the most.
pub(super) const MAX_DEPTH: usize = 1024;

/// Frames kept of a stack in the other profiles, as `GODEBUG=profstackdepth` says.
pub(super) fn depth() -> usize {
    MAX_DEPTH.min(godebug::profstackdepth().max(0) as usize)
}

/// One goroutine's stack, as the Go side's `stackSample` lays it out.
#[repr(C)]
pub struct Sample {
    /// Room for so many calls; afterwards: calls.
    n: usize,
    labels: usize,
    pcs: *mut usize,
}

impl Sample {
    fn room(&mut self) -> &mut [usize] {
        // SAFETY: the Go side has made `n` words there, which the sample keeps alive.
        unsafe { core::slice::from_raw_parts_mut(self.pcs, self.n) }
    }

    /// Without labels; as much of the stack as there is room for.
    pub(super) fn set_stack(&mut self, pcs: &[usize]) {
        let n = pcs.len().min(depth());
        self.room()[..n].copy_from_slice(&pcs[..n]);
        self.n = n;
    }
}

/// Takes the stacks of all goroutines of the program, unless there are more than `out` has room for; returns how many
/// there are. The world is stopped; `out` is in the Go heap, zeroed.
pub fn collect(out: &mut [Sample]) -> usize {
    let mut n = 0;
    sched::for_each_g(|g| {
        if is_shown(&g) {
            if let Some(sample) = out.get_mut(n) {
                take(g, sample);
            }
            n += 1;
        }
    });
    n
}

fn is_shown(g: &G) -> bool {
    !matches!(g.state(), GState::Idle | GState::Dead) && !traceback::is_system(g)
}

fn take(g: GRef, sample: &mut Sample) {
    // SAFETY: the slot is the labels pointer of a Go stackSample in the heap.
    unsafe { gc::store(&raw mut sample.labels, g.labels.get()) };
    let pcs = sample.room();
    let mut n = callers(&g, 0, pcs);
    if g == sched::current() {
        // The profile's own frames, which package runtime adds to the caller's stack.
        let ours = pcs[..n].iter().take_while(|&&pc| is_profiler(pc)).count();
        pcs.copy_within(ours..n, 0);
        n -= ours;
    }
    sample.n = n.min(depth());
}

fn is_profiler(pc: usize) -> bool {
    const OURS: [&str; 3] = [
        "runtime.goroutineStacks",
        "runtime.GoroutineProfile",
        "runtime.pprof_goroutineProfileWithLabels",
    ];
    unwind::find_func(pc - 1).is_some_and(|f| OURS.contains(&f.name()))
}
