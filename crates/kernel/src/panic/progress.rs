//! How far a panic, or Goexit, has come: the next deferred call, frame by frame.

use super::{damage, defer, recover};
use crate::sched::{G, GRef};
use crate::unwind::Frame;
use core::sync::atomic::{AtomicI32, Ordering::*};
use goxide_abi::layout::Panic;

/// Panics that are running deferred calls. While there are any, the end of `main` waits for their verdict.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// See [`RUNNING`].
pub fn running() -> i32 {
    RUNNING.load(Relaxed)
}

/// `n` panics have ended by recovery or by Goexit.
pub(super) fn ended(n: i32) {
    RUNNING.fetch_sub(n, Relaxed);
}

/// The next deferred call of the activation that `p` records, as a func value, which may be nil; `None` when there is
/// none left. Does not return if the call before this one has recovered the panic.
pub fn next(g: GRef, p: &Panic) -> Option<usize> {
    if p.pc.get() == 0 {
        start(g, p);
    }
    if p.recovered.get() != 0 {
        recover::land(g, p);
    }
    // WRAPPER prologues may have replaced it during the last call.
    p.argp.set(p.own_sp.get());
    loop {
        let Some(frame) = Frame::at(p.pc.get(), p.sp.get()) else {
            damage::die_of_damage(g);
        };
        if frame.func.deferreturn().is_some()
            && let Some(func) = take_call(&g, &frame)
        {
            return Some(func);
        }
        match frame.caller() {
            Some((pc, sp)) => {
                p.pc.set(pc);
                p.sp.set(sp);
            }
            None => {
                finish(p);
                return None;
            }
        }
    }
}

/// The first frame looked at is that of `gopanic` or `Goexit` itself, whose loop this call comes from.
fn start(g: GRef, p: &Panic) {
    p.own_pc.set(g.sched_pc.get());
    p.own_sp.set(g.sched_sp.get());
    p.pc.set(g.sched_pc.get() - 1);
    p.sp.set(g.sched_sp.get());
    p.link.set(g.panic.get());
    g.panic.set(core::ptr::from_ref(p).cast_mut());
    if p.goexit.get() == 0 {
        RUNNING.fetch_add(1, Relaxed);
    }
}

/// Goexit has run everything: panics that it went past are forgotten with the goroutine.
fn finish(p: &Panic) {
    if p.goexit.get() == 0 {
        return;
    }
    let mut at = p.link.get();
    // SAFETY: panic records lie in frames of this goroutine that are still there.
    while let Some(q) = unsafe { at.as_ref() } {
        ended(i32::from(q.goexit.get() == 0));
        at = q.link.get();
    }
}

/// Takes the innermost pending call of `frame`.
fn take_call(g: &G, frame: &Frame) -> Option<usize> {
    loop {
        // SAFETY: records in the chain are valid: on this stack or in kernel memory.
        let Some(d) = (unsafe { g.defer.get().as_ref() }).filter(|d| d.sp.get() == frame.sp) else {
            return OpenDefers::of(frame)?.take();
        };
        if d.rangefunc.get() != 0 {
            defer::splice_range(g);
            continue;
        }
        let func = d.func.get();
        g.defer.set(d.link.get());
        defer::free_record(d);
        return Some(func);
    }
}

/// Open-coded defers of a frame: a byte of pending bits, a slot with a func value for each.
pub(super) struct OpenDefers {
    bits: *mut u8,
    slots: *const usize,
}

impl OpenDefers {
    /// Those of `frame`, if its function has any.
    pub fn of(frame: &Frame) -> Option<Self> {
        let (bits, slots) = frame.func.open_defers()?;
        Some(Self {
            bits: (frame.varp - bits) as *mut u8,
            slots: (frame.varp - slots) as *const usize,
        })
    }

    /// The latest one that is pending, which then no longer is.
    pub fn take(&self) -> Option<usize> {
        // SAFETY: the compiler laid the byte and the slots into this frame, which is stopped in a call.
        unsafe {
            let pending = *self.bits;
            let latest = 7u32.checked_sub(pending.leading_zeros())?;
            *self.bits = pending & !(1 << latest);
            Some(*self.slots.add(latest as usize))
        }
    }
}
