//! GODEBUG=checkfinalizers=1: finalizers and cleanups that cannot run.
//!
//! At the end of a marking, with the world stopped, everything is marked anew from one finalizer or cleanup at a time, as
//! the collector does for its sake. If that reaches the object it belongs to, the object can never die: a mistake of
//! the program. So is a finalizer or a cleanup of a tiny object that shares its block, since all die together. Programs
//! with such mistakes end with a report of them.
//!
//! What is needed for the report is noted when the finalizer or the cleanup is set, and when the allocator puts a second
//! tiny object into a block; see `special::What::{Origin, Shared}`.

use super::mark::{self, Marker};
use super::special::{self, Call, Origin};
use crate::mem::{self, meta::KVec};
use crate::panic::Stderr;
use crate::prim::{Lock, Rank};
use crate::stats::godebug;
use crate::types::{FuncVal, Type, type_name};
use crate::unwind::{self, Logical};
use crate::{sched, throw};
use core::fmt::{self, Write};
use core::sync::atomic::Ordering::Relaxed;

/// Reports that are printed.
const MOST: usize = 50;
/// Frames of the runtime between the program's call and the kernel.
const OUR_FRAMES: usize = 8;

/// What is wrong with a call.
#[derive(Clone, Copy)]
struct Report {
    call: Call,
    origin: Origin,
    reachable: bool,
    shared: bool,
}

/// Lists that live on from one check to the next.
struct Lists {
    /// Mark words of all spans, in the order of the table of spans.
    marks: KVec<u64>,
    calls: KVec<Call>,
    reports: KVec<Report>,
}

static LISTS: Lock<Lists> = Lock::new(
    Rank::Stack,
    Lists {
        marks: KVec::new(),
        calls: KVec::new(),
        reports: KVec::new(),
    },
);

/// Notes where the finalizer (`id` is 0) or the cleanup of `ptr`, a `*typ`, comes from.
pub fn note_origin(ptr: usize, id: u64, typ: usize, function: *const FuncVal) {
    let origin = Origin {
        typ,
        // SAFETY: the program's function.
        function_pc: unsafe { (*function).code },
        created_pc: created_pc(),
    };
    special::add_origin(ptr, id, origin);
}

/// The return address of the program's call into package runtime.
fn created_pc() -> usize {
    let mut pcs = [0; OUR_FRAMES];
    let n = unwind::callers(&sched::current(), 0, &mut pcs);
    let is_ours =
        |&pc: &usize| Logical::at(pc - 1).is_some_and(|c| c.name().starts_with("runtime."));
    pcs[..n]
        .iter()
        .copied()
        .find(|pc| !is_ours(pc))
        .unwrap_or(0)
}

/// The queues' lengths, when a collection has ended.
pub fn print_queues() {
    if godebug::checkfinalizers() > 0 {
        let (finalizers, cleanups) = special::waiting();
        crate::eprint!("checkfinalizers: queue: {finalizers} finalizers + {cleanups} cleanups\n");
    }
}

/// Looks at all finalizers and cleanups, if that is wanted. World stopped, all marked, caches flushed.
pub fn run() {
    if godebug::checkfinalizers() <= 0 {
        return;
    }
    let lists = &mut *LISTS.lock();
    lists.calls.clear();
    special::for_each_call(|call| lists.calls.push(call));
    if lists.calls.is_empty() {
        return;
    }
    lists.marks.clear();
    mem::for_each_span(|span| span.for_each_mark_word(|word| lists.marks.push(word.load(Relaxed))));
    lists.reports.clear();
    for &call in lists.calls.as_slice() {
        if let Some(report) = check(call) {
            lists.reports.push(report);
        }
    }
    let mut marks = lists.marks.as_slice().iter();
    mem::for_each_span(|span| {
        span.for_each_mark_word(|word| word.store(marks.next().copied().unwrap_or(0), Relaxed));
    });
    if !lists.reports.is_empty() {
        let reports = lists.reports.as_mut_slice();
        // A finalizer before cleanups, the newest of these first.
        reports.sort_unstable_by_key(|r| (r.call.ptr, r.call.id != 0, !r.call.id));
        let _ = print(&mut Stderr::new(), reports);
        throw!("detected possible issues with cleanups and/or finalizers");
    }
}

/// `None` if all is well, or if the call is just being set.
fn check(call: Call) -> Option<Report> {
    let origin = special::origin(call.ptr, call.id)?;
    let span = mem::span_of(call.ptr)?;
    let slot = span.slot_of(call.ptr);
    mem::for_each_span(|span| span.for_each_mark_word(|word| word.store(0, Relaxed)));
    mark::begin();
    let mut marker = Marker::new();
    marker.activate();
    marker.grey_doubtful(call.code);
    if call.id == 0 {
        marker.scan_contents(span.base() + slot * span.elem_bytes());
    }
    marker.drain();
    marker.finish();
    let report = Report {
        call,
        origin,
        reachable: span.is_marked(slot),
        shared: special::is_shared(call.ptr),
    };
    (report.reachable || report.shared).then_some(report)
}

fn print(out: &mut impl Write, reports: &[Report]) -> fmt::Result {
    out.write_str("WARNING: LIKELY CLEANUP/FINALIZER ISSUES\n\n")?;
    let mut last = 0;
    for report in reports.iter().take(MOST) {
        let (ptr, origin) = (report.call.ptr, report.origin);
        if ptr != last {
            if last != 0 {
                out.write_str("\n")?;
            }
            print_value(out, report)?;
            last = ptr;
        }
        writeln!(out, "\nHas {} at {:#x}", kind(report), report.call.address)?;
        print_place(out, origin.function_pc, 0)?;
        out.write_str("created at: \n")?;
        print_place(out, origin.created_pc, 1)?;
    }
    out.write_str("\n")?;
    if reports.len() > MOST {
        out.write_str("... too many potential issues ...\n")?;
    }
    Ok(())
}

fn kind(report: &Report) -> &'static str {
    match report.call.id {
        0 => "finalizer",
        _ => "cleanup",
    }
}

fn print_value(out: &mut impl Write, report: &Report) -> fmt::Result {
    // SAFETY: type descriptors are immortal, or marked as long as the special lives.
    let typ = unsafe { &*(report.origin.typ as *const Type) };
    let holder = match report.call.id {
        0 => "finalizer",
        _ => "cleanup or cleanup argument",
    };
    writeln!(
        out,
        "Value of type {} at {:#x}",
        type_name(typ),
        report.call.ptr
    )?;
    if report.reachable {
        writeln!(out, "  is reachable from {holder}")?;
    }
    if report.shared {
        out.write_str("  is in a tiny block with other (possibly long-lived) values\n")?;
    }
    if report.shared && report.reachable {
        writeln!(out, "  may be in the same tiny block as {holder}")?;
    }
    Ok(())
}

/// The function at `pc`, which is `past` bytes behind an instruction of it. The line is that of `pc` itself, as Go prints
/// it here.
fn print_place(out: &mut impl Write, pc: usize, past: usize) -> fmt::Result {
    let Some(call) = Logical::at(pc.wrapping_sub(past)) else {
        return writeln!(out, "  <bad pc {pc:#x}>");
    };
    let (file, line) = call.func.file_line(pc);
    let offset = pc - call.func.entry();
    writeln!(out, "  {}()\n      {file}:{line} +{offset:#x}", call.name())
}
