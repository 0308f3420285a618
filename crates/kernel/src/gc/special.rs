//! What the collector must know about single objects: finalizers, cleanups, weak handles.
//!
//! ```text
//!   SetFinalizer, AddCleanup, weak.Make ─▶ Special, by object, in 64 shards
//!   end of marking: `after_mark`  weak handle of a dead object ─▶ nil
//!                                 dead, with finalizer         ─▶ alive for once more, finalizer queued
//!                                 dead for good                ─▶ cleanups queued
//!   world runs again: `after_cycle` ─▶ wakes the helper goroutines, which run Go code from the queues
//! ```
//!
//! I1  All specials of one object lie in one bucket of one shard (the hash is that of the object's first byte).
//! I2  What an object with a finalizer refers to stays alive until the finalizer has run, though the object itself
//!     need not be reachable: `for_each_finalizable` has its contents scanned without marking it. A cycle through an object with
//!     a finalizer is therefore never freed, as Go documents.
//! I3  A weak handle is a heap word that the special keeps alive as long as the object lives.
//!
//! Locks: `Rank::Special` (a shard) or `Rank::Finalizer` (the queues), never both. The functions for the collector run
//! in the stopped world and take none.

use super::mark::Marker;
use crate::mem::{
    self,
    meta::{self, KVec, Pool},
};
use crate::prim::{Lock, Rank};
use crate::profile::heap as heap_profile;
use crate::sched::{self, GRef, WaitReason};
use crate::types::FuncVal;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};

const SHARDS: usize = 64;

/// What happens when the object dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Run `code` once with the object, which lives on for that.
    Finalizer,
    /// A finalizer of an object that this collection has found dead.
    FinalizerDue,
    /// Run `code`, a `func()`; `a` is the number by which it can be stopped.
    Cleanup,
    /// Clear the heap word at `code`.
    Weak,
    /// A weak handle on something that never dies, at `code`.
    WeakImmortal,
    /// The heap profile has chosen the object: `code` is its bucket, `a` its size.
    Profiled,
}

/// One fact about one object.
struct Special {
    next: *mut Special,
    what: What,
    /// First byte of the object.
    base: usize,
    /// The pointer that the user passed, somewhere in the object.
    ptr: usize,
    /// `*funcval`, or the weak handle: a Go pointer.
    code: usize,
    /// Finalizer: argument type, type of the pointer, bytes of results. Cleanup: number, 0, 0.
    more: [usize; 3],
}

static SPECIALS: Pool<Special> = Pool::new();
static NEXT_CLEANUP: AtomicU64 = AtomicU64::new(1);

/// A hash table of specials: `1 << log2` buckets, each the head of a list.
struct Shard {
    buckets: *mut *mut Special,
    log2: u32,
    count: usize,
}

// SAFETY: a plain owner of its memory.
unsafe impl Send for Shard {}

static TABLE: [Lock<Shard>; SHARDS] = [const {
    Lock::new(
        Rank::Special,
        Shard {
            buckets: null_mut(),
            log2: 0,
            count: 0,
        },
    )
}; SHARDS];

fn hash(base: usize) -> usize {
    (base >> 3).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn shard_of(base: usize) -> &'static Lock<Shard> {
    &TABLE[hash(base) >> 58]
}

impl Shard {
    const FIRST_LOG2: u32 = 4;

    fn bucket(&self, base: usize) -> *mut *mut Special {
        let i = hash(base) >> 20 & ((1 << self.log2) - 1);
        // SAFETY: `i` is below the number of buckets; callers have made sure there are any.
        unsafe { self.buckets.add(i) }
    }

    fn bucket_count(&self) -> usize {
        if self.buckets.is_null() {
            0
        } else {
            1 << self.log2
        }
    }

    fn insert(&mut self, special: *mut Special) {
        if self.count >= self.bucket_count() {
            self.grow();
        }
        // SAFETY: the special is ours until it is in the list; the bucket exists after `grow`.
        unsafe { link(self.bucket((*special).base), special) };
        self.count += 1;
    }

