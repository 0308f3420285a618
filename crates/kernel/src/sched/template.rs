//! The template: a thread that never runs Go and makes new threads in place of threads that are locked.
//!
//!   LockOSThread ─▶ ensure (once)        locked M ─▶ make ─▶ WANTED ─▶ template: clone
//!
//! A new thread inherits what the program has done to the thread that clones it: its working directory, its namespaces,
//! its credentials. A goroutine locks itself to a thread in order to do such things; nobody else may see them.

use super::{M, m, thread};
use crate::prim::{Lock, Note, Rank};
use core::ptr::{from_ref, null_mut};
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering::*};

/// Ms that want a thread, linked by `next_wanted`.
static WANTED: Lock<*mut M> = Lock::new(Rank::Meta, null_mut());
static NOTE: Note = Note::new();
static LOCKS: AtomicU32 = AtomicU32::new(0);
static THREADS: AtomicI32 = AtomicI32::new(0);

/// Before a goroutine is locked to this thread. The first time it is runtime.main, which changes nothing and gives the
/// lock back; the second time the template is started, while this thread is still clean.
pub fn ensure() {
    if LOCKS.load(Relaxed) < 2 && LOCKS.fetch_add(1, AcqRel) == 1 {
        // Cloned from here: only from now on is there a template to ask.
        thread::new_m_running(run);
        THREADS.store(1, Relaxed);
    }
}

/// Threads that never schedule: 1 once started.
pub fn count() -> i32 {
    THREADS.load(Relaxed)
}

/// Whether this M must not clone its own thread.
pub fn is_needed() -> bool {
    THREADS.load(Relaxed) != 0 && !m().locked_g.get().is_null()
}

/// Has the template start the thread of `new`.
pub fn start(new: &'static M) {
    let mut wanted = WANTED.lock();
    new.next_wanted
        .set(core::mem::replace(&mut *wanted, from_ref(new).cast_mut()));
    wanted.release();
    NOTE.wake();
}

fn run() -> ! {
    loop {
        NOTE.sleep();
        NOTE.clear();
        // Whoever adds one after this wakes the note again.
        let mut at = core::mem::replace(&mut *WANTED.lock(), null_mut());
        // SAFETY: Ms are immortal; the list is this thread's from here on.
        while let Some(new) = unsafe { at.as_ref() } {
            at = new.next_wanted.replace(null_mut());
            thread::start_here(new);
        }
    }
}
