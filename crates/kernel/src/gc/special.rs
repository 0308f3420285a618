//! What the collector must know about single objects: finalizers, cleanups, weak handles, samples of the heap profile.
//!
//! ```text
//!   SetFinalizer, AddCleanup, weak.Make ─▶ Special, in the table of the object's span, by slot
//!   marking: `mark_job`, beside the program   what specials hold, and what finalizable objects refer to, is greyed
//!   sweep of the span: `settle_and`           weak handle of a dead object ─▶ nil
//!                                             dead, with finalizer         ─▶ alive for once more, finalizer queued
//!                                             dead for good                ─▶ cleanups queued
//!   all swept: `helpers_wanted`               ─▶ the helper goroutines run Go code from the queues
//! ```
//!
//! I1  All specials of one object lie in one list of its span's table.
//! I2  What an object with a finalizer refers to stays alive until the finalizer has run, though the object itself
//!     need not be reachable: `mark_job` has its contents scanned without marking it. A cycle through an object with
//!     a finalizer is therefore never freed, as Go documents.
//! I3  A weak handle is a heap word that the special keeps alive as long as the object lives.
//! I4  A span with specials is settled before its mark bits go. Until then an unmarked object of it is dead, though
//!     its weak handle still names it ([`strong`]).
//! I5  Specials are taken out by sweeps only, and by the program; a sweep ends before the next marking begins. What is
//!     added while marking runs is shaded by whoever adds it.
//!
//! Locks: `Rank::Special` (the tables of some spans), then `Rank::SpecialSpans` (their list) or `Rank::Finalizer` (the
//! queues).

mod record;

pub use self::record::{Origin, Signature};
use self::record::{Special, What};
use super::mark::Marker;
use super::phase::marking;
use super::{barrier, sweep};
use crate::mem::{
    self, MSpan,
    meta::{self, KVec},
};
use crate::prim::{Lock, LockGuard, Rank};
use crate::profile::heap as heap_profile;
use crate::sched::{self, GRef, WaitReason};
use crate::types::FuncVal;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};

static NEXT_CLEANUP: AtomicU64 = AtomicU64::new(1);

/// What becomes of a special when its object is dead.
enum Fate {
    Stays,
    Ends,
    /// The helper is to make its call.
    IsDue(Helper),
}

/// Calls of one span that have become due, by helper.
type Due = [Queue; 2];
const NONE_DUE: Due = [Queue::EMPTY; 2];

/// Specials whose calls are to be made, first in, first out, linked by `next`.
struct Queue {
    first: *mut Special,
    last: *mut Special,
    len: usize,
}

// SAFETY: the specials are the queue's alone.
unsafe impl Send for Queue {}

impl Queue {
    const EMPTY: Self = Self {
        first: null_mut(),
        last: null_mut(),
        len: 0,
    };

    fn push(&mut self, special: *mut Special) {
        // SAFETY: the special is the caller's, and in no list.
        unsafe { (*special).next = null_mut() };
        self.append(&mut Self {
            first: special,
            last: special,
            len: 1,
        });
    }

    /// Moves all of `other` to the end.
    fn append(&mut self, other: &mut Self) {
        let other = core::mem::replace(other, Self::EMPTY);
        // SAFETY: the last special is the queue's.
        match unsafe { self.last.as_mut() } {
            _ if other.first.is_null() => return,
            Some(last) => last.next = other.first,
            None => self.first = other.first,
        }
        self.last = other.last;
        self.len += other.len;
    }

    fn pop(&mut self) -> Option<&'static mut Special> {
        // SAFETY: specials are type-stable; what is taken out is the caller's.
        let special = unsafe { self.first.as_mut() }?;
        self.first = special.next;
        if self.first.is_null() {
            self.last = null_mut();
        }
        self.len -= 1;
        Some(special)
    }

    fn iter(&self) -> impl Iterator<Item = &Special> {
        // SAFETY: the queue holds valid specials, borrowed with it.
        let special = |at: *mut Special| unsafe { at.as_ref() };
        core::iter::successors(special(self.first), move |s| special(s.next))
    }
}

/// The specials of a span: a header, then the head of a list for every slot.
#[repr(C)]
struct Table {
    /// Specials in all lists.
    count: usize,
    /// Position in [`SPANS`].
    index: usize,
}

