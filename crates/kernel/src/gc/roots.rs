//! Roots: globals, goroutines, and what other parts of the kernel hold. Cut into jobs that markers take in turn.

use super::mark::{Backoff, Marker};
use super::phase::{cycle, marking};
use super::special;
use crate::mem::meta;
use crate::prim::Racy;
use crate::sched::{self, GRef, GState};
use crate::types::{ModuleData, module};
use crate::unwind::{self, StackSink};
use crate::{throw, time};
use core::sync::atomic::{AtomicUsize, Ordering::*};

/// Words of globals to a job.
const GLOBAL_WORDS: usize = 16 << 10;
/// Goroutines to a job.
const GS: usize = 8;

/// Pointer masks of the data and bss segments, expanded at the first collection.
static MASKS: Racy<[*const u8; 2]> = Racy::new([core::ptr::null(); 2]);
static NEXT_JOB: AtomicUsize = AtomicUsize::new(0);
/// Of stacks that were scanned in this collection.
static STACK_BYTES: AtomicUsize = AtomicUsize::new(0);

/// Before the markers start.
pub fn begin() {
    expand_masks();
    let [data, bss] = segments(module()).map(|(_, words)| words.div_ceil(GLOBAL_WORDS));
    JOBS.set(Jobs {
        goroutines: sched::g_count().div_ceil(GS),
        data,
        bss,
        timers: time::mark_jobs() as usize,
    });
    NEXT_JOB.store(0, Relaxed);
    STACK_BYTES.store(0, Relaxed);
}

/// Bytes of globals and of stacks that this collection has scanned, or the last one.
pub fn scanned_bytes() -> (u64, u64) {
    let words: usize = segments(module()).iter().map(|&(_, words)| words).sum();
    (words as u64 * 8, STACK_BYTES.load(Relaxed) as u64)
}

/// World stopped.
fn expand_masks() {
    if MASKS.get()[0].is_null() {
        let m = module();
        MASKS.set([
            expand(m.gcdata, m.edata - m.data),
            expand(m.gcbss, m.ebss - m.bss),
        ]);
    }
}

/// Calls `f` for the data segment and the bss segment, with number, address, bytes, and a function that says whether a
/// word may hold a pointer. World stopped.
pub fn for_each_segment(mut f: impl FnMut(usize, usize, usize, &dyn Fn(usize) -> bool)) {
    expand_masks();
    for (i, (base, words)) in segments(module()).into_iter().enumerate() {
        let mask = MASKS.get()[i];
        // SAFETY: the mask has a bit for every word of the segment.
        let is_pointer = |word: usize| unsafe { *mask.add(word / 8) } >> (word % 8) & 1 != 0;
        f(i, base, words * 8, &is_pointer);
    }
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

/// How many jobs there are of each kind. Counted once, since markers that set out at different times must agree on what
/// a number means: a goroutine or a P that is made later holds nothing that is not shaded.
#[derive(Clone, Copy)]
struct Jobs {
    goroutines: usize,
    data: usize,
    bss: usize,
    timers: usize,
}

static JOBS: Racy<Jobs> = Racy::new(Jobs {
    goroutines: 0,
    data: 0,
    bss: 0,
    timers: 0,
});

/// Takes jobs until there is none left. With the world stopped, or beside the program while marking runs; then the
/// kernel's own roots are not among them ([`mark_kernel`]).
pub fn mark(marker: &mut Marker) {
    let jobs = JOBS.get();
    let segments = segments(module());
    loop {
        let mut job = NEXT_JOB.fetch_add(1, Relaxed);
        if crate::debug::ON {
            super::verify::turn_to(job);
        }
        if job == 0 {
            if !marking() {
                mark_kernel(marker);
            }
            continue;
        }
        job -= 1;
        if job < jobs.goroutines {
            (job * GS..(job + 1) * GS)
                .filter_map(sched::g_at)
                .for_each(|g| mark_goroutine(marker, g));
            continue;
        }
        job -= jobs.goroutines;
        if job < jobs.data {
            mark_globals(marker, segments[0], MASKS.get()[0], job);
            continue;
        }
        job -= jobs.data;
        if job < jobs.bss {
            mark_globals(marker, segments[1], MASKS.get()[1], job);
            continue;
        }
        job -= jobs.bss;
        if job < jobs.timers {
            time::mark_job(job as u32, |timer| marker.grey_doubtful(timer));
            continue;
        }
        if !special::mark_job(marker, job - jobs.timers) {
            return;
        }
    }
}

/// Whether going through all roots takes no longer than a short stop may.
pub fn are_few() -> bool {
    let words: usize = segments(module()).iter().map(|s| s.1).sum();
    words <= 2 * GLOBAL_WORDS && sched::g_count() <= 8 * GS
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

/// What other parts of the kernel hold, as far as it is little. World stopped: at the start of marking, since what leaves these places later
/// is not shaded, and at its end, since what enters them is not, either.
pub fn mark_kernel(marker: &mut Marker) {
    for_each_kernel_root(|word| marker.grey_doubtful(word));
}

/// Calls `visit` with each of these words. World stopped.
pub fn for_each_kernel_root(mut visit: impl FnMut(usize)) {
    crate::sync::roots(&mut visit);
    crate::types::roots(&mut visit);
    crate::profile::cpu::roots(&mut visit);
}

struct Sink<'a>(&'a mut Marker);

impl StackSink for Sink<'_> {
    fn precise(&mut self, word: usize) {
        if word != 0 {
            self.0.grey(word);
        }
    }
    fn conservative(&mut self, word: usize) {
        if super::verify::is_running() {
            return;
        }
        self.0.grey_doubtful(word);
    }
}

