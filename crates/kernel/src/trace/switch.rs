//! Beginning and ending generations, in a short stop of the world.

use super::buffer::{self, Buf, NO_M, write};
use super::event::{Event, proc_status};
use super::{
    GENERATION, ON, UNIT_NS, clock, cpu, dump, generation, hooks, on, reader, status, stop,
};
use crate::sched::{self, GRef, M, StopReason};
use crate::sys;
use core::sync::atomic::Ordering::Relaxed;
use goxide_lockfree::gate::Gate;

/// Closed while a generation begins or ends: Ms without a P write events inside.
static GATE: Gate = Gate::new();

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Tracing begins.
    Start,
    /// One generation ends, the next one begins.
    Advance,
    /// Tracing ends.
    Stop,
}

/// Runs `f`, which changes the state of a goroutine and writes events, on an M that may have no P (T1, T2).
#[inline]
pub fn without_p<R>(f: impl FnOnce() -> R) -> R {
    if sched::try_p().is_some() {
        return f();
    }
    let m = sched::m();
    enter(m);
    let result = f();
    m.trace_visit.leave();
    result
}

#[cold]
fn enter(m: &M) {
    while !GATE.enter(&m.trace_visit) {
        while GATE.is_closed() {
            sys::usleep(10);
        }
    }
}

/// Begins or ends a generation on behalf of `g`, which continues in Go with 1 if that was done and 0 if it made no sense.
pub fn switch(g: GRef, what: Switch, why: StopReason) -> usize {
    if on() == (what == Switch::Start) {
        sched::start_world();
        return 0;
    }
    GATE.close();
    sched::for_each_m(|m| {
        while m.trace_visit.is_in() {
            core::hint::spin_loop();
        }
    });
    if on() {
        // The stop is a range in the old generation, and what is left of it one in the new.
        stop::stop_ends();
        sched::for_each_m(buffer::flush);
    }
    match what {
        Switch::Stop => ON.store(false, Relaxed),
        _ => begin(g, why, what == Switch::Start),
    }
    // Whatever comes next has a later time than the states above.
    let now = clock();
    while clock() == now {
        core::hint::spin_loop();
    }
    GATE.open();
    sched::start_world();
    1
}

fn begin(g: GRef, why: StopReason, first: bool) {
    let number = generation() + 1;
    GENERATION.store(number, Relaxed);
    dump::clear(number);
    ON.store(true, Relaxed);
    if first {
        cpu::begin();
        reader::begin(number);
    }
    sync_batch(number);
    procs(number);
    status::introduce_busy(g);
    stop::introduce_stand_in();
    stop::stop_begins(why);
    hooks::procs_change();
    hooks::gc_state();
}

/// Ties trace time to the other clocks.
fn sync_batch(number: u64) {
    let buf = Buf::new(NO_M, number);
    buf.byte(Event::Sync as u8);
    buf.byte(Event::Frequency as u8);
    buf.number(1_000_000_000 / UNIT_NS);
    let (sec, nsec) = sys::walltime();
    buf.byte(Event::ClockSnapshot as u8);
    buf.time();
    [sys::nanotime() as u64, sec as u64, nsec as u64]
        .into_iter()
        .for_each(|n| buf.number(n));
    buf.finish();
}

/// In the stopped world only this M has a P.
fn procs(number: u64) {
    let mine = sched::p();
    sched::for_each_p(|p| {
        p.trace_generation.set(number);
        p.trace_seq.set(0);
        let status = if core::ptr::eq(p, mine) {
            proc_status::RUNNING
        } else {
            proc_status::IDLE
        };
        write(Event::ProcStatus, &[p.id.get() as u64, status]);
    });
}