/// Spans that have a table.
static SPANS: Lock<KVec<&'static MSpan>> = Lock::new(Rank::SpecialSpans, KVec::new());

/// The tables of spans are guarded by the lock that the span's address chooses.
static LOCKS: [Lock<()>; 64] = [const { Lock::new(Rank::Special, ()) }; 64];

fn lock_of(span: &MSpan) -> LockGuard<'static, ()> {
    let page = span.base() / mem::PAGE_BYTES;
    LOCKS[page.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58].lock()
}

fn table_bytes(span: &MSpan) -> usize {
    size_of::<Table>() + 8 * span.nelems()
}

/// A span's table, reached under the span's lock.
struct Held<'a> {
    span: &'a MSpan,
    table: *mut Table,
    _lock: LockGuard<'static, ()>,
}

impl<'a> Held<'a> {
    /// `None` if the span has no table.
    fn existing(span: &'a MSpan) -> Option<Self> {
        // The common case without the lock: a table that is being made is not this caller's business.
        if span.specials.load(Relaxed) == 0 {
            return None;
        }
        let lock = lock_of(span);
        let table = span.specials.load(Relaxed) as *mut Table;
        (!table.is_null()).then_some(Self {
            span,
            table,
            _lock: lock,
        })
    }

    fn new(span: &'static MSpan) -> Held<'static> {
        let lock = lock_of(span);
        let mut table = span.specials.load(Relaxed) as *mut Table;
        if table.is_null() {
            table = meta::alloc_block(table_bytes(span)).cast();
            let mut spans = SPANS.lock();
            // SAFETY: the block is ours and zeroed.
            unsafe { (*table).index = spans.len() };
            spans.push(span);
            span.specials.store(table as usize, Release);
        }
        Held {
            span,
            table,
            _lock: lock,
        }
    }

    /// Where the list of a slot begins.
    fn head(&self, slot: usize) -> *mut *mut Special {
        crate::kassert!(slot < self.span.nelems());
        // SAFETY: behind the header the table has a word for every slot.
        unsafe { self.table.add(1).cast::<*mut Special>().add(slot) }
    }

    fn insert(&self, slot: usize, special: *mut Special) {
        let head = self.head(slot);
        // SAFETY: the special is the caller's; the lock is held.
        unsafe {
            (*special).next = *head;
            *head = special;
            (*self.table).count += 1;
        }
    }

    /// The special of a slot that `is_it` recognises.
    fn find(&self, slot: usize, mut is_it: impl FnMut(&Special) -> bool) -> Option<&Special> {
        // SAFETY: lists hold valid specials; the lock is held.
        unsafe {
            let mut at = *self.head(slot);
            while let Some(s) = at.as_ref() {
                if is_it(s) {
                    return Some(s);
                }
                at = s.next;
            }
        }
        None
    }

    /// Frees the specials of a slot that `keep` refuses.
    fn retain(&self, slot: usize, mut keep: impl FnMut(&Special) -> bool) {
        self.sort_out(slot, &mut { NONE_DUE }, |s| {
            if keep(s) { Fate::Stays } else { Fate::Ends }
        });
    }

    /// Decides on each special of a slot.
    fn sort_out(&self, slot: usize, due: &mut Due, mut fate: impl FnMut(&Special) -> Fate) {
        let mut at = self.head(slot);
        // SAFETY: `at` points to the link that leads to the special looked at; lists hold valid specials.
        unsafe {
            while let Some(s) = (*at).as_mut() {
                let fate = fate(s);
                if matches!(fate, Fate::Stays) {
                    at = &raw mut s.next;
                    continue;
                }
                *at = s.next;
                (*self.table).count -= 1;
                match fate {
                    Fate::IsDue(helper) => due[helper as usize].push(s),
                    _ => s.free(),
                }
            }
        }
    }

    fn count(&self) -> usize {
        // SAFETY: the lock is held.
        unsafe { (*self.table).count }
    }

    /// Gives an empty table back.
    fn drop_table(self) {
        let mut spans = SPANS.lock();
        // SAFETY: the lock of the span is held, and that of the list, which guards the index.
        let index = unsafe { (*self.table).index };
        spans.swap_remove(index);
        if let Some(moved) = spans.as_slice().get(index) {
            let table = moved.specials.load(Relaxed) as *mut Table;
            // SAFETY: a span in the list has a table, whose index the list's lock guards.
            unsafe { (*table).index = index };
        }
        spans.release();
        self.span.specials.store(0, Release);
        // SAFETY: nobody finds the table any more.
        unsafe { meta::free(self.table.cast(), table_bytes(self.span)) };
    }
}

/// The span and slot of a pointer into the heap.
fn place(ptr: usize) -> Option<(&'static MSpan, usize)> {
    let span = mem::span_of(ptr)?;
    let slot = span.slot_of(ptr);
    // A cleanup is stopped by an address, which may lie behind the last slot of a later span.
    (slot < span.nelems()).then_some((span, slot))
}

/// Weak handles of things that never die: pairs of the pointer and its handle. Few, and never taken out.
static IMMORTALS: Lock<KVec<(usize, usize)>> = Lock::new(Rank::Special, KVec::new());

/// A call that a helper goroutine will make; `code` runs with `object` as the argument if `object` is not 0.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Ready {
    /// `*funcval`.
    pub code: usize,
    /// The finalized object; 0 for a cleanup.
    pub object: usize,
    /// How a finalizer is called.
    pub signature: Signature,
}

