//! A collection two minutes after the last one, in programs that allocate too little to cause one: what became garbage
//! gives its memory back, finalizers run, pools empty.
//!
//! Sysmon sees that it is time, also when the program is idle (it sleeps until then), and sends for an M: the first one
//! that holds a P and looks for work begins the collection. None before the first collection, and none with GOGC=off.

use super::{pacer, phase};
use crate::prim::Racy;
use crate::{sched, stats};
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering::*};

/// Nanoseconds between two collections; the debug kernel may shorten it at boot.
static PERIOD_NS: Racy<i64> = Racy::new(120_000_000_000);
/// Monotonic clock at the end of the last collection, 0: there was none.
static LAST_NS: AtomicI64 = AtomicI64::new(0);
/// Somebody with a P is to begin one.
static DUE: AtomicBool = AtomicBool::new(false);

/// When an M was sent for.
static SENT_NS: AtomicI64 = AtomicI64::new(0);
/// It is sent for again after this, ns.
const RETRY_NS: i64 = 1_000_000_000;

/// Debug kernel: another period. At boot.
pub fn set_period(ns: i64) {
    PERIOD_NS.set(ns);
}

/// A collection has ended.
pub fn note_end(now: i64) {
    LAST_NS.store(now, Relaxed);
    DUE.store(false, Relaxed);
}

/// When sysmon must look again at the latest, monotonic ns.
pub fn next_ns() -> i64 {
    match LAST_NS.load(Relaxed) {
        0 => i64::MAX,
        _ if pacer::percent() < 0 => i64::MAX,
        // The M that was sent for found no P, or the world about to stop.
        _ if is_due() => SENT_NS.load(Relaxed) + RETRY_NS,
        _ if phase::marking() => sched::now() + PERIOD_NS.get(),
        last => last + PERIOD_NS.get(),
    }
}

/// Called by sysmon now and then.
pub fn check(now: i64) {
    if now < next_ns() {
        return;
    }
    SENT_NS.store(now, Relaxed);
    DUE.store(true, Release);
    sched::help(1, || ());
}

/// Whether a collection is to begin.
#[inline]
pub fn is_due() -> bool {
    DUE.load(Relaxed)
}

/// Somebody will begin it.
pub fn hand_over() {
    DUE.store(false, Relaxed);
}

/// The caller begins it.
pub fn begin() {
    hand_over();
    if stats::godebug::gctrace() > 0 {
        crate::eprint!("GC forced\n");
    }
}
