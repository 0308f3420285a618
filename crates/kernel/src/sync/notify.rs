//! The line of waiters in a `sync.Cond`.
//!
//! `Wait` takes a ticket before it unlocks the Cond's mutex and queues up after, so a ticket may be called before its
//! owner is in line: then its owner does not wait at all. Tickets below `notify` have been called.

use crate::chan::SudogRef;
use crate::prim::WordLock;
use crate::sched::{self, GList, GRef, WaitReason};
use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering::*};

/// `sync.notifyList`.
#[repr(C)]
pub struct NotifyList {
    /// Next ticket; taken by atomic addition in Go.
    wait: AtomicU32,
    /// Next ticket to be called. Written under the lock.
    notify: AtomicU32,
    lock: WordLock,
    /// The line. Kernel memory: the collector finds nothing there.
    head: Cell<Option<SudogRef>>,
    tail: Cell<Option<SudogRef>>,
}

const _: () =
    assert!(size_of::<NotifyList>() == 32 && core::mem::offset_of!(NotifyList, head) == 16);

/// Parks the current goroutine until `ticket` is called.
pub fn wait(l: &NotifyList, ticket: u32) {
    l.lock.lock();
    // Wrapping order: fewer than 2^31 goroutines wait on one Cond.
    if (ticket.wrapping_sub(l.notify.load(Relaxed)) as i32) < 0 {
        return l.lock.unlock();
    }
    let g = sched::current();
    let sg = SudogRef::take(g);
    sg.ticket.set(ticket);
    sg.next.set(None);
    g.waiting.set(sg.as_ptr());
    match l.tail.replace(Some(sg)) {
        Some(t) => t.next.set(Some(sg)),
        None => l.head.set(Some(sg)),
    }
    sched::park(g, WaitReason::SyncCondWait, || l.lock.unlock())
}

/// Calls all tickets handed out so far.
pub fn notify_all(l: &NotifyList) {
    if l.wait.load(SeqCst) == l.notify.load(SeqCst) {
        return;
    }
    l.lock.lock();
    let mut at = l.head.take();
    l.tail.set(None);
    l.notify.store(l.wait.load(SeqCst), SeqCst);
    l.lock.unlock();
    let mut woken = GList::EMPTY;
    while let Some(sg) = at {
        at = sg.next.take();
        woken.push(settle(sg));
    }
    sched::ready_list(&mut woken);
}

/// Calls the next ticket, if one was handed out.
pub fn notify_one(l: &NotifyList) {
    if l.wait.load(SeqCst) == l.notify.load(SeqCst) {
        return;
    }
    l.lock.lock();
    let ticket = l.notify.load(Relaxed);
    if ticket == l.wait.load(SeqCst) {
        return l.lock.unlock();
    }
    l.notify.store(ticket.wrapping_add(1), SeqCst);
    let woken = l.take(ticket);
    l.lock.unlock();
    if let Some(sg) = woken {
        sched::ready(settle(sg));
    }
}

fn settle(sg: SudogRef) -> GRef {
    let g = sg.owner();
    crate::sync::bubble::check_wake(g);
    g.waiting.set(core::ptr::null_mut());
    sg.recycle();
    g
}

impl NotifyList {
    /// Takes the owner of `ticket` out of the line, if it is there already. Under the lock. The line is nearly sorted:
    /// the search ends after a step or two.
    fn take(&self, ticket: u32) -> Option<SudogRef> {
        let (mut prev, mut at) = (None::<SudogRef>, self.head.get());
        while let Some(sg) = at {
            if sg.ticket.get() == ticket {
                let next = sg.next.take();
                match prev {
                    Some(p) => p.next.set(next),
                    None => self.head.set(next),
                }
                if next.is_none() {
                    self.tail.set(prev);
                }
                return Some(sg);
            }
            (prev, at) = (at, sg.next.get());
        }
        None
    }
}