    #[cold]
    fn grow(&mut self) {
        let (old, n) = (self.buckets, self.bucket_count());
        self.log2 = if n == 0 {
            Self::FIRST_LOG2
        } else {
            self.log2 + 1
        };
        self.buckets = meta::alloc_block(8 << self.log2).cast();
        for i in 0..n {
            // SAFETY: `i` is below the old table's size; every special moves to exactly one list of the new table,
            // and nobody else sees the old table afterwards.
            unsafe {
                let mut at = *old.add(i);
                while !at.is_null() {
                    let next = (*at).next;
                    link(self.bucket((*at).base), at);
                    at = next;
                }
            }
        }
        if n > 0 {
            // SAFETY: the old table is no longer referred to.
            unsafe { meta::free(old.cast(), 8 * n) };
        }
    }

    /// The special of `base` that `is_it` recognises.
    fn find(&mut self, base: usize, is_it: impl Fn(&Special) -> bool) -> Option<&mut Special> {
        if self.buckets.is_null() {
            return None;
        }
        // SAFETY: lists hold valid specials, reached under the shard's lock.
        unsafe {
            let mut at = *self.bucket(base);
            while let Some(s) = at.as_mut() {
                if s.base == base && is_it(s) {
                    return Some(s);
                }
                at = s.next;
            }
        }
        None
    }

    /// Takes out the special of `base` that `is_it` recognises.
    fn remove(&mut self, base: usize, is_it: impl Fn(&Special) -> bool) -> bool {
        if self.buckets.is_null() {
            return false;
        }
        let bucket = self.bucket(base);
        let before = self.count;
        self.retain(bucket, |s| s.base != base || !is_it(s));
        self.count != before
    }

    /// Takes the specials that `keep` refuses out of one bucket.
    fn retain(&mut self, bucket: *mut *mut Special, mut keep: impl FnMut(&mut Special) -> bool) {
        let mut at = bucket;
        // SAFETY: `at` points to the link that leads to the special looked at; lists hold valid specials.
        unsafe {
            while let Some(s) = (*at).as_mut() {
                if keep(s) {
                    at = &raw mut s.next;
                } else {
                    *at = s.next;
                    self.count -= 1;
                    SPECIALS.put(s);
                }
            }
        }
    }

    fn for_each(&self, mut f: impl FnMut(&Special)) {
        for i in 0..self.bucket_count() {
            // SAFETY: as in `find`.
            unsafe {
                let mut at = *self.buckets.add(i);
                while let Some(s) = at.as_ref() {
                    f(s);
                    at = s.next;
                }
            }
        }
    }
}

/// # Safety
/// The caller owns `special` and holds the lock of the bucket's shard.
unsafe fn link(bucket: *mut *mut Special, special: *mut Special) {
    // SAFETY: the caller's promise.
    unsafe {
        (*special).next = *bucket;
        *bucket = special;
    }
}

fn new_special(what: What, base: usize, ptr: usize, code: usize, more: [usize; 3]) -> *mut Special {
    let s = SPECIALS.get();
    // SAFETY: the pool's object is ours.
    unsafe {
        s.write(Special {
            next: null_mut(),
            what,
            base,
            ptr,
            code,
            more,
        })
    };
    s
}

/// A call that a helper goroutine will make; `code` runs with `object` as the argument if `object` is not 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Ready {
    /// `*funcval`.
    pub code: usize,
    /// The finalized object; 0 for a cleanup.
    pub object: usize,
    /// Type of the finalizer's parameter.
    pub arg_type: usize,
    /// Type of the pointer passed to SetFinalizer.
    pub ptr_type: usize,
    /// Bytes of the finalizer's results.
    pub result_bytes: usize,
}

/// Sets the finalizer of the object at `base`. False if it has one.
pub fn set_finalizer(base: usize, ptr: usize, code: usize, more: [usize; 3]) -> bool {
    let mut shard = shard_of(base).lock();
    if shard
        .find(base, |s| s.what == What::Finalizer && s.ptr == ptr)
        .is_some()
    {
        return false;
    }
    shard.insert(new_special(What::Finalizer, base, ptr, code, more));
    true
}

/// Removes the finalizer of the object at `base`, if there is one.
pub fn remove_finalizer(base: usize, ptr: usize) {
    shard_of(base)
        .lock()
        .remove(base, |s| s.what == What::Finalizer && s.ptr == ptr);
}

