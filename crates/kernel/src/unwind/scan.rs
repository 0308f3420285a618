//! The collector's view of a goroutine: which words of its stack and of its record are references.
//!
//! Slots that the stack maps call pointers are reported precisely. A pointer into the goroutine's own stack is not
//! reported: it keeps a stack object alive, whose pointers are reported in turn, each object once. A frame that was
//! stopped between two instructions has no map, so all its words are reported as possible pointers.
//!
//! ```text
//!   frames ──▶ slots ──▶ value outside of the stack ─▶ sink
//!          └─▶ objects   value inside ─▶ pending ─▶ object found by address ─▶ its slots ─▶ …
//! ```

use super::frames::{Frame, Frames};
use super::stack_map::{Bitmap, FrameMaps, StackObject};
use crate::chan::SudogRef;
use crate::mem::meta::KVec;
use crate::prim::{Lock, Rank};
use crate::sched::GRef;
use crate::throw;
use goxide_abi::layout::{Defer, Panic};

/// Who wants to know the references.
pub trait StackSink {
    /// A word that holds a pointer or zero.
    fn precise(&mut self, word: usize);
    /// A word that may hold anything.
    fn conservative(&mut self, word: usize);
}

#[derive(Clone, Copy)]
struct Object {
    object: StackObject,
    scanned: bool,
}

/// Working memory of one scan: grows to the largest stack seen and is used again.
struct Space {
    objects: KVec<Object>,
    /// Pointers into the stack that are followed precisely.
    pending: KVec<usize>,
    /// Words that look like such pointers. What they keep alive may be garbage, so its slots are "may hold" too.
    maybe: KVec<usize>,
}

/// Working memory between scans. More than one is only made when several Ms scan at once.
static SPACES: Lock<KVec<*mut Space>> = Lock::new(Rank::Meta, KVec::new());

impl Space {
    fn take() -> &'static mut Self {
        let free = SPACES.lock().pop();
        let space = free.unwrap_or_else(|| {
            let fresh =
                crate::mem::meta::alloc(size_of::<Space>(), align_of::<Space>()).cast::<Space>();
            // SAFETY: fresh memory of the right size.
            unsafe {
                fresh.write(Space {
                    objects: KVec::new(),
                    pending: KVec::new(),
                    maybe: KVec::new(),
                })
            };
            fresh
        });
        // SAFETY: a space is in the list or with one scan, and this one has just left the list.
        unsafe { &mut *space }
    }

    fn give_back(&'static mut self) {
        self.objects.clear();
        self.pending.clear();
        self.maybe.clear();
        SPACES.lock().push(self);
    }

    /// Keeps the objects in address order: they arrive that way except in frames of unusual functions.
    fn add(&mut self, object: StackObject) {
        self.objects.push(Object {
            object,
            scanned: false,
        });
        let all = self.objects.as_mut_slice();
        let mut i = all.len() - 1;
        while i > 0 && all[i - 1].object.addr > all[i].object.addr {
            all.swap(i - 1, i);
            i -= 1;
        }
    }

    /// The object that contains `addr`, unless it was taken before.
    fn take_object(&mut self, addr: usize) -> Option<StackObject> {
        let all = self.objects.as_mut_slice();
        let i = all
            .partition_point(|o| o.object.addr <= addr)
            .checked_sub(1)?;
        let hit = &mut all[i];
        if hit.scanned || addr >= hit.object.addr + hit.object.bytes as usize {
            return None;
        }
        hit.scanned = true;
        Some(hit.object)
    }
}

/// Reports every reference that `g`, which is not running Go code, holds: its stack and the words of its record.
pub fn scan_goroutine<S: StackSink + ?Sized>(g: GRef, sink: &mut S) {
    let mut scan = Scan {
        lo: g.stack_lo.get(),
        hi: g.stack_hi.get(),
        space: Space::take(),
        sink,
    };
    scan.record(g);
    scan.frames(g);
    scan.defers(g.defer.get());
    scan.panics(g.panic.get());
    scan.drain();
    scan.space.give_back();
}

