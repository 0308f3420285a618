//! Stops of the world. A range of the format belongs to a goroutine, but the collector's stops are often made by an M
//! that runs none: then a *stand-in* is written down in its place, a goroutine that exists in traces only.

use super::buffer::{NO_M, write};
use super::dump::{stack, string};
use super::event::{Event, go_status};
use super::hooks::stack_here;
use crate::boot;
use crate::sched::{self, StopReason};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use goxide_abi::layout::GoFn;

/// Number of the stand-in, 0 before the first trace; and of its last event. Under the stop of the world.
static STAND_IN: AtomicU64 = AtomicU64::new(0);
static SEQ: AtomicU64 = AtomicU64::new(0);

/// The stand-in at the beginning of a generation: it waits.
pub fn introduce_stand_in() {
    if STAND_IN.load(Relaxed) == 0 {
        STAND_IN.store(sched::new_goid(), Relaxed);
    }
    SEQ.store(0, Relaxed);
    let calls = stack(&[boot::go_fn(GoFn::TraceStandIn) + 1]);
    write(
        Event::GoStatusStack,
        &[STAND_IN.load(Relaxed), NO_M, go_status::WAITING, calls],
    );
}

/// The world is about to be stopped.
#[cold]
pub fn stop_begins(why: StopReason) {
    if sched::m().curg.get().is_null() {
        let seq = SEQ.fetch_add(2, Relaxed) + 1;
        let g = STAND_IN.load(Relaxed);
        write(Event::GoUnblock, &[g, seq, 0]);
        write(Event::GoStart, &[g, seq + 1]);
    }
    write(
        Event::StwBegin,
        &[string(why.text().as_bytes()), stack_here()],
    );
}

/// It runs again.
#[cold]
pub fn stop_ends() {
    write(Event::StwEnd, &[]);
    if sched::m().curg.get().is_null() {
        let why = string(b"system goroutine wait");
        write(Event::GoBlock, &[why, 0]);
    }
}