/// Adds a cleanup and returns its number.
pub fn add_cleanup(base: usize, ptr: usize, code: usize) -> u64 {
    let id = NEXT_CLEANUP.fetch_add(1, Relaxed);
    shard_of(base).lock().insert(new_special(
        What::Cleanup,
        base,
        ptr,
        code,
        [id as usize, 0, 0],
    ));
    id
}

/// Removes the cleanup with this number, if it has not been queued.
pub fn remove_cleanup(base: usize, id: u64) {
    shard_of(base).lock().remove(base, |s| {
        s.what == What::Cleanup && s.more[0] == id as usize
    });
}

/// The weak handle of `ptr` into the object at `base` (0: something that never dies). `fresh` becomes the handle if
/// there is none yet.
pub fn weak_handle(base: usize, ptr: usize, fresh: usize) -> usize {
    let (what, base) = if base == 0 {
        (What::WeakImmortal, ptr)
    } else {
        (What::Weak, base)
    };
    let mut shard = shard_of(base).lock();
    if let Some(s) = shard.find(base, |s| s.what == what && s.ptr == ptr) {
        return s.code;
    }
    // SAFETY: `fresh` is a pointer-free heap word that the calling goroutine has just made. No barrier: the word is not
    // a pointer for the collector.
    unsafe { (fresh as *mut usize).write(ptr) };
    shard.insert(new_special(what, base, ptr, fresh, [0; 3]));
    fresh
}

/// The heap profile has chosen the object at `base`.
pub fn add_profiled(base: usize, bucket: usize, size: usize) {
    let s = new_special(What::Profiled, base, base, bucket, [size, 0, 0]);
    shard_of(base).lock().insert(s);
}

/// For the collector, in the stopped world: `visit` is called with every Go pointer that specials and queues hold.
/// What the closures of finalizers and cleanups need, and weak handles of objects that still live.
pub fn mark_roots(visit: &mut dyn FnMut(usize)) {
    for shard in &TABLE {
        // SAFETY: the world is stopped, and no kernel call is in progress.
        unsafe { shard.get_unlocked() }.for_each(|s| {
            if s.what != What::Profiled {
                visit(s.code);
            }
        });
    }
    for helper in &HELPERS {
        // SAFETY: as above.
        let h = unsafe { helper.get_unlocked() };
        for r in &h.queue.as_slice()[h.taken..] {
            [r.code, r.object, r.arg_type, r.ptr_type]
                .into_iter()
                .for_each(&mut *visit);
        }
    }
}

/// For the collector, in the stopped world: `scan` is called with the first byte of every object that has a finalizer.
/// It marks what the object refers to, not the object (I2).
pub fn for_each_finalizable(scan: &mut dyn FnMut(usize)) {
    for shard in &TABLE {
        // SAFETY: as in `mark_roots`.
        let shard = unsafe { shard.get_unlocked() };
        shard.for_each(|s| {
            if s.what == What::Finalizer {
                scan(s.base);
            }
        });
    }
}

/// For the collector, in the stopped world, when nothing is left to mark: decides what becomes of the unmarked objects
/// that have specials. Objects that have to live on are greyed; what they refer to is marked already (I2).
pub fn after_mark(marker: &mut Marker) {
    for shard in &TABLE {
        // SAFETY: as in `mark_roots`.
        let shard = unsafe { shard.get_unlocked() };
        for i in 0..shard.bucket_count() {
            // SAFETY: `i` is below the number of buckets.
            settle(shard, unsafe { shard.buckets.add(i) }, marker);
        }
    }
    heap_profile::publish();
}

fn is_marked(base: usize) -> bool {
    // A special lives no longer than its object, so the span is there.
    mem::span_of(base).is_some_and(|span| span.is_marked(span.slot_of(base)))
}

