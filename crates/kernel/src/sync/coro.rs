//! Coroutines of `iter.Pull`: two goroutines of which one runs while the other waits in the `coro` object.
//!
//! The `coro` (a Go object, see coro.go) holds the G that waits. A switch parks the current goroutine there and continues
//! the other on the same M and P at once: no run queue, no wake-up.

use crate::sched::{self, GRef, WaitReason};
use core::cell::Cell;

/// The kernel's view of `coro` in coro.go.
#[repr(C)]
pub struct Coro {
    /// Where its goroutine begins: a `coro` is a func value.
    _code: usize,
    /// The goroutine that waits; null: the coroutine has ended.
    waiting: Cell<Option<GRef>>,
}

/// Makes `g`, a fresh parked goroutine, the one that waits.
pub fn prepare(c: &Coro, g: GRef) {
    c.waiting.set(Some(g));
}

/// Continues the partner in place of the current goroutine, which waits in turn.
pub fn switch(c: &'static Coro) -> ! {
    let g = sched::current();
    let Some(partner) = c.waiting.replace(Some(g)) else {
        crate::throw!("coroswitch on exited coro")
    };
    if partner == g {
        crate::throw!("coroswitch of a goroutine to itself");
    }
    sched::park_and_switch(g, WaitReason::Coroutine, partner)
}

/// The current goroutine, which has run the coroutine's function, ends: the partner goes on in its place.
pub fn exit(c: &Coro) -> ! {
    let g = sched::current();
    match c.waiting.take() {
        Some(partner) => sched::goexit_to(g, partner),
        None => sched::goexit(g),
    }
}