impl Ready {
    /// The call of a finalizer or cleanup. The object of a cleanup is dead.
    fn of(s: &Special) -> Self {
        let Some(signature) = s.signature() else {
            return Self {
                code: s.code,
                ..Self::default()
            };
        };
        Self {
            code: s.code,
            object: s.ptr(),
            signature: *signature,
        }
    }

    /// The Go pointers to what may be freed.
    fn words(&self) -> [usize; 2] {
        [self.code, self.object]
    }
}

/// Sets the finalizer of the object that `ptr` points into. False if it has one.
pub fn set_finalizer(ptr: usize, code: usize, signature: Signature) -> bool {
    let Some((span, slot)) = place(ptr) else {
        return true;
    };
    let held = Held::new(span);
    let is_it = |s: &Special| s.what() == What::Finalizer && s.ptr() == ptr;
    if held.find(slot, is_it).is_some() {
        return false;
    }
    held.insert(slot, Special::finalizer(ptr, code, signature));
    drop(held);
    if marking() {
        // `mark_job` may have been here already.
        let mut marker = Marker::new();
        marker.grey_doubtful(code);
        marker.scan_contents(span.base() + slot * span.elem_bytes());
        marker.finish();
    }
    true
}

/// Adds a cleanup to the object that `ptr` points into and returns its number.
pub fn add_cleanup(ptr: usize, code: usize) -> u64 {
    let id = NEXT_CLEANUP.fetch_add(1, Relaxed);
    if let Some((span, slot)) = place(ptr) {
        let s = Special::new(What::Cleanup, ptr, code, id as usize);
        Held::new(span).insert(slot, s);
        barrier::shade(code);
    }
    id
}

/// Removes the finalizer that was set with `ptr` (`id` is 0) or the cleanup with this number, if it has not been queued.
pub fn remove_call(ptr: usize, id: u64) {
    if let Some((span, slot)) = place(ptr)
        && let Some(held) = Held::existing(span)
    {
        held.retain(slot, |s| !s.is_about(ptr, id));
    }
}

/// A finalizer or a cleanup, for its diagnosis.
#[derive(Clone, Copy)]
pub struct Call {
    /// The pointer that the user passed.
    pub ptr: usize,
    /// `*funcval`.
    pub code: usize,
    /// The cleanup's number, 0: a finalizer.
    pub id: u64,
    /// A name for it.
    pub address: usize,
}

impl Call {
    fn of(s: &Special, id: u64) -> Self {
        Self {
            ptr: s.ptr(),
            code: s.code,
            id,
            address: core::ptr::from_ref(s) as usize,
        }
    }
}

/// Notes where a call comes from.
#[cold]
pub fn add_origin(ptr: usize, id: u64, origin: Origin) {
    if let Some((span, slot)) = place(ptr) {
        Held::new(span).insert(slot, Special::origin(ptr, id, origin));
    }
}