struct Scan<'a, S: StackSink + ?Sized> {
    lo: usize,
    hi: usize,
    space: &'static mut Space,
    sink: &'a mut S,
}

/// A word of the scanned stack.
fn word_at(addr: usize) -> usize {
    // SAFETY: callers pass 8-aligned slots of the scanned goroutine's stack, which does not run meanwhile.
    unsafe { *(addr as *const usize) }
}

impl<S: StackSink + ?Sized> Scan<'_, S> {
    #[inline]
    fn precise(&mut self, word: usize) {
        if word.wrapping_sub(self.lo) < self.hi - self.lo {
            self.space.pending.push(word);
        } else if word != 0 {
            self.sink.precise(word);
        }
    }

    #[inline]
    fn conservative(&mut self, word: usize) {
        if word.wrapping_sub(self.lo) < self.hi - self.lo {
            self.space.maybe.push(word);
        } else if word != 0 {
            self.sink.conservative(word);
        }
    }

    fn slots(&mut self, map: Bitmap) {
        map.for_each(|addr| self.precise(word_at(addr)));
    }

    fn words(&mut self, from: usize, to: usize) {
        for addr in (from..to).step_by(8) {
            self.conservative(word_at(addr));
        }
    }

    /// The words of the G itself and of the sudogs it waits on.
    fn record(&mut self, g: GRef) {
        for word in g
            .kargs
            .get()
            .into_iter()
            .chain(g.ret.get())
            .chain(g.kept.get())
        {
            self.conservative(word);
        }
        self.conservative(g.sched_ctxt.get());
        for word in [
            g.labels.get(),
            g.param.get(),
            g.bubble.get(),
            g.coroarg.get(),
        ] {
            self.conservative(word);
        }
        let mut at = SudogRef::from_ptr(g.waiting.get());
        while let Some(sudog) = at {
            self.conservative(sudog.elem.get());
            self.conservative(sudog.c.get());
            at = sudog.waitlink.get();
        }
    }

    fn frames(&mut self, g: GRef) {
        let mut frames = Frames::of(&g);
        for frame in &mut frames {
            self.frame(&frame);
        }
        if frames.broken() {
            crate::panic::die_of_damage(g);
        }
    }

    fn frame(&mut self, frame: &Frame) {
        if frame.has_no_map() {
            self.words(frame.sp, frame.return_slot());
            return self.words(frame.argp(), frame.argp() + frame.func.args_bytes());
        }
        match FrameMaps::of(frame) {
            Ok(maps) => {
                self.slots(maps.locals);
                self.slots(maps.args);
            }
            Err(func) => throw!("missing stack map of {}", func.name()),
        }
        if frame.live_pc().is_some() {
            let space = &mut self.space;
            frame.for_each_object(|object| space.add(object));
        }
    }

    fn defers(&mut self, mut at: *const Defer) {
        // SAFETY: the chain's records lie on this stack or in kernel memory, and the goroutine does not run.
        while let Some(d) = unsafe { at.as_ref() } {
            self.precise(d.func.get());
            if d.rangefunc.get() != 0 {
                self.defers(crate::panic::range_head(d));
            }
            at = d.link.get();
        }
    }

    fn panics(&mut self, mut at: *const Panic) {
        // SAFETY: panic records lie in frames of `gopanic` and `Goexit` on this stack.
        while let Some(p) = unsafe { at.as_ref() } {
            self.precise(p.arg_data.get());
            at = p.link.get();
        }
    }

    fn drain(&mut self) {
        while let Some(addr) = self.space.pending.pop() {
            if let Some(object) = self.space.take_object(addr) {
                self.slots(object.pointers());
            }
        }
        while let Some(addr) = self.space.maybe.pop() {
            if let Some(object) = self.space.take_object(addr) {
                object
                    .pointers()
                    .for_each(|addr| self.conservative(word_at(addr)));
            }
        }
    }
}
