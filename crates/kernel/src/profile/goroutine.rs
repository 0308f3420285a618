//! The goroutine profile.

use crate::gc;
use crate::panic::traceback;
use crate::sched::{self, G, GRef, GState};
use crate::stats::godebug;
use crate::unwind::{self, callers};

/// Frames kept of a stack at the most.
pub(super) const DEPTH: usize = 128;

/// Frames kept of a stack: `GODEBUG=profstackdepth` makes them fewer.
pub(super) fn depth() -> usize {
    DEPTH.min(godebug::profstackdepth().max(0) as usize)
}

/// One goroutine's stack, as the Go side's `stackSample` lays it out.
#[repr(C)]
pub struct Sample {
    n: usize,
    labels: usize,
    pcs: [usize; DEPTH],
}

impl Sample {
    /// Without labels.
    pub(super) fn set_stack(&mut self, pcs: &[usize]) {
        self.n = pcs.len();
        self.pcs[..pcs.len()].copy_from_slice(pcs);
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
    sample.n = callers(&g, 0, &mut sample.pcs);
    if g == sched::current() {
        // The profile's own frames, which package runtime adds to the caller's stack.
        let ours = sample.pcs[..sample.n]
            .iter()
            .take_while(|&&pc| is_profiler(pc))
            .count();
        sample.pcs.copy_within(ours..sample.n, 0);
        sample.n -= ours;
    }
    let n = sample.n.min(depth());
    sample.pcs[n..].fill(0);
    sample.n = n;
}

fn is_profiler(pc: usize) -> bool {
    const OURS: [&str; 3] = [
        "runtime.goroutineStacks",
        "runtime.GoroutineProfile",
        "runtime.pprof_goroutineProfileWithLabels",
    ];
    unwind::find_func(pc - 1).is_some_and(|f| OURS.contains(&f.name()))
}