/// What is noted about the call with this number, see [`Call`].
pub fn origin(ptr: usize, id: u64) -> Option<Origin> {
    let (span, slot) = place(ptr)?;
    let held = Held::existing(span)?;
    let s = held.find(slot, |s| s.as_origin().is_some() && s.is_about(ptr, id))?;
    s.as_origin().copied()
}

/// Several tiny objects share the block at `base`.
#[cold]
pub fn note_shared(base: usize) {
    if !is_shared(base)
        && let Some((span, slot)) = place(base)
    {
        Held::new(span).insert(slot, Special::new(What::Shared, base, 0, 0));
    }
}

/// Whether tiny objects share the block of the one at `ptr`.
pub fn is_shared(ptr: usize) -> bool {
    place(ptr).is_some_and(|(span, slot)| {
        Held::existing(span).is_some_and(|h| h.find(slot, |s| s.what() == What::Shared).is_some())
    })
}

/// Calls `f` with all finalizers and cleanups. World stopped.
pub fn for_each_call(mut f: impl FnMut(Call)) {
    for_each_special(|s| match s.what() {
        What::Finalizer => f(Call::of(s, 0)),
        What::Cleanup => f(Call::of(s, s.more as u64)),
        _ => {}
    });
}

/// The weak handle of `ptr`. `fresh` becomes the handle if there is none yet; 0: only asks.
pub fn weak_handle(ptr: usize, fresh: usize) -> usize {
    if fresh != 0 {
        // SAFETY: `fresh` is a pointer-free heap word that the calling goroutine has just made. No barrier: the word is
        // not a pointer for the collector.
        unsafe { (fresh as *mut usize).write(ptr) };
    }
    let handle = match place(ptr) {
        None => immortal_handle(ptr, fresh),
        Some((span, _)) if fresh == 0 && Held::existing(span).is_none() => 0,
        Some((span, slot)) => {
            let held = Held::new(span);
            let known = held.find(slot, |s| s.what() == What::Weak && s.ptr() == ptr);
            match known.map(|s| s.code) {
                Some(handle) => handle,
                None if fresh == 0 => 0,
                None => {
                    held.insert(slot, Special::new(What::Weak, ptr, fresh, 0));
                    fresh
                }
            }
        }
    };
    barrier::shade(handle);
    handle
}

fn immortal_handle(ptr: usize, fresh: usize) -> usize {
    let mut all = IMMORTALS.lock();
    match all.as_slice().iter().find(|known| known.0 == ptr) {
        Some(known) => known.1,
        None if fresh == 0 => 0,
        None => {
            all.push((ptr, fresh));
            fresh
        }
    }
}

/// The pointer of a weak handle, 0 if the object is dead.
pub fn strong(handle: usize) -> usize {
    // SAFETY: a handle is a heap word that lives as long as somebody holds it.
    let read = || unsafe { (*(handle as *const AtomicUsize)).load(Relaxed) };
    let ptr = read();
    if marking() {
        // Nothing but the handle may have led to the object when marking began.
        barrier::shade(ptr);
    } else if sweep::is_due()
        && let Some((span, slot)) = place(ptr)
    {
        let _lock = lock_of(span);
        // I4; a sweep that has been here has cleared the handle if the object is dead.
        return if span.is_swept() || span.is_marked(slot) {
            read()
        } else {
            0
        };
    }
    ptr
}

/// The heap profile has chosen the object at `base`.
pub fn add_profiled(base: usize, bucket: usize, size: usize) {
    if let Some((span, slot)) = place(base) {
        let s = Special::new(What::Profiled, base, bucket, size);
        Held::new(span).insert(slot, s);
    }
}

