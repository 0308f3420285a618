//! The heaps, and the firing of what has expired.

use super::{Kind, Timer};
use crate::chan::ChanRef;
use crate::mem::meta::KVec;
use crate::prim::WordLock;
use crate::sched::{self, GRef, P};
use crate::types::FuncVal;
use crate::{gc, netpoll};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicI64, Ordering::*};
use goxide_algo::heap4::{self, HeapItem};

#[derive(Clone, Copy)]
struct Entry {
    when: i64,
    timer: *const Timer,
}

impl HeapItem for Entry {
    fn key(&self) -> i64 {
        self.when
    }
    fn set_index(&mut self, index: usize) {
        // SAFETY: a timer stays valid while it is in a heap: Go timers are roots (`roots`), others type-stable.
        unsafe { (*self.timer).index.set(index as u32) };
        // The marker may have passed the old place and not come to the new one.
        gc::shade(self.timer as usize);
    }
}

/// A heap of timers with its own lock. All-zero bytes are an empty one.
pub struct Timers {
    lock: WordLock,
    /// Time of the first entry, 0: none. Written under the lock, read by anyone as a hint.
    next: AtomicI64,
    heap: UnsafeCell<KVec<Entry>>,
}

// SAFETY: the heap is reached under the lock only.
unsafe impl Sync for Timers {}

impl Timers {
    /// An empty heap.
    pub const fn new() -> Self {
        Self {
            lock: WordLock::new(),
            next: AtomicI64::new(0),
            heap: UnsafeCell::new(KVec::new()),
        }
    }

    /// When the first timer expires, 0: there is none.
    pub fn next_when(&self) -> i64 {
        self.next.load(Acquire)
    }

    /// The entries. The caller holds the lock, or the world is stopped.
    #[allow(clippy::mut_from_ref)]
    fn heap(&self) -> &mut KVec<Entry> {
        // SAFETY: the lock excludes others, and no caller keeps the reference over an unlock.
        unsafe { &mut *self.heap.get() }
    }

    /// How many timers it holds.
    pub fn count(&self) -> usize {
        self.lock.lock();
        let n = self.heap().len();
        self.lock.unlock();
        n
    }

    /// Forgets all timers, for the end of a bubble: nobody can wait for them.
    pub fn drop_all(&self) {
        self.lock.lock();
        while let Some(entry) = self.heap().pop() {
            // SAFETY: a timer in a heap is valid.
            unsafe { (*entry.timer).heaped.set(false) };
        }
        self.publish_next();
        self.lock.unlock();
    }

    fn publish_next(&self) {
        self.next.store(
            self.heap().as_slice().first().map_or(0, |e| e.when),
            Release,
        );
    }

    /// Adds a timer that is in no heap. Under the lock.
    fn add(&self, t: &Timer, when: i64) {
        let i = self.heap().len();
        self.heap().push(Entry { when, timer: t });
        t.heaped.set(true);
        heap4::sift_up(self.heap().as_mut_slice(), i);
    }

    /// Moves a timer that is here. Under the lock.
    fn change(&self, t: &Timer, when: i64) {
        let i = t.index.get() as usize;
        self.heap().as_mut_slice()[i].when = when;
        heap4::repair(self.heap().as_mut_slice(), i);
    }

    /// Takes out a timer that is here. Under the lock.
    fn remove(&self, t: &Timer) {
        heap4::detach(self.heap().as_mut_slice(), t.index.get() as usize);
        self.heap().pop();
        t.heaped.set(false);
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::new()
    }
}

/// The heap for new timers of the current goroutine.
fn heap_here(t: &Timer) -> &'static Timers {
    match t.home.load(Acquire) {
        home if t.bubbled.get() && !home.is_null() => {
            // SAFETY: heaps of bubbles live in type-stable memory.
            unsafe { &*home }
        }
        _ => &sched::p().timers,
    }
}

