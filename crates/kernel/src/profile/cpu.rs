//! The CPU profile: SIGPROF interrupts whoever uses the processor, and the handler notes the stack.
//!
//! ```text
//!   ITIMER_PROF ─▶ SIGPROF ─▶ `on_signal`: claims a slot, writes the sample, marks it full
//!                                 slots (ring) ─▶ `read`: one reader empties full slots in order ─▶ runtime/pprof
//! ```
//!
//! P1  A slot belongs to a handler while WRITING, to the reader while FULL, to nobody while EMPTY. A handler that finds
//!     its slot not EMPTY counts its sample as lost: handlers never wait.
//! P2  The labels in a slot are Go pointers: `roots` shows them to the collector.
//!
//! Everything a handler does here is lock-free, unwinding included (`unwind`'s tables and caches take no locks).

use super::goroutine::DEPTH;
use crate::mem::meta;
use crate::prim::{Lock, Racy, Rank};
use crate::sched::{self, G};
use crate::signal::{Context, Reg};
use crate::unwind::{self, Frames};
use crate::{gc, sys};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};

/// Samples that may wait for the reader, which comes ten times a second.
const SLOTS: usize = 2048;
/// Words in front of a record's stack: its length, the time, the number of samples.
const HEAD: usize = 3;

const EMPTY: u32 = 0;
const WRITING: u32 = 1;
const FULL: u32 = 2;

#[repr(C)]
struct Slot {
    state: AtomicU32,
    depth: u32,
    when_ns: i64,
    labels: usize,
    pcs: [usize; DEPTH],
}

/// The ring, made when profiling first starts; never freed.
static RING: AtomicPtr<Slot> = AtomicPtr::new(null_mut());
/// Slots ever claimed; its remainder is the next one.
static CLAIMED: AtomicUsize = AtomicUsize::new(0);
/// Slots ever read; its lock is the right to read.
static READ: Lock<usize> = Lock::new(Rank::Finalizer, 0);
/// Samples that found no empty slot.
static LOST: AtomicU64 = AtomicU64::new(0);
/// Samples a second, 0 while off.
static HZ: AtomicU32 = AtomicU32::new(0);
/// Entries of Go functions whose names stand in a profile for what has no Go frame: code outside of the binary (the
/// vDSO), the change to the kernel's stack, a prologue's call for room. Set before the first signal.
static STAND_INS: Racy<[usize; 3]> = Racy::new([0; 3]);
const EXTERNAL: usize = 0;
const SYSTEM_STACK: usize = 1;
const NEW_STACK: usize = 2;

/// Sets the rate; 0 (or no `stand_ins`) stops sampling.
pub fn set_rate(hz: u32, stand_ins: Option<&[usize; 3]>) {
    let Some(stand_ins) = stand_ins.filter(|_| hz > 0) else {
        sys::setitimer_prof(0);
        HZ.store(0, Release);
        return;
    };
    STAND_INS.set(*stand_ins);
    if RING.load(Acquire).is_null() {
        RING.store(
            meta::map_or_die(SLOTS * size_of::<Slot>()) as *mut Slot,
            Release,
        );
    }
    discard();
    HZ.store(hz, Release);
    sys::setitimer_prof(u64::from(1_000_000 / hz).max(1));
}

/// Throws away what the last profile left.
fn discard() {
    let mut read = READ.lock();
    while take(&mut read, |_| ()).is_some() {}
    LOST.store(0, Relaxed);
}

fn slot(i: usize) -> *mut Slot {
    // SAFETY: the ring has `SLOTS` slots, and callers have seen that it exists.
    unsafe { RING.load(Acquire).add(i % SLOTS) }
}

/// In the handler of SIGPROF.
pub fn on_signal(ctx: &Context) {
    if HZ.load(Acquire) == 0 {
        return;
    }
    let at = slot(CLAIMED.fetch_add(1, Relaxed));
    // SAFETY: slots are in immortal memory; the state is atomic, and the rest is this handler's after the exchange.
    unsafe {
        if (*at)
            .state
            .compare_exchange(EMPTY, WRITING, Acquire, Relaxed)
            .is_err()
        {
            LOST.fetch_add(1, Relaxed);
            return;
        }
        sample(ctx, &mut *at);
        if crate::trace::on() {
            crate::trace::cpu_sample(&(&(*at).pcs)[..(*at).depth as usize]);
        }
        (*at).state.store(FULL, Release);
    }
}

