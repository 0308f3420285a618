//! `debug.WriteHeapDump`: everything that is in memory, in the format that heap dump viewers read
//! (go.dev/wiki/heapdump15-through-heapdump17).
//!
//! ```text
//!   header, parameters, itabs, objects, goroutines with their frames, threads, roots, MemStats, heap profile, EOF
//! ```
//!
//! A record is a kind and its fields, all of them numbers of variable length; what refers to a type comes behind the
//! record of the type. The world is stopped, and spans are swept: what is written is what was there at one moment.
//! Nothing is allocated meanwhile. A reader of the descriptor in the same process would wait for ever.

use super::heap;
use crate::gc::special::{self, Fact};
use crate::mem::meta::KVec;
use crate::prim::{Lock, Rank};
use crate::sched::{self, G, GRef, GState, M, WaitReason};
use crate::stats::mem_stats::{self, MemStats};
use crate::types::{self, FuncVal, Type};
use crate::unwind::{Bitmap, Frame, FrameMaps, Frames, Logical};
use crate::{gc, mem, panic, sys, time};
use goxide_abi::layout::{Defer, Panic};

/// Kinds of records.
mod kind {
    pub const EOF: u64 = 0;
    pub const OBJECT: u64 = 1;
    pub const OTHER_ROOT: u64 = 2;
    pub const TYPE: u64 = 3;
    pub const GOROUTINE: u64 = 4;
    pub const FRAME: u64 = 5;
    pub const PARAMETERS: u64 = 6;
    pub const FINALIZER: u64 = 7;
    pub const ITAB: u64 = 8;
    pub const THREAD: u64 = 9;
    pub const MEM_STATS: u64 = 10;
    pub const QUEUED_FINALIZER: u64 = 11;
    pub const DATA: u64 = 12;
    pub const BSS: u64 = 13;
    pub const DEFER: u64 = 14;
    pub const PANIC: u64 = 15;
    pub const PROFILE: u64 = 16;
    pub const SAMPLE: u64 = 17;
}

/// In front of the offset of a pointer; and what ends a list of them.
const POINTER: u64 = 1;
const END: u64 = 0;

/// Types whose record has been written. By whoever has stopped the world.
static SEEN: Lock<KVec<usize>> = Lock::new(Rank::Meta, KVec::new());

/// Writes the dump to `fd` on behalf of `g`, whose record says that it waits. `version` is Go's. World stopped.
pub fn write(g: GRef, fd: i32, version: &[u8]) {
    gc::finish_sweep();
    SEEN.lock().clear();
    let mut stats = MemStats::zeroed();
    // Flushes the caches, too.
    mem_stats::fill(&mut stats);
    let mut out = Out {
        fd,
        buf: [0; BUF],
        len: 0,
    };
    out.bytes(b"go1.7 heap dump\n");
    out.parameters(version);
    types::for_each_itab(|tab| {
        let at = core::ptr::from_ref(tab) as usize;
        out.typ(tab.typ);
        out.numbers(&[kind::ITAB, at as u64, tab.typ as u64]);
    });
    mem::for_each_span(|span| {
        (0..span.nelems())
            .filter(|&slot| span.is_allocated(slot))
            .for_each(|slot| out.object(span.base() + slot * span.elem_bytes(), span.elem_bytes()));
    });
    sched::for_each_g(|other| out.goroutine(other, g));
    sched::for_each_m(|m| out.thread(m));
    out.roots();
    out.mem_stats(&stats);
    out.profile();
    out.number(kind::EOF);
    out.flush();
}

const BUF: usize = 8 << 10;

/// The file, behind a buffer.
struct Out {
    fd: i32,
    buf: [u8; BUF],
    len: usize,
}

impl Out {
    fn flush(&mut self) {
        sys::write_all(self.fd, &self.buf[..self.len]);
        self.len = 0;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if bytes.len() > BUF - self.len {
            self.flush();
        }
        if bytes.len() > BUF {
            return sys::write_all(self.fd, bytes);
        }
        self.buf[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes(&[n as u8 | 0x80]);
            n >>= 7;
        }
        self.bytes(&[n as u8]);
    }

    fn numbers(&mut self, numbers: &[u64]) {
        numbers.iter().for_each(|&n| self.number(n));
    }

    fn string(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes(bytes);
    }

    fn memory(&mut self, from: usize, bytes: usize) {
        // SAFETY: callers pass objects, frames and segments, which are mapped and do not change in the stopped world.
        self.string(unsafe { core::slice::from_raw_parts(from as *const u8, bytes) });
    }

    fn pointer_at(&mut self, offset: usize) {
        self.numbers(&[POINTER, offset as u64]);
    }