/// What a heap dump wants to know about single objects.
#[derive(Clone, Copy)]
pub enum Fact {
    /// `code` will be called with `object` when that is dead.
    Finalizer(Ready),
    /// `object` is dead, `code` has not been called yet.
    QueuedFinalizer(Ready),
    /// A Go pointer that a special or a queue holds.
    Holds(&'static str, usize),
    /// The heap profile has chosen the object.
    Profiled {
        /// Its address.
        object: usize,
        /// The stack that made it.
        bucket: usize,
    },
}

/// World stopped.
fn for_each_special(mut f: impl FnMut(&Special)) {
    for i in 0.. {
        let Some(span) = SPANS.lock().as_slice().get(i).copied() else {
            break;
        };
        let Some(held) = Held::existing(span) else {
            continue;
        };
        for slot in 0..span.nelems() {
            held.find(slot, |s| {
                f(s);
                false
            });
        }
    }
}

/// Calls `f` with everything that is known. World stopped, all spans swept.
pub fn for_each(mut f: impl FnMut(Fact)) {
    for_each_special(|s| {
        if let Some(fact) = fact_of(s) {
            f(fact)
        }
    });
    for &(_, handle) in IMMORTALS.lock().as_slice() {
        f(Fact::Holds("weak handle", handle));
    }
    for (helper, finalizers) in HELPERS.iter().zip([true, false, false]) {
        let h = helper.lock();
        for s in h.queue.iter() {
            f(match finalizers {
                true => Fact::QueuedFinalizer(Ready::of(s)),
                false => Fact::Holds("queued cleanup", s.code),
            });
        }
    }
}

fn fact_of(s: &Special) -> Option<Fact> {
    Some(match s.what() {
        What::Finalizer => Fact::Finalizer(Ready::of(s)),
        What::Cleanup => Fact::Holds("cleanup", s.code),
        What::Weak => Fact::Holds("weak handle", s.code),
        What::Profiled => Fact::Profiled {
            object: s.ptr(),
            bucket: s.code,
        },
        What::Origin | What::Shared => return None,
    })
}

/// Spans to a job of [`mark_job`].
const SPANS_PER_JOB: usize = 16;

/// A root job: what the specials of some spans hold, and what finalizable objects refer to (I2). The first job has what
/// the queues hold as well. False if there is no such job. Beside the program, while marking runs.
pub fn mark_job(marker: &mut Marker, job: usize) -> bool {
    if job == 0 {
        mark_queues(marker);
    }
    for i in job * SPANS_PER_JOB..(job + 1) * SPANS_PER_JOB {
        // I5: the list only grows meanwhile.
        let Some(&span) = SPANS.lock().as_slice().get(i) else {
            return job == 0;
        };
        if let Some(held) = Held::existing(span) {
            mark_span(marker, &held);
        }
    }
    true
}

fn mark_span(marker: &mut Marker, held: &Held) {
    let span = held.span;
    for slot in 0..span.nelems() {
        let mut finalizable = false;
        held.find(slot, |s| {
            if s.what().holds_code() {
                marker.grey_doubtful(s.code);
            }
            finalizable |= s.what() == What::Finalizer;
            false
        });
        if finalizable {
            marker.scan_contents(span.base() + slot * span.elem_bytes());
        }
    }
}

fn mark_queues(marker: &mut Marker) {
    for &(_, handle) in IMMORTALS.lock().as_slice() {
        marker.grey_doubtful(handle);
    }
    for helper in &HELPERS {
        let mut h = helper.lock();
        h.unmarked = h.queue.first;
        h.release();
        while mark_some(marker, &mut helper.lock()) {}
    }
}

/// Marks what some calls of a queue hold; whether more are left. In steps, since the helper wants the lock meanwhile. What
/// it takes it shades itself.
fn mark_some(marker: &mut Marker, h: &mut HelperState) -> bool {
    const STEP: usize = 64;
    for _ in 0..STEP {
        // SAFETY: a call of the queue, whose lock is held: one that is taken out is stepped over.
        let Some(special) = (unsafe { h.unmarked.as_ref() }) else {
            return false;
        };
        for word in Ready::of(special).words() {
            marker.grey_doubtful(word);
        }
        h.unmarked = special.next;
    }
    true
}

/// Sweeps a span by `sweep`, which returns what this returns: decides before what becomes of its unmarked objects that
/// have specials, and marks those that have to live on. What they refer to is marked already (I2). The lock is held
/// throughout, so that whoever asks for an object sees the mark bits before the sweep, or a swept span.
pub fn settle_and<R>(span: &MSpan, sweep: impl FnOnce() -> R) -> R {
    let lock = lock_of(span);
    let table = span.specials.load(Relaxed) as *mut Table;
    if table.is_null() {
        return sweep();
    }
    let held = Held {
        span,
        table,
        _lock: lock,
    };
    let mut due = NONE_DUE;
    for slot in 0..span.nelems() {
        // SAFETY: the lock is held.
        if unsafe { !(*held.head(slot)).is_null() } && !span.is_marked(slot) {
            settle_dead(&held, slot, &mut due);
        }
    }
    let [finalizers, cleanups] = due;
    Helper::Finalizers.enqueue(finalizers);
    Helper::Cleanups.enqueue(cleanups);
    let swept = sweep();
    if held.count() == 0 {
        held.drop_table();
    }
    swept
}

/// Weak handles first, since a finalized object must not be found through them again. Tiny objects share a slot: the
/// finalizers of all of them run, and the others' specials wait until the slot is dead for good.
fn settle_dead(held: &Held, slot: usize, due: &mut Due) {
    let mut finalized = false;
    held.sort_out(slot, due, |s| match s.what() {
        What::Weak => {
            // SAFETY: the handle is a heap word that was marked in this collection. Nobody takes it for alive (I4).
            unsafe { (*(s.code as *const AtomicUsize)).store(0, Relaxed) };
            Fate::Ends
        }
        What::Finalizer => {
            finalized = true;
            Fate::IsDue(Helper::Finalizers)
        }
        // A finalizer's goes with it.
        What::Origin if s.more == 0 => Fate::Ends,
        What::Cleanup | What::Profiled | What::Origin | What::Shared => Fate::Stays,
    });
    if finalized {
        held.span.mark(slot);
        return;
    }
    held.sort_out(slot, due, |s| {
        match s.what() {
            What::Cleanup => return Fate::IsDue(Helper::Cleanups),
            What::Profiled => heap_profile::note_death(s.code, s.more),
            _ => {}
        }
        Fate::Ends
    });
}

/// The goroutines that run Go code on the collector's behalf. Each is started when there is first work for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Helper {
    /// Runs finalizers, one after the other.
    Finalizers = 0,
    /// Runs cleanups. Not the goroutine above: a finalizer that blocks must not hold up cleanups.
    Cleanups = 1,
    /// Begins a collection that no goroutine asks for.
    Collector = 2,
}

