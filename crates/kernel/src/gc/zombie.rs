//! Pointers to free slots: the program has made a pointer from a number that named an object long dead, or the collector
//! has missed an object that was alive. Either way the slot may be given to somebody else at any time, so the process ends.
//!
//! The marker follows a precise pointer without asking whether its slot is in use. Where all marks are set, runs are closed
//! and the marks of their unused slots gone, so at the sweep a mark without an allocation bit says that a precise pointer
//! was followed to a slot that was free when marking began and was not handed out since. One thing else sets such a mark:
//! a doubtful word that names a slot of an open run, which is closed between the look at the run and the mark. The
//! marker looks again afterwards, and with that doubt the collection reports nothing.

use crate::mem::MSpan;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A doubtful word may have marked a free slot in this collection.
static DOUBT: AtomicBool = AtomicBool::new(false);

/// A marking begins.
pub fn begin() {
    DOUBT.store(false, Relaxed);
}

/// See [`DOUBT`].
#[cold]
pub fn doubt() {
    DOUBT.store(true, Relaxed);
}

/// The sweep has found marks of free slots: bits of `zombies`, counted from slot `first`.
#[cold]
pub fn found(span: &MSpan, first: usize, zombies: u64) {
    if DOUBT.load(Relaxed) {
        return;
    }
    crate::eprint!(
        "runtime: marked free object in span {:#x}, elemsize={} (bad use of unsafe.Pointer or having race conditions? \
         try -d=checkptr or -race)\n",
        span.base(),
        span.elem_bytes()
    );
    for slot in (0..64).filter(|i| zombies >> i & 1 != 0).map(|i| first + i) {
        let at = span.base() + slot * span.elem_bytes();
        crate::eprint!("{at:#x} free  marked   zombie\n");
    }
    crate::throw!("found pointer to free object");
}