    fn parameters(&mut self, version: &[u8]) {
        let start = mem::HEAP_BASE as u64;
        let end = start + u64::from(mem::arena_count()) * mem::ARENA_BYTES as u64;
        self.numbers(&[kind::PARAMETERS, 0, size_of::<usize>() as u64, start, end]);
        self.string(b"amd64");
        self.string(version);
        self.number(u64::from(sched::cpu_count()));
    }

    /// The record of a type, the first time.
    fn typ(&mut self, typ: *const Type) {
        // SAFETY: callers pass null or a type that is alive.
        let Some(t) = (unsafe { typ.as_ref() }) else {
            return;
        };
        let mut seen = SEEN.lock();
        if seen.as_slice().contains(&(typ as usize)) {
            return;
        }
        seen.push(typ as usize);
        seen.release();
        self.numbers(&[kind::TYPE, typ as u64, t.size as u64]);
        self.type_name(t);
        // Whether an interface holds a pointer to the value.
        self.number(u64::from(!t.is_direct()));
    }

    /// With the path of its package, not only the last part.
    fn type_name(&mut self, t: &Type) {
        let (path, name) = (types::package_path(t), types::type_name(t));
        let Some(dot) = name.find('.').filter(|_| !path.is_empty()) else {
            return self.string(name.as_bytes());
        };
        let name = &name[dot..];
        self.number((path.len() + name.len()) as u64);
        self.bytes(path.as_bytes());
        self.bytes(name.as_bytes());
    }

    fn object(&mut self, at: usize, bytes: usize) {
        self.numbers(&[kind::OBJECT, at as u64]);
        self.memory(at, bytes);
        types::for_each_pointer_word(at, |word| self.pointer_at(word - at));
        self.number(END);
    }

    fn goroutine(&mut self, g: GRef, dumper: GRef) {
        if matches!(g.state(), GState::Dead | GState::Idle) {
            return;
        }
        let (state, why) = if g == dumper {
            (GState::Waiting, WaitReason::DumpingHeap as u32)
        } else {
            (g.state(), g.wait_reason.get())
        };
        self.numbers(&[
            kind::GOROUTINE,
            g.as_ptr() as u64,
            g.sched_sp.get() as u64,
            g.goid.get(),
            g.created_pc.get() as u64,
            state as u64,
            u64::from(panic::traceback::is_system(&g)),
            0, // of the background: no longer a notion of Go
            g.wait_since.get() as u64,
        ]);
        self.string(WaitReason::text(why).as_bytes());
        self.numbers(&[
            g.sched_ctxt.get() as u64,
            g.m.get() as u64,
            g.defer.get() as u64,
            g.panic.get() as u64,
        ]);
        self.frames(&g);
        self.defers(&g);
        self.panics(&g);
    }

    /// Innermost first. The arguments of a call lie in the frame of the caller.
    fn frames(&mut self, g: &G) {
        let (mut depth, mut child) = (0, 0);
        let mut args: Option<Bitmap> = None;
        for frame in Frames::of(g) {
            self.numbers(&[kind::FRAME, frame.sp as u64, depth, child]);
            self.memory(frame.sp, frame.fp - frame.sp);
            let continues = frame.live_pc().map_or(0, |_| frame.pc);
            self.numbers(&[frame.func.entry() as u64, frame.pc as u64, continues as u64]);
            self.string(frame.func.name().as_bytes());
            args = self.frame_pointers(&frame, args);
            depth += 1;
            child = frame.sp as u64;
        }
    }

    /// The pointers in a frame, those that it passes to its callee included; returns its own arguments.
    fn frame_pointers(&mut self, frame: &Frame, passed: Option<Bitmap>) -> Option<Bitmap> {
        if let Some(map) = passed {
            map.for_each(|at| self.pointer_at(at - frame.sp));
        }
        let maps = match frame.has_no_map() {
            true => None,
            false => FrameMaps::of(frame).ok(),
        };
        if let Some(maps) = &maps {
            maps.locals.for_each(|at| self.pointer_at(at - frame.sp));
            frame.for_each_object(|object| {
                object
                    .pointers()
                    .for_each(|at| self.pointer_at(at - frame.sp));
            });
        }
        self.number(END);
        maps.map(|m| m.args)
    }

    fn defers(&mut self, g: &G) {
        let mut at: *const Defer = g.defer.get();
        // SAFETY: the chain's records lie on the goroutine's stack or in kernel memory; it does not run.
        while let Some(d) = unsafe { at.as_ref() } {
            self.numbers(&[
                kind::DEFER,
                at as u64,
                core::ptr::from_ref(g) as u64,
                d.sp.get() as u64,
                d.pc.get() as u64,
                d.func.get() as u64,
                code_of(d.func.get()),
                d.link.get() as u64,
            ]);
            at = d.link.get();
        }
    }

