//! Records of deferred calls.

use crate::mem::meta::Pool;
use crate::sched::{self, G};
use crate::throw;
use core::ptr::null_mut;
use core::sync::atomic::Ordering::*;
use goxide_abi::layout::Defer;

static POOL: Pool<Defer> = Pool::new();

/// Head of a range-over-func list whose loop's function has ended.
const CLOSED: usize = 1;

/// A record in kernel memory, for when the P's own list is empty.
pub fn new_record() -> *mut Defer {
    POOL.get()
}

/// Takes a record that is in no chain any more.
pub fn free_record(d: &Defer) {
    d.func.set(0);
    if d.heap.get() == 0 {
        return;
    }
    let at = core::ptr::from_ref(d).cast_mut();
    match sched::try_p() {
        Some(p) => {
            d.link.set(p.defer_pool.get());
            p.defer_pool.set(at);
        }
        None => POOL.put(at),
    }
}

/// First record that the body of a range-over-func loop has added to the list of `d`.
pub fn range_head(d: &Defer) -> *const Defer {
    match d.head.load(Acquire) {
        CLOSED => null_mut(),
        head => head as *const Defer,
    }
}

/// `defer` in the body of a range-over-func loop: the call belongs to the function around the loop, whose list `outer`
/// heads. The body may run on another goroutine, so the list is pushed to by CAS.
#[doc(alias = "deferprocat")]
pub fn push_range(outer: &Defer, func: usize) {
    let d = new_record();
    // SAFETY: a fresh record; pooled memory only ever holds records.
    let record = unsafe { &*d };
    record.heap.set(1);
    record.rangefunc.set(0);
    record.func.set(func);
    let mut head = outer.head.load(Relaxed);
    loop {
        if head == CLOSED {
            throw!("defer after range func returned");
        }
        record.link.set(head as *mut Defer);
        match outer
            .head
            .compare_exchange_weak(head, d as usize, Release, Relaxed)
        {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// Replaces the innermost record of `g`, which heads a range-over-func list, by the records of that list.
pub fn splice_range(g: &G) {
    let outer = g.defer.get();
    // SAFETY: callers saw that the innermost record exists; it stays valid until it is freed below.
    let outer = unsafe { &*outer };
    let mut at = outer.head.swap(CLOSED, AcqRel) as *mut Defer;
    let mut first = outer.link.get();
    let mut tail: Option<&Defer> = None;
    // SAFETY: records of the list are in kernel memory and now belong to this goroutine alone.
    while let Some(d) = unsafe { at.as_ref() } {
        d.sp.set(outer.sp.get());
        d.pc.set(outer.pc.get());
        match tail {
            Some(t) => t.link.set(at),
            None => first = at,
        }
        at = d.link.get();
        tail = Some(d);
    }
    if let Some(t) = tail {
        t.link.set(outer.link.get());
    }
    g.defer.set(first);
    free_record(outer);
}