impl Timer {
    /// Locks the heap that guards this timer; makes the current P's its first one.
    fn lock_home(&self) -> &'static Timers {
        loop {
            let home = self.home.load(Acquire);
            if home.is_null() {
                let here = &raw const sched::p().timers as *mut Timers;
                let _ = self.home.compare_exchange(home, here, AcqRel, Relaxed);
                continue;
            }
            // SAFETY: heaps lie in Ps and bubbles, which are type-stable.
            let timers = unsafe { &*home };
            timers.lock.lock();
            if self.home.load(Acquire) == home {
                return timers;
            }
            timers.lock.unlock();
        }
    }

    /// Puts the timer into a heap to fire at `when`, or moves it there; says whether it was in one.
    pub fn arm(&self, when: i64) -> bool {
        // The heaps are roots that the collector has looked at when marking began: what is added later is shaded.
        if gc::marking() && matches!(self.kind.get(), Kind::Func | Kind::Chan) {
            gc::shade(self as *const Self as usize);
        }
        let mut timers = self.lock_home();
        if self.heaped.get() {
            timers.change(self, when);
            self.armed(timers, when);
            return true;
        }
        let here = heap_here(self);
        while !core::ptr::eq(timers, here) {
            self.home
                .store(here as *const Timers as *mut Timers, Release); // I1: it is in no heap
            timers.lock.unlock();
            timers = self.lock_home();
            if self.heaped.get() {
                // Another goroutine armed it in between: as if it had come after us.
                timers.lock.unlock();
                return self.arm(when);
            }
        }
        timers.add(self, when);
        self.armed(timers, when);
        false
    }

    /// Unlocks after a change; somebody may sleep for longer than until `when`.
    fn armed(&self, timers: &Timers, when: i64) {
        let before = timers.next_when();
        timers.publish_next();
        let earlier = timers.next_when() == when && (before == 0 || when < before);
        timers.lock.unlock();
        if earlier && !self.bubbled.get() {
            netpoll::init(); // an idle M waits for timers in the poller
            sched::wake_netpoller(when);
        }
    }

    /// Takes the timer out of its heap; says whether it was in one.
    pub fn disarm(&self) -> bool {
        if self.home.load(Acquire).is_null() {
            return false;
        }
        let timers = self.lock_home();
        let was = self.heaped.get();
        if was {
            timers.remove(self);
            timers.publish_next();
        }
        timers.lock.unlock();
        was
    }

    /// Whether it belongs to a bubble.
    pub fn is_bubbled(&self) -> bool {
        self.bubbled.get()
    }

    /// Whether `timers` is its heap.
    pub fn is_in(&self, timers: &Timers) -> bool {
        core::ptr::eq(self.home.load(Acquire), timers)
    }

    /// Binds the timer to the heap of a bubble.
    pub fn bind(&self, timers: &'static Timers) {
        self.bubbled.set(true);
        self.home
            .store(timers as *const Timers as *mut Timers, Release);
    }

    /// Gives the timer, which is in no heap, back to the real clock.
    pub fn unbind(&self) {
        self.bubbled.set(false);
        self.home.store(core::ptr::null_mut(), Release);
    }
}

/// What an expired timer asks for: read under the lock of its heap, done after.
#[derive(Clone, Copy)]
struct Fired {
    kind: Kind,
    target: usize,
    seq: usize,
    periodic: bool,
}

/// Takes the first timer if it has expired. Under the lock.
fn take_expired(timers: &Timers, now: i64) -> Option<Fired> {
    let first = *timers.heap().as_slice().first()?;
    if first.when > now {
        return None;
    }
    // SAFETY: a timer in a heap is valid.
    let t = unsafe { &*first.timer };
    let fired = Fired {
        kind: t.kind.get(),
        target: t.target.get(),
        seq: t.seq.get(),
        periodic: t.kind.get() == Kind::Func && t.period.get() > 0,
    };
    if fired.periodic {
        timers.change(t, next_beat(first.when, t.period.get(), now));
    } else {
        timers.remove(t);
    }
    Some(fired)
}

/// The first beat of a periodic timer after `now`.
pub(super) fn next_beat(when: i64, period: i64, now: i64) -> i64 {
    let missed = now.saturating_sub(when) / period;
    when.saturating_add(period.saturating_mul(missed.saturating_add(1)))
}

/// `behind` others that fired in the same pass: sleepers of one pass run in the order of their times.
fn fire(f: Fired, now: i64, behind: bool) {
    match f.kind {
        Kind::Sleep => {
            if let Some(g) = GRef::from_ptr(f.target as *mut _) {
                if behind {
                    sched::ready_tail(g)
                } else {
                    sched::ready(g)
                }
            }
        }
        Kind::Func => {
            // In a bubble the root fires, so the goroutine becomes one of the bubble's.
            let (func, pc) = (f.target as *const FuncVal, super::clock::func_timer_pc());
            if f.periodic {
                sched::spawn_tail(func, pc); // a short period must not starve what else is runnable
            } else {
                sched::spawn(func, pc, false);
            }
        }
        Kind::Chan => {
            if let Some(c) = ChanRef::from_word(f.target) {
                c.lock.lock();
                super::chan_timer::alarm(c, now);
            }
        }
        Kind::PollRead | Kind::PollWrite => {
            netpoll::deadline_passed(f.target, f.kind == Kind::PollRead, f.seq)
        }
    }
}

/// Fires everything in `timers` that is due at `now`; whether there was something.
pub fn fire_due(timers: &Timers, now: i64) -> bool {
    let mut ran = false;
    loop {
        match timers.next_when() {
            next if next != 0 && next <= now => {}
            _ => return ran,
        }
        timers.lock.lock();
        let fired = take_expired(timers, now);
        timers.publish_next();
        timers.lock.unlock();
        let Some(f) = fired else { return ran };
        fire(f, now, ran);
        ran = true;
    }
}

