//! Coroutines of `iter.Pull`: two goroutines of which one runs while the other waits in the `coro` object.
//!
//! The `coro` (a Go object, see coro.go) holds the G that waits. A switch parks the current goroutine there and continues
//! the other on the same M and P at once: no run queue, no wake-up.
//!
//! A lock to the thread belongs to the pair: whoever runs has it, and a switch hands it over. At every switch it must be
//! the lock that the maker had when it made the coroutine, or the pair could not go on on this M.

use crate::sched::{self, GRef, M, WaitReason};
use core::cell::Cell;

/// The kernel's view of `coro` in coro.go.
#[repr(C)]
pub struct Coro {
    /// Where its goroutine begins: a `coro` is a func value.
    _code: usize,
    /// The goroutine that waits; null: the coroutine has ended.
    waiting: Cell<Option<GRef>>,
    /// The Go function, the kernel's no business.
    _f: usize,
    /// The M that the maker was locked to, and how often; null: it was not.
    thread: Cell<*mut M>,
    depth: Cell<usize>,
}

/// Makes `g`, a fresh parked goroutine, the one that waits.
pub fn prepare(c: &Coro, g: GRef) {
    let maker = sched::current();
    c.thread.set(maker.locked_m.get());
    c.depth.set(maker.lock_depth.get() as usize);
    c.waiting.set(Some(g));
}

/// Continues the partner in place of the current goroutine, which waits in turn.
pub fn switch(c: &'static Coro) -> ! {
    let g = sched::current();
    let partner = partner_of(c, g, Some(g));
    sched::hand_over_thread(g, partner);
    sched::park_and_switch(g, WaitReason::Coroutine, partner)
}

/// The current goroutine, which runs the coroutine's function, ends: the partner goes on in its place.
pub fn exit(c: &Coro) -> ! {
    let g = sched::current();
    let partner = partner_of(c, g, None);
    sched::hand_over_thread(g, partner);
    sched::goexit_to(g, partner)
}

/// Takes the goroutine that waits and leaves `next_waiting` in its place.
fn partner_of(c: &Coro, g: GRef, next_waiting: Option<GRef>) -> GRef {
    if c.thread.get() != g.locked_m.get() || c.depth.get() != g.lock_depth.get() as usize {
        wrong_lock(c, g);
    }
    match c.waiting.replace(next_waiting) {
        Some(partner) if partner == g => {
            crate::throw!("coroswitch of a goroutine to itself")
        }
        Some(partner) => partner,
        None => crate::throw!("coroswitch on exited coro"),
    }
}

#[cold]
fn wrong_lock(c: &Coro, g: GRef) -> ! {
    crate::eprint!(
        "coro: got thread {:p}, want {:p}\n",
        sched::m(),
        c.thread.get()
    );
    crate::eprint!("coro: got lock internal 0, want 0\n");
    let (got, want) = (g.lock_depth.get(), c.depth.get());
    crate::eprint!("coro: got lock external {got}, want {want}\n");
    crate::throw!("coro: OS thread locking must match locking at coroutine creation")
}
