//! What a goroutine was doing when the generation began: every goroutine is *introduced* once in a generation.
//!
//! The stop in which a generation begins introduces what runs or is in a system call. The others are introduced beside
//! the program, with their stacks, by the goroutine that began the generation, unless one of them is about to be made
//! runnable or to run: then whoever does that introduces it before. `G::trace_status` says who came first:
//!
//! ```text
//!   2 n      introduced in generation n, or made in it
//!   2 n + 1  somebody reads its stack
//! ```
//!
//! S1  A change of state comes after the introduction. So whoever finds an old number after it has read the state, and
//!     exchanges it, knows that the state has been the same since the generation began.
//! S2  A goroutine does not run while its stack is read.

use super::buffer::{NO_M, write};
use super::event::{Event, go_status};
use super::{generation, hooks};
use crate::sched::{self, G, GRef, GState, M};
use core::sync::atomic::Ordering::*;

/// Goroutines that one step of [`introduce_all`] looks at.
const STEP: usize = 128;

/// The number of the next event that sets `g` going; they count from 1 in each generation. By whoever owns the G.
pub fn next_seq(g: &G) -> u64 {
    let (of, n) = g.trace_seq.get();
    let n = if of == generation() { n + 1 } else { 1 };
    g.trace_seq.set((generation(), n));
    n
}

/// `g` has been made in this generation.
pub fn begin(g: &G) {
    g.trace_seq.set((generation(), 0));
    g.trace_status.store(2 * generation(), Release);
}

/// Introduces `g` if nobody has done so; `status` is what it still is.
pub fn introduce(g: &G, status: u64) {
    let seen = g.trace_status.load(Acquire);
    if seen / 2 != generation() && claim(g, seen, 2 * generation()) {
        write_status(g, status, NO_M, 0);
    }
}

fn claim(g: &G, seen: u64, to: u64) -> bool {
    // Acquire and Release: the state that follows is seen with this number, see S1.
    g.trace_status
        .compare_exchange(seen, to, AcqRel, Acquire)
        .is_ok()
}

/// Before `g` runs.
pub fn wait_for_introducer(g: &G) {
    while g.trace_status.load(Acquire) % 2 == 1 {
        core::hint::spin_loop();
    }
}

/// A step of introducing all goroutines, from number `from` on; returns where to go on, 0 at the end.
pub fn introduce_all(from: usize) -> usize {
    if !super::on() {
        return 0;
    }
    for i in from..from + STEP {
        match sched::g_at(i) {
            Some(g) => introduce_with_stack(g),
            None => return 0,
        }
    }
    from + STEP
}

fn introduce_with_stack(g: GRef) {
    let seen = g.trace_status.load(Acquire);
    let status = match g.state() {
        GState::Waiting => go_status::WAITING,
        GState::Runnable => go_status::RUNNABLE,
        _ => return, // introduced, or none
    };
    let mine = 2 * generation();
    if seen / 2 == generation() || !claim(&g, seen, mine + 1) {
        return;
    }
    write_status(&g, status, NO_M, hooks::stack_of(g));
    g.trace_status.store(mine, Release);
}

fn write_status(g: &G, status: u64, m: u64, stack: u64) {
    let id = g.goid.get();
    match stack {
        0 => write(Event::GoStatus, &[id, m, status]),
        _ => write(Event::GoStatusStack, &[id, m, status, stack]),
    }
    if g.waits_in_assist.get() {
        write(Event::GcMarkAssistActive, &[id]);
    }
}

/// The goroutines that Ms have: `me`, which has stopped the world, and those in system calls.
pub fn introduce_busy(me: GRef) {
    sched::for_each_m(|m| {
        let Some(g) = GRef::from_ptr(m.curg.get().cast()) else {
            return;
        };
        let status = match g.state() {
            _ if g == me => go_status::RUNNING,
            GState::Syscall => go_status::SYSCALL,
            _ => return,
        };
        g.trace_status.store(2 * generation(), Release);
        write_status(&g, status, number(m), 0);
    });
}

fn number(m: &M) -> u64 {
    m.id.get() as u64
}
