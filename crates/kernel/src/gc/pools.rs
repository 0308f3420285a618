//! Collections begin in Go, for the sake of `sync.Pool`: what a pool holds and nobody has taken since the last collection
//! is let go by a function of package sync, which expects that nothing else runs. The kernel calls no Go.
//!
//! ```text
//!   an allocation finds the heap full: the goroutine continues in `collectroom`, its results in `G::kept` ─┐
//!   runtime.GC ────────────────────────────────────────────────────────────────────────────────────────────┤
//!   two minutes are over: Helper::Collector ───────────────────────────────────────────────────────────────┤
//!                                                    Go: collect  ◀────────────────────────────────────────┘
//!   the world stops      kgcstop ── [`stop_for`]
//!   pools are emptied    emptyPools, on the goroutine
//!   marking begins       kgcgo ──── [`go_on`], which starts the world
//! ```
//!
//! Until package sync has announced itself, and in programs without it, the kernel begins collections by itself.

use super::special::Helper;
use super::{cycle, pacer, periodic, phase::marking, sweep};
use crate::sched::{self, GRef, StopReason};
use crate::types::FuncVal;
use core::sync::atomic::{AtomicBool, Ordering::*};
use goxide_abi::layout::GoFn;

/// There is something to do in Go when a collection begins.
static ANNOUNCED: AtomicBool = AtomicBool::new(false);

/// Why a collection is to begin; the Go side passes the number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
enum Cause {
    /// The heap has grown to where the pacer wants one.
    Heap = 0,
    /// The program calls `runtime.GC`.
    Program = 1,
    /// See [`periodic`].
    Time = 2,
}

impl Cause {
    fn from_word(word: usize) -> Self {
        match word {
            0 => Self::Heap,
            1 => Self::Program,
            _ => Self::Time,
        }
    }

    /// Whether there is still reason to begin: another goroutine may have been faster.
    fn holds(self) -> bool {
        !marking() && (self != Self::Heap || pacer::wanted() || crate::debug::ON)
    }
}

/// Package sync is there; `helper` is the goroutine that begins collections when no other is at hand.
pub fn announce(helper: *const FuncVal) {
    Helper::Collector.announce(helper);
    ANNOUNCED.store(true, Release);
}

/// Whether collections begin in Go.
pub fn announced() -> bool {
    ANNOUNCED.load(Acquire)
}

/// At the end of an allocating kernel call of `g` with results in `g.ret`: they reach the caller when `collect` returns.
pub fn collect_in_go(g: GRef) -> ! {
    crate::kassert!(g.kept.get() == [0; 3], "results of two calls to keep");
    g.kept.set(g.ret.get());
    sched::call_go(g, GoFn::Collect)
}

/// `kgcstop`: stops the world for the beginning of a collection, with 1 as result; it stays stopped until [`go_on`]. 0: a
/// collection runs already, or is wanted no more.
pub fn stop_for(g: GRef, why: usize) -> ! {
    g.wait_data.set([why, 0, 0, 0]);
    try_stop(g)
}

fn try_stop(g: GRef) -> ! {
    let cause = Cause::from_word(g.wait_data.get()[0]);
    g.set_ret(0, 0);
    if !cause.holds() {
        sched::resume_go(g);
    }
    sweep::finish();
    sched::stop_world_or_retry(g, StopReason::GcBegin, |g| try_stop(g));
    if !cause.holds() {
        cycle::start_world(false, Some(g));
        sched::resume_go(g);
    }
    cycle::set_forced(cause == Cause::Program);
    if cause == Cause::Time {
        periodic::begin();
    }
    let m = sched::m();
    m.locks.set(m.locks.get() + 1);
    g.preempt.store(false, Relaxed);
    g.set_ret(0, 1);
    sched::resume_go(g)
}

/// `kgcgo`: begins the marking and starts the world that [`stop_for`] has stopped.
pub fn go_on(g: GRef) {
    let m = sched::m();
    m.locks.set(m.locks.get() - 1);
    let ended = cycle::begin_marking(Some(g));
    cycle::start_world(ended, Some(g));
}
