//! Roots: globals, goroutines, and what other parts of the kernel hold. Cut into jobs that markers take in turn.

use super::mark::Marker;
use super::special;
use crate::mem::meta;
use crate::prim::Racy;
use crate::sched::{self, GState};
use crate::types::{ModuleData, module};
use crate::unwind::{self, StackSink};
use crate::{netpoll, throw, time};
use core::sync::atomic::{AtomicUsize, Ordering::*};

/// Words of globals to a job.
const GLOBAL_WORDS: usize = 16 << 10;
/// Goroutines to a job.
const GS: usize = 8;

/// Pointer masks of the data and bss segments, expanded at the first collection.
static MASKS: Racy<[*const u8; 2]> = Racy::new([core::ptr::null(); 2]);
static NEXT_JOB: AtomicUsize = AtomicUsize::new(0);

/// Before the markers start.
pub fn begin() {
    if MASKS.get()[0].is_null() {
        let m = module();
        MASKS.set([
            expand(m.gcdata, m.edata - m.data),
            expand(m.gcbss, m.ebss - m.bss),
        ]);
    }
    NEXT_JOB.store(0, Relaxed);
}

fn expand(program: *const u8, bytes: usize) -> *const u8 {
    let mask = meta::alloc((bytes / 64 + 9).next_multiple_of(8), 8);
    // SAFETY: the linker's program ends with a stop code; its length is not recorded, the module's end bounds it.
    let program = unsafe { core::slice::from_raw_parts(program, 1 << 24) };
    // SAFETY: the block holds a bit for every word of the segment.
    let out = unsafe { core::slice::from_raw_parts_mut(mask, bytes / 64 + 9) };
    if goxide_algo::gcprog::expand(program, out).is_err() {
        throw!("gc: bad pointer program of the module");
    }
    mask
}

fn segments(m: &ModuleData) -> [(usize, usize); 2] {
    [
        (m.data, (m.edata - m.data) / 8),
        (m.bss, (m.ebss - m.bss) / 8),
    ]
}

/// Takes jobs until there is none left.
pub fn mark(marker: &mut Marker) {
    let segments = segments(module());
    let jobs = segments.map(|(_, words)| words.div_ceil(GLOBAL_WORDS));
    let gs = sched::g_count().div_ceil(GS);
    loop {
        let mut job = NEXT_JOB.fetch_add(1, Relaxed);
        if job == 0 {
            mark_kernel(marker);
            continue;
        }
        job -= 1;
        if job < gs {
            (job * GS..(job + 1) * GS)
                .filter_map(sched::g_at)
                .for_each(|g| mark_goroutine(marker, g));
            continue;
        }
        job -= gs;
        match jobs {
            [data, _] if job < data => mark_globals(marker, segments[0], MASKS.get()[0], job),
            [data, bss] if job < data + bss => {
                mark_globals(marker, segments[1], MASKS.get()[1], job - data)
            }
            _ => return,
        }
    }
}

fn mark_globals(marker: &mut Marker, (base, words): (usize, usize), mask: *const u8, job: usize) {
    let first = job * GLOBAL_WORDS;
    for i in first..(first + GLOBAL_WORDS).min(words) {
        // SAFETY: the mask has a bit for every word of the segment, which is mapped for the life of the process.
        unsafe {
            if *mask.add(i / 8) >> (i % 8) & 1 != 0 {
                match *((base + i * 8) as *const usize) {
                    0 => {}
                    value => marker.grey(value),
                }
            }
        }
    }
}

/// What timers, pollers and specials hold.
fn mark_kernel(marker: &mut Marker) {
    let mut visit = |word| marker.grey_doubtful(word);
    time::roots(&mut visit);
    netpoll::roots(&mut visit);
    special::mark_roots(&mut visit);
    crate::sync::roots(&mut visit);
    crate::types::roots(&mut visit);
    crate::panic::roots(&mut visit);
    crate::stats::roots(&mut visit);
    special::for_each_finalizable(&mut |base| marker.scan_contents(base));
}

struct Sink<'a>(&'a mut Marker);

impl StackSink for Sink<'_> {
    fn precise(&mut self, word: usize) {
        if word != 0 {
            self.0.grey(word);
        }
    }
    fn conservative(&mut self, word: usize) {
        self.0.grey_doubtful(word);
    }
}

fn mark_goroutine(marker: &mut Marker, g: sched::GRef) {
    if matches!(g.state(), GState::Dead | GState::Idle) {
        return;
    }
    for word in [
        g.labels.get(),
        g.param.get(),
        g.bubble.get(),
        g.coroarg.get(),
        g.sched_ctxt.get(),
    ] {
        marker.grey_doubtful(word);
    }
    unwind::scan_goroutine(g, &mut Sink(marker));
}