/// State of one helper.
struct HelperState {
    /// Its function, a static `*funcval`; null until the Go side has announced it.
    start: *const FuncVal,
    started: bool,
    /// The goroutine while it is parked for want of work.
    parked: Option<GRef>,
    queue: Queue,
    /// Records of calls that have been taken: they go back together, since the program takes new ones meanwhile.
    used_up: Queue,
    /// While marking runs: the first special in the queue that has not been marked, see [`mark_some`].
    unmarked: *mut Special,
    /// Work that is not in the queue (`Collector`).
    due: bool,
}

// SAFETY: the pointers name immortal memory.
unsafe impl Send for HelperState {}

static HELPERS: [Lock<HelperState>; 3] = [const {
    Lock::new(
        Rank::Finalizer,
        HelperState {
            start: core::ptr::null(),
            started: false,
            parked: None,
            queue: Queue::EMPTY,
            used_up: Queue::EMPTY,
            unmarked: null_mut(),
            due: false,
        },
    )
}; 3];

/// Some helper may have work.
static WORK: AtomicBool = AtomicBool::new(false);
/// Helpers are to be woken by somebody who holds a P.
static WAKE: AtomicBool = AtomicBool::new(false);
/// Finalizers and cleanups that were queued, and that have run: for runtime/metrics of later versions and for tests.
static QUEUED: AtomicUsize = AtomicUsize::new(0);

impl HelperState {
    const BATCH: usize = 64;

    fn has_work(&self) -> bool {
        self.due || self.queue.len > 0
    }

    fn take(&mut self) -> Option<Ready> {
        let special = self.queue.pop()?;
        if core::ptr::eq(special, self.unmarked) {
            self.unmarked = special.next;
        }
        let ready = Ready::of(special);
        self.used_up.push(special);
        if self.used_up.len == Self::BATCH || self.queue.len == 0 {
            Special::free_calls(core::iter::from_fn(|| self.used_up.pop()));
        }
        Some(ready)
    }
}