/// Fires the timers of `p` that are due; also says when its next one is (0: none). Called by the holder of `p` and by
/// thieves.
pub fn run_expired(p: &P, now: i64) -> (bool, i64) {
    let ran = fire_due(&p.timers, now);
    (ran, p.timers.next_when())
}

/// Whether `p` has any timer.
#[inline]
pub fn has_timers(p: &P) -> bool {
    p.timers.next_when() != 0
}

/// When the first timer of all Ps expires, 0: there is none.
pub fn next_when_all() -> i64 {
    let mut first = 0;
    sched::for_each_p(|p| {
        let next = p.timers.next_when();
        if next != 0 && (first == 0 || next < first) {
            first = next;
        }
    });
    first
}

/// Moves all timers of a P that is going away to another.
pub fn take_all(from: &P, to: &'static P) {
    if core::ptr::eq(&from.timers, &to.timers) {
        return;
    }
    let (a, b) = (&from.timers, &to.timers);
    let (first, second) = if (a as *const Timers) < b as *const Timers {
        (a, b)
    } else {
        (b, a)
    };
    first.lock.lock();
    second.lock.lock();
    while let Some(entry) = a.heap().pop() {
        // SAFETY: a timer in a heap is valid; both homes are locked.
        let t = unsafe { &*entry.timer };
        t.home.store(b as *const Timers as *mut Timers, Release);
        b.add(t, entry.when);
    }
    a.publish_next();
    b.publish_next();
    second.lock.unlock();
    first.lock.unlock();
}

/// Fires everything in the heap of a bubble that is due at `now`. Timers of one instant fire in random order: on the
/// real clock they could.
pub fn fire_due_shuffled(timers: &Timers, now: i64) {
    const BATCH: usize = 64;
    while timers.next_when() != 0 && timers.next_when() <= now {
        let mut batch = [None; BATCH];
        timers.lock.lock();
        let mut n = 0;
        while n < BATCH
            && let Some(fired) = take_expired(timers, now)
        {
            // Inside-out shuffle.
            let j = (((sched::p().random() >> 32) * (n as u64 + 1)) >> 32) as usize;
            batch[n] = batch[j];
            batch[j] = Some(fired);
            n += 1;
        }
        timers.publish_next();
        timers.lock.unlock();
        batch
            .into_iter()
            .flatten()
            .for_each(|fired| fire(fired, now, true));
    }
}

/// Root jobs of timers: one for the heap of every P, and one for those of bubbles.
pub fn mark_jobs() -> u32 {
    sched::made_proc_count() + 1
}

/// A root job: `visit` is called with every Go timer of one heap, or of all bubbles. Beside the program, while marking
/// runs: what enters a heap, moves in it, or leaves it meanwhile is shaded.
pub fn mark_job(job: u32, mut visit: impl FnMut(usize)) {
    if job < sched::made_proc_count() {
        visit_heap(&sched::p_at(job).timers, &mut visit)
    } else {
        crate::sync::bubble::for_each_heap(|timers| visit_heap(timers, &mut visit))
    }
}

/// Timers looked at before the lock is given back for a moment.
const CHUNK: usize = 256;

fn visit_heap(timers: &Timers, visit: &mut dyn FnMut(usize)) {
    let mut at = 0;
    loop {
        timers.lock.lock();
        let heap = timers.heap().as_slice();
        let end = (at + CHUNK).min(heap.len());
        for entry in heap.get(at..end).unwrap_or_default() {
            // SAFETY: a timer in a heap is valid.
            let kind = unsafe { (*entry.timer).kind.get() };
            if matches!(kind, Kind::Func | Kind::Chan) {
                visit(entry.timer as usize);
            }
        }
        let done = end >= heap.len();
        timers.lock.unlock();
        if done {
            return;
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heap_fires_in_order_and_forgets_removed() {
        let timers = Timers::new();
        let ts: Vec<Timer> = (0..50).map(|_| Timer::new(Kind::Sleep, 0)).collect();
        for (i, t) in ts.iter().enumerate() {
            timers.add(t, ((i * 37) % 50) as i64 + 1);
        }
        timers.remove(&ts[0]);
        timers.change(&ts[1], 100);
        timers.publish_next();
        let mut times = Vec::new();
        while let Some(first) = timers.heap().as_slice().first().copied() {
            times.push(first.when);
            assert!(take_expired(&timers, first.when - 1).is_none());
            assert!(take_expired(&timers, first.when).is_some());
        }
        assert_eq!(times.len(), 49);
        assert!(times.is_sorted() && *times.last().unwrap() == 100 && !times.contains(&1));
    }

    #[test]
    fn beats_skip_what_was_missed() {
        assert_eq!(next_beat(100, 10, 100), 110);
        assert_eq!(next_beat(100, 10, 135), 140);
        assert_eq!(next_beat(100, 10, 140), 150);
        assert_eq!(next_beat(i64::MAX - 5, 10, i64::MAX), i64::MAX);
    }
}
