//! Every pointer into a stack that moves.

use crate::sched::GRef;
use crate::stats::godebug;
use crate::throw;
use crate::unwind::{Frame, FrameMaps, Frames};
use core::cell::Cell;
use goxide_abi::layout::{Defer, Panic};

/// Linux maps nothing below.
const LOWEST_ADDRESS: usize = 4096;

/// The live pointer at `addr` is a small number, which ends the process unless `GODEBUG=invalidptr=0`.
#[cold]
fn no_pointer(frame: &Frame, addr: usize, word: usize) {
    if godebug::invalidptr() != 0 {
        crate::panic::start_dying();
        let name = frame.func.name();
        crate::eprint!("runtime: bad pointer in frame {name} at {addr:#x}: {word:#x}\n");
        throw!("invalid pointer found on stack");
    }
}

/// A move of the used part of a stack, which keeps its distance from the upper end.
pub(super) struct Move {
    lo: usize,
    hi: usize,
    delta: usize,
}

impl Move {
    /// From `[lo, hi)` to the stack that ends at `new_hi`.
    pub fn new(lo: usize, hi: usize, new_hi: usize) -> Self {
        Self {
            lo,
            hi,
            delta: new_hi.wrapping_sub(hi),
        }
    }

    #[inline]
    fn contains(&self, word: usize) -> bool {
        word.wrapping_sub(self.lo) < self.hi - self.lo
    }

    /// `word` as it must be after the move.
    #[inline]
    pub fn word(&self, word: usize) -> usize {
        if self.contains(word) {
            word.wrapping_add(self.delta)
        } else {
            word
        }
    }

    /// Where the thing at `at`, on the old stack or elsewhere, lies now.
    fn place<T>(&self, at: *const T) -> *const T {
        self.word(at as usize) as *const T
    }

    /// The slot at `addr` of the old stack.
    #[inline]
    fn slot(&self, addr: usize) {
        // SAFETY: `addr` is a slot in the used part of the old stack, which was copied to the new one.
        unsafe {
            *((addr.wrapping_add(self.delta)) as *mut usize) = self.word(*(addr as *const usize))
        };
    }

    /// As [`Move::slot`], for a slot that a stack map calls a live pointer.
    #[inline]
    fn live_slot(&self, frame: &Frame, addr: usize) {
        // SAFETY: as in `slot`.
        let word = unsafe { *(addr as *const usize) };
        if word.wrapping_sub(1) < LOWEST_ADDRESS - 1 {
            no_pointer(frame, addr, word);
        }
        self.slot(addr);
    }

    fn cell(&self, old: &Cell<usize>, new: &Cell<usize>) {
        new.set(self.word(old.get()));
    }

    /// Everything of `g`, whose `stack_*` fields still name the old stack.
    pub fn goroutine(&self, g: GRef) {
        let mut frames = Frames::of(&g);
        for frame in &mut frames {
            self.frame(&frame);
        }
        if frames.broken() {
            crate::panic::die_of_damage(g);
        }
        self.defers(g.defer.get());
        self.panics(g.panic.get());
        g.defer.set(self.place(g.defer.get()).cast_mut());
        g.panic.set(self.place(g.panic.get()).cast_mut());
        // The closure of a call that has returned long ago. The new stack may be too short to have its place: what lies
        // there would look alive.
        if self.contains(g.sched_ctxt.get()) && g.sched_ctxt.get() < g.sched_sp.get() {
            g.sched_ctxt.set(0);
        }
        g.kept.set(g.kept.get().map(|word| self.word(word)));
        let closure = g.sched_ctxt.get();
        for cell in [&g.sched_sp, &g.sched_bp, &g.sched_ctxt] {
            self.cell(cell, cell);
        }
        crate::kassert!(
            g.sched_ctxt.get() == closure || g.sched_ctxt.get() >= g.sched_sp.get(),
            "a closure in the unused part of the stack"
        );
    }

    fn frame(&self, frame: &Frame) {
        if let Some(slot) = frame.saved_bp() {
            self.slot(slot);
        }
        match FrameMaps::of(frame) {
            Ok(maps) => {
                maps.locals.for_each(|addr| self.live_slot(frame, addr));
                maps.args.for_each(|addr| self.live_slot(frame, addr));
            }
            Err(func) => throw!("missing stack map of {}", func.name()),
        }
        // Objects move whether something points to them or not: garbage that looks like a pointer stays garbage.
        frame.for_each_object(|object| object.pointers().for_each(|addr| self.slot(addr)));
    }

    /// Defer records lie in frames or in kernel memory. Old copies stay intact, so the chain is read there.
    fn defers(&self, mut at: *const Defer) {
        // SAFETY: the chain's records are valid, on the old stack (still intact) or in kernel memory.
        while let Some(old) = unsafe { at.as_ref() } {
            at = old.link.get();
            // SAFETY: the record's copy on the new stack, or the record itself.
            let new = unsafe { &*self.place(old) };
            if old.rangefunc.get() != 0 {
                self.defers(crate::panic::range_head(old));
            }
            self.cell(&old.func, &new.func);
            self.cell(&old.sp, &new.sp);
            new.link.set(self.place(old.link.get()).cast_mut());
        }
    }

    fn panics(&self, mut at: *const Panic) {
        // SAFETY: panic records lie on the old stack, which is still intact.
        while let Some(old) = unsafe { at.as_ref() } {
            at = old.link.get();
            // SAFETY: the record's copy on the new stack.
            let new = unsafe { &*self.place(old) };
            self.cell(&old.argp, &new.argp);
            self.cell(&old.sp, &new.sp);
            self.cell(&old.own_sp, &new.own_sp);
            self.cell(&old.arg_data, &new.arg_data);
            new.link.set(self.place(old.link.get()).cast_mut());
        }
    }
}