    fn panics(&mut self, g: &G) {
        let mut at: *const Panic = g.panic.get();
        // SAFETY: panic records lie in frames of the goroutine's stack; it does not run.
        while let Some(p) = unsafe { at.as_ref() } {
            self.typ(p.arg_type.get() as *const Type);
            self.numbers(&[
                kind::PANIC,
                at as u64,
                core::ptr::from_ref(g) as u64,
                p.arg_type.get() as u64,
                p.arg_data.get() as u64,
                0, // its deferred call: not recorded
                p.link.get() as u64,
            ]);
            at = p.link.get();
        }
    }

    fn thread(&mut self, m: &M) {
        let tid = m.tid.load(core::sync::atomic::Ordering::Relaxed);
        self.numbers(&[
            kind::THREAD,
            core::ptr::from_ref(m) as u64,
            m.id.get() as u64,
            u64::from(tid),
        ]);
    }

    fn roots(&mut self) {
        let kinds = [kind::DATA, kind::BSS];
        gc::for_each_segment(|i, at, bytes, is_pointer| {
            self.numbers(&[kinds[i], at as u64]);
            self.memory(at, bytes);
            (0..bytes / 8)
                .filter(|&word| is_pointer(word))
                .for_each(|word| self.pointer_at(word * 8));
            self.number(END);
        });
        gc::for_each_kernel_root(|word| self.other_root(b"held by the runtime", word));
        for job in 0..time::mark_jobs() {
            time::mark_job(job, |timer| self.other_root(b"timer", timer));
        }
        special::for_each(|fact| match fact {
            Fact::Finalizer(call) => self.finalizer(kind::FINALIZER, call),
            Fact::QueuedFinalizer(call) => self.finalizer(kind::QUEUED_FINALIZER, call),
            Fact::Holds(what, word) => self.other_root(what.as_bytes(), word),
            Fact::Profiled { .. } => {}
        });
    }

    fn other_root(&mut self, what: &[u8], word: usize) {
        if mem::find_object(word).is_some() {
            self.number(kind::OTHER_ROOT);
            self.string(what);
            self.number(word as u64);
        }
    }

    fn finalizer(&mut self, kind: u64, call: special::Ready) {
        let special::Signature {
            arg_type, ptr_type, ..
        } = call.signature;
        self.typ(arg_type as *const Type);
        self.typ(ptr_type as *const Type);
        self.numbers(&[
            kind,
            call.object as u64,
            call.code as u64,
            code_of(call.code),
            arg_type as u64,
            ptr_type as u64,
        ]);
    }

    fn mem_stats(&mut self, s: &MemStats) {
        self.number(kind::MEM_STATS);
        self.numbers(&[s.alloc, s.total_alloc, s.sys, s.lookups, s.mallocs, s.frees]);
        self.numbers(&[s.heap_alloc, s.heap_sys, s.heap_idle, s.heap_inuse]);
        self.numbers(&[s.heap_released, s.heap_objects]);
        self.numbers(&[s.stack_inuse, s.stack_sys, s.mspan_inuse, s.mspan_sys]);
        self.numbers(&[s.mcache_inuse, s.mcache_sys, s.buck_hash_sys, s.gc_sys]);
        self.numbers(&[s.other_sys, s.next_gc, s.last_gc, s.pause_total_ns]);
        self.numbers(&s.pause_ns);
        self.number(u64::from(s.num_gc));
    }

    /// The stacks that allocated sampled objects, and those objects.
    fn profile(&mut self) {
        heap::for_each_bucket(|b| {
            let stack = b.stack();
            let id = core::ptr::from_ref(b) as u64;
            self.numbers(&[kind::PROFILE, id, b.size() as u64, stack.len() as u64]);
            stack.iter().for_each(|&pc| self.profile_frame(pc));
            let [allocs, frees] = heap::counts(b);
            self.numbers(&[allocs, frees]);
        });
        special::for_each(|fact| {
            if let Fact::Profiled { object, bucket } = fact {
                self.numbers(&[kind::SAMPLE, object as u64, bucket as u64]);
            }
        });
    }

    fn profile_frame(&mut self, pc: usize) {
        let call = Logical::at(pc - 1);
        let (name, (file, line)) = match &call {
            Some(call) => (call.name(), call.file_line()),
            None => ("", ("?", 0)),
        };
        self.string(name.as_bytes());
        self.string(file.as_bytes());
        self.number(line.max(0) as u64);
    }
}

/// Where the code of a func value begins; 0 for nil.
fn code_of(func: usize) -> u64 {
    // SAFETY: a func value is nil or a pointer to a word that holds the code's address.
    unsafe { (func as *const FuncVal).as_ref() }.map_or(0, |f| f.code as u64)
}