/// One bucket, which holds all specials of each of its objects (I1): weak handles first, since a finalized object must
/// not be found through them again.
fn settle(shard: &mut Shard, bucket: *mut *mut Special, marker: &mut Marker) {
    let dead = |s: &Special| s.what != What::WeakImmortal && !is_marked(s.base);
    shard.retain(bucket, |s| {
        let clear = s.what == What::Weak && dead(s);
        if clear {
            // SAFETY: the handle is a heap word that was marked as a root in this cycle.
            unsafe { (s.code as *mut usize).write(0) };
        }
        !clear
    });
    // Tiny objects share a block, and the first of its finalizers to be queued makes all of it live again.
    shard.retain(bucket, |s| {
        if s.what == What::Finalizer && dead(s) {
            s.what = What::FinalizerDue;
        }
        true
    });
    shard.retain(bucket, |s| {
        let run = s.what == What::FinalizerDue;
        if run {
            let [arg_type, ptr_type, result_bytes] = s.more;
            Helper::Finalizers.enqueue(Ready {
                code: s.code,
                object: s.ptr,
                arg_type,
                ptr_type,
                result_bytes,
            });
            marker.grey(s.base);
        }
        !run
    });
    shard.retain(bucket, |s| {
        let count = s.what == What::Profiled && dead(s);
        if count {
            heap_profile::note_death(s.code, s.more[0]);
        }
        !count
    });
    shard.retain(bucket, |s| {
        let run = s.what == What::Cleanup && dead(s);
        if run {
            Helper::Cleanups.enqueue(Ready {
                code: s.code,
                object: 0,
                arg_type: 0,
                ptr_type: 0,
                result_bytes: 0,
            });
        }
        !run
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
    /// Empties `sync.Pool`s after an automatic collection.
    PoolCleaner = 2,
}

/// State of one helper.
struct HelperState {
    /// Its function, a static `*funcval`; null until the Go side has announced it.
    start: *const FuncVal,
    started: bool,
    /// The goroutine while it is parked for want of work.
    parked: Option<GRef>,
    queue: KVec<Ready>,
    /// Elements at the queue's start that were taken.
    taken: usize,
    /// Work that is not in the queue (PoolCleaner).
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
            queue: KVec::new(),
            taken: 0,
            due: false,
        },
    )
}; 3];

/// Whether some helper may have work: lets `after_cycle` be cheap.
static WORK: AtomicBool = AtomicBool::new(false);
/// Finalizers and cleanups that were queued, and that have run: for runtime/metrics of later versions and for tests.
static QUEUED: AtomicUsize = AtomicUsize::new(0);

impl HelperState {
    fn has_work(&self) -> bool {
        self.due || self.taken < self.queue.len()
    }

    fn take(&mut self) -> Option<Ready> {
        let r = self.queue.as_slice().get(self.taken).copied();
        self.taken += usize::from(r.is_some());
        if self.taken == self.queue.len() {
            self.queue.clear();
            self.taken = 0;
        }
        r
    }
}

impl Helper {
    /// The helper with this number; the Go side passes it.
    pub fn from_word(word: usize) -> Self {
        match word {
            0 => Self::Finalizers,
            1 => Self::Cleanups,
            _ => Self::PoolCleaner,
        }
    }

    fn state(self) -> &'static Lock<HelperState> {
        &HELPERS[self as usize]
    }

    /// In the stopped world.
    fn enqueue(self, r: Ready) {
        // SAFETY: the world is stopped, and no kernel call is in progress.
        unsafe { self.state().get_unlocked() }.queue.push(r);
        QUEUED.fetch_add(1, Relaxed);
        WORK.store(true, Relaxed);
    }

    /// Announces the helper's function.
    pub fn announce(self, start: *const FuncVal) {
        self.state().lock().start = start;
    }

    /// The next call to make, if there is one. `PoolCleaner` gets its due order as an empty `Ready`.
    pub fn take(self) -> Option<Ready> {
        let mut h = self.state().lock();
        if self == Self::PoolCleaner {
            let due = core::mem::take(&mut h.due);
            return due.then_some(Ready {
                code: 0,
                object: 0,
                arg_type: 0,
                ptr_type: 0,
                result_bytes: 0,
            });
        }
        h.take()
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

/// For the collector, when the world runs again after a cycle: gets the helpers going. `forced` by runtime.GC, which
/// has emptied the pools itself before it asked for the cycle.
pub fn after_cycle(forced: bool) {
    if !forced {
        Helper::PoolCleaner.state().lock().due = true;
        Helper::PoolCleaner.wake();
    }
    if WORK.swap(false, Relaxed) {
        Helper::Finalizers.wake();
        Helper::Cleanups.wake();
    }
}

/// Finalizers and cleanups queued since the start.
pub fn queued() -> usize {
    QUEUED.load(Relaxed)
}
