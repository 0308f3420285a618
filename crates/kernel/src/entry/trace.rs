//! Entry functions of the execution trace.

use super::{Ret2, slice};
use crate::sched::{self, GRef, StopReason};
use crate::trace::{self, Switch};
use crate::types::FuncVal;

/// `ktraceon() bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktraceon() -> usize {
    usize::from(trace::on())
}

/// `ktraceswitch(what uintptr) bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktraceswitch(what: usize) -> usize {
    let g = sched::current();
    g.wait_data.set([what, 0, 0, 0]);
    switch(g)
}

fn switch(g: GRef) -> usize {
    let (what, why) = match g.wait_data.get()[0] {
        0 => (Switch::Start, StopReason::TraceStart),
        1 => (Switch::Advance, StopReason::TraceAdvance),
        _ => (Switch::Stop, StopReason::TraceStop),
    };
    sched::stop_world_or_retry(g, why, |g| {
        let done = switch(g);
        g.set_ret(0, done);
    });
    trace::switch(g, what, why)
}

/// `knewsystemproc(fn *funcval)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_knewsystemproc(func: *const FuncVal) {
    sched::spawn(func, sched::current().sched_pc.get(), true);
}

/// `ktraceintroduce(from int) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktraceintroduce(from: usize) -> usize {
    trace::introduce_all(from)
}

/// `ktracedump() bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracedump() -> usize {
    usize::from(trace::dump())
}

/// `ktracedone()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracedone() {
    trace::done();
}

/// `ktracewait()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracewait() {
    trace::wait_until_read(sched::current());
}

/// `ktraceread() (piece *byte, n int)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktraceread() -> Ret2 {
    let (a, b) = trace::read(sched::current());
    Ret2 { a, b }
}

/// `ktracetaskbegin(id, parent uint64, name string)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracetaskbegin(id: u64, parent: u64, name: *const u8, len: usize) {
    if trace::on() {
        // SAFETY: a Go string.
        trace::task_begin(id, parent, unsafe { slice(name, len) });
    }
}

/// `ktracetaskend(id uint64)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracetaskend(id: u64) {
    if trace::on() {
        trace::task_end(id);
    }
}

/// `ktraceregion(task, mode uint64, name string)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktraceregion(task: u64, mode: u64, name: *const u8, len: usize) {
    if trace::on() {
        // SAFETY: a Go string.
        trace::region(task, mode == 1, unsafe { slice(name, len) });
    }
}

/// `ktracelog(task uint64, category, message string)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ktracelog(
    task: u64,
    category: *const u8,
    clen: usize,
    message: *const u8,
    mlen: usize,
) {
    if trace::on() {
        // SAFETY: two Go strings.
        let (category, message) = unsafe { (slice(category, clen), slice(message, mlen)) };
        trace::log(task, category, message);
    }
}