impl Helper {
    /// The helper with this number; the Go side passes it.
    pub fn from_word(word: usize) -> Self {
        match word {
            0 => Self::Finalizers,
            1 => Self::Cleanups,
            _ => Self::Collector,
        }
    }

    fn state(self) -> &'static Lock<HelperState> {
        &HELPERS[self as usize]
    }

    fn enqueue(self, mut calls: Queue) {
        if calls.len > 0 {
            QUEUED.fetch_add(calls.len, Relaxed);
            self.state().lock().queue.append(&mut calls);
            WORK.store(true, Relaxed);
        }
    }

    /// Announces the helper's function.
    pub fn announce(self, start: *const FuncVal) {
        self.state().lock().start = start;
    }

    /// The next call to make, if there is one. `Collector` gets its due order as an empty `Ready`.
    pub fn take(self) -> Option<Ready> {
        let mut h = self.state().lock();
        if self == Self::Collector {
            let due = core::mem::take(&mut h.due);
            return due.then_some(Ready::default());
        }
        let r = h.take();
        h.release();
        if let Some(r) = r
            && marking()
        {
            // It leaves a root for a stack that may have been scanned.
            r.words().into_iter().for_each(barrier::shade);
        }
        r
    }

    /// Parks the calling goroutine until there is work; returns at once if there is.
    pub fn wait(self) {
        let mut h = self.state().lock();
        if h.has_work() {
            return;
        }
        let g = sched::current();
        h.parked = Some(g);
        let why = if self == Self::Cleanups {
            WaitReason::CleanupWait
        } else {
            WaitReason::FinalizerWait
        };
        sched::park(g, why, move || h.release());
    }

    /// Whether the helper has no work and does none.
    pub fn is_idle(self) -> bool {
        let h = self.state().lock();
        !h.has_work() && (!h.started || h.parked.is_some())
    }

    /// `Collector` has something to do. The M holds a P.
    pub fn order(self) {
        self.state().lock().due = true;
        self.wake();
    }

    /// Gets the helper going if there is work.
    fn wake(self) {
        let mut h = self.state().lock();
        if !h.has_work() {
            return;
        }
        if let Some(g) = h.parked.take() {
            h.release();
            sched::ready(g);
        } else if !h.started && !h.start.is_null() {
            h.started = true;
            let start = h.start;
            h.release();
            sched::spawn(start, 0, true);
        }
    }
}

/// All spans are swept: the queues are complete, the figures of the heap profile are.
pub fn after_sweep() {
    heap_profile::publish();
    if WORK.swap(false, AcqRel) {
        WAKE.store(true, Release);
    }
}

/// Whether somebody who holds a P should call [`wake_helpers`].
#[inline]
pub fn helpers_wanted() -> bool {
    WAKE.load(Relaxed)
}

/// Gets the helpers going that have work. The M holds a P.
#[cold]
pub fn wake_helpers() {
    if WAKE.swap(false, AcqRel) {
        Helper::Finalizers.wake();
        Helper::Cleanups.wake();
    }
}

/// Finalizers and cleanups that wait to be run.
pub fn waiting() -> (usize, usize) {
    let count = |helper: Helper| helper.state().lock().queue.len;
    (count(Helper::Finalizers), count(Helper::Cleanups))
}

/// Finalizers and cleanups queued since the start.
pub fn queued() -> usize {
    QUEUED.load(Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn special(code: usize) -> Special {
        Special::made(What::Cleanup, 0, code, 0)
    }

    #[test]
    fn queues_keep_the_order() {
        let mut specials = [1, 2, 3, 4].map(special);
        let [a, b, c, d] = specials.each_mut().map(|s| &raw mut *s);
        let (mut first, mut second) = (Queue::EMPTY, Queue::EMPTY);
        first.append(&mut second);
        assert!(first.pop().is_none());
        first.push(a);
        first.push(b);
        second.push(c);
        first.append(&mut second);
        assert_eq!(first.iter().map(|s| s.code).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((first.len, second.len), (3, 0));
        assert_eq!(first.pop().map(|s| s.code), Some(1));
        first.push(d);
        let rest = core::iter::from_fn(|| first.pop());
        assert_eq!(rest.map(|s| s.code).collect::<Vec<_>>(), [2, 3, 4]);
        first.push(a);
        assert_eq!(first.iter().count(), 1);
    }
}
