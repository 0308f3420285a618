//! What a goroutine was doing when the generation began: every goroutine is *introduced* once in a generation.
//!
//! The stop in which a generation begins introduces what runs or is in a system call. The others are introduced beside
//! the program, with their stacks, by the goroutine that began the generation, unless one of them is about to be made
//! runnable or to run: then whoever does that introduces it before. `G::trace_status` says who came first; its rounds are
//! the generations (`goxide_lockfree::introduction`).

use super::buffer::{NO_M, write};
use super::event::{Event, go_status};
use super::{generation, hooks};
use crate::sched::{self, G, GRef, GState, M};

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
    g.trace_status.set(generation());
}

/// Introduces `g` if nobody has done so; `status` is what it still is.
pub fn introduce(g: &G, status: u64) {
    if g.trace_status.introduce(generation()) {
        write_status(g, status, NO_M, 0);
    }
}

/// Before `g` runs.
pub fn wait_for_introducer(g: &G) {
    g.trace_status.wait_for_reader(core::hint::spin_loop);
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
    let seen = g.trace_status.look();
    let status = match g.state() {
        GState::Waiting => go_status::WAITING,
        GState::Runnable => go_status::RUNNABLE,
        _ => return, // introduced, or none
    };
    if g.trace_status.hold(seen, generation()) {
        write_status(&g, status, NO_M, hooks::stack_of(g));
        g.trace_status.release(generation());
    }
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
        g.trace_status.set(generation());
        write_status(&g, status, number(m), 0);
    });
}

fn number(m: &M) -> u64 {
    m.id.get() as u64
}