/// A worker, or the stop, comes to `g`. A goroutine that runs is left for later.
fn mark_goroutine(marker: &mut Marker, g: GRef) {
    if !marking() {
        return scan(marker, g);
    }
    let hold = ScanHold::take(g);
    if matches!(
        g.state(),
        GState::Waiting | GState::Runnable | GState::Syscall
    ) {
        scan_once(marker, g);
    }
    drop(hold);
}

/// Debug kernel, the second stop: with all workers done, every goroutine has been scanned. One that runs was scanned by
/// the M that it runs on, one that does not by a worker. If workers are `late`, what they have not come to is scanned.
pub fn check_goroutines(marker: &mut Marker, late: bool) {
    for i in 0..sched::g_count() {
        if let Some(g) = sched::g_at(i) {
            // Workers that are not done may be at it.
            let hold = ScanHold::take(g);
            let alive = !matches!(g.state(), GState::Dead | GState::Idle);
            if alive && !late && g.scanned_in.get() != cycle() {
                throw!("gc: nobody has scanned goroutine {}", g.goid.get());
            }
            scan_once(marker, g);
            drop(hold);
        }
    }
}

fn scan_once(marker: &mut Marker, g: GRef) {
    if g.scanned_in.get() != cycle() {
        scan(marker, g);
        g.scanned_in.set(cycle());
    }
}

/// Keeps a goroutine from running while its stack is read, or from being read while it starts to run. Used while marking
/// runs only; `marking` changes with the world stopped, so both sides agree on whether to use it.
struct ScanHold(GRef);

impl ScanHold {
    fn take(g: GRef) -> Self {
        let mut patience = Backoff::new();
        // Acquire: what the former holder, or the M on which `g` ran last, wrote to the stack is visible.
        while g.scan_lock.swap(1, Acquire) != 0 {
            patience.wait();
        }
        Self(g)
    }
}

impl Drop for ScanHold {
    fn drop(&mut self) {
        self.0.scan_lock.store(0, Release);
    }
}

/// `g` is about to run on this M: scans it unless somebody has, then makes it running.
#[cold]
pub fn scan_before_running(g: GRef) {
    let hold = ScanHold::take(g);
    let mut marker = Marker::new();
    scan_once(&mut marker, g);
    marker.finish();
    g.set_state(GState::Running);
    drop(hold);
}

/// `g` runs on this M, is in the kernel, and has stopped the world for the marking: scans it.
pub fn scan_running(g: GRef) {
    let hold = ScanHold::take(g);
    let mut marker = Marker::new();
    scan_once(&mut marker, g);
    marker.finish();
    drop(hold);
}

/// Makes the goroutine of a system call that has returned a running one.
#[inline]
pub fn enter_running(g: GRef) {
    if marking() {
        scan_before_running(g)
    } else {
        g.set_state(GState::Running)
    }
}

fn scan(marker: &mut Marker, g: GRef) {
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
    STACK_BYTES.fetch_add(g.stack_hi.get().saturating_sub(g.sched_sp.get()), Relaxed);
    unwind::scan_goroutine(g, &mut Sink(marker));
    crate::stack::after_scan(g);
}