fn sample(ctx: &Context, into: &mut Slot) {
    let (g, g0) = (sched::current(), sched::m().g0.get());
    into.when_ns = sys::nanotime();
    into.labels = 0;
    let (pc, sp) = (ctx.get(Reg::Rip), ctx.get(Reg::Rsp));
    let mut n = 0;
    let has_goroutine = !core::ptr::eq(g.as_ptr().cast(), g0);
    let in_go = has_goroutine && g.stack_contains(sp);
    let known = unwind::find_func(pc).is_some();
    // What the kernel calls outside of its own text is the clock; then the entry tells enough.
    let in_clock = has_goroutine && !in_go && !known;
    if (!in_go || !known) && !in_clock {
        into.pcs[0] = if known { pc } else { stand_in(EXTERNAL) } + 1;
        n = 1;
    }
    if has_goroutine {
        into.labels = g.labels.get();
        let frames = if in_go {
            Frames::interrupted(&g, pc, sp)
        } else {
            n += crossing(&g, pc, &mut into.pcs[n..]);
            Frames::of(&g)
        };
        n += unwind::fill_pcs(frames, 0, &mut into.pcs[n..]);
    }
    into.depth = n as u32;
}

fn stand_in(which: usize) -> usize {
    STAND_INS.get()[which]
}

/// `g`, interrupted in the kernel at `pc`, stands in Go where it called the kernel. In between come the change of stacks
/// and the entry that it called. Returns how many PCs were written.
fn crossing(g: &G, pc: usize, into: &mut [usize]) -> usize {
    into[0] = stand_in(SYSTEM_STACK) + 1;
    let Some(entry) = unwind::callee(g.sched_pc.get()) else {
        return 1;
    };
    if unwind::find_func(pc).is_some_and(|f| f.entry() == entry.entry()) {
        return 0; // it has left the goroutine's stack a moment ago, or is about to return there
    }
    let is_prologue = entry.name().starts_with("runtime.morestack");
    into[1] = 1 + if is_prologue {
        stand_in(NEW_STACK)
    } else {
        entry.entry()
    };
    2
}

/// Takes the oldest full slot; `None`: there is none.
fn take<R>(read: &mut usize, f: impl FnOnce(&Slot) -> R) -> Option<R> {
    if RING.load(Acquire).is_null() {
        return None;
    }
    while *read != CLAIMED.load(Acquire) {
        let at = slot(*read);
        // SAFETY: as in `on_signal`; a full slot is the reader's.
        unsafe {
            match (*at).state.load(Acquire) {
                WRITING => return None,
                FULL => {
                    let result = f(&*at);
                    (*at).state.store(EMPTY, Release);
                    *read += 1;
                    return Some(result);
                }
                // A sample that was lost claimed a number without a slot.
                _ => *read += 1,
            }
        }
    }
    None
}

/// Moves samples into `data` in the form that runtime/pprof reads, and the labels of each into `tags`. Returns how many
/// words and labels were written.
pub fn read(data: &mut [u64], tags: &mut [usize]) -> (usize, usize) {
    let (mut words, mut records) = (0, 0);
    let mut read = READ.lock();
    let lost = LOST.swap(0, Relaxed);
    if lost > 0 {
        data[..HEAD + 1].copy_from_slice(&[HEAD as u64 + 1, sys::nanotime() as u64, 0, lost]);
        (words, records) = (HEAD + 1, 1);
    }
    while records < tags.len() && words + HEAD + DEPTH <= data.len() {
        let wrote = take(&mut read, |s| {
            let n = s.depth as usize;
            let record = &mut data[words..words + HEAD + n];
            record[..HEAD].copy_from_slice(&[(HEAD + n) as u64, s.when_ns as u64, 1]);
            record[HEAD..]
                .iter_mut()
                .zip(&s.pcs)
                .for_each(|(to, &pc)| *to = pc as u64);
            // SAFETY: `tags` is an array of pointers in the Go heap.
            unsafe { gc::store(&raw mut tags[records], s.labels) };
            HEAD + n
        });
        let Some(n) = wrote else { break };
        words += n;
        records += 1;
    }
    (words, records)
}

/// For the collector, in the stopped world: the labels of samples that nobody has read.
pub fn roots(visit: &mut dyn FnMut(usize)) {
    if RING.load(Acquire).is_null() {
        return;
    }
    for i in 0..SLOTS {
        let at = slot(i);
        // SAFETY: as in `on_signal`; the reader is in no kernel call, and a full slot is not written.
        unsafe {
            if (*at).state.load(Acquire) == FULL {
                visit((*at).labels);
            }
        }
    }
}
