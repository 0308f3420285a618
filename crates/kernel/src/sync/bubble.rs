//! Bubbles of `testing/synctest`: a group of goroutines with a clock of its own, which moves only when all of them wait
//! for each other.
//!
//! ```text
//!   synctest.Run ─▶ root ─ starts ─▶ main ─ starts ─▶ …         every goroutine of the bubble counts as running
//!                    ▲                                          until it waits for something inside of the bubble
//!                    └── running = 0: wake a Wait, or move the clock to the next timer, or it is over
//! ```
//!
//! The root takes every decision (`drive`); it is not counted itself.
//!
//! B1  `running` is never below the number of goroutines that run: a park is counted after the goroutine has given its
//!     locks back and armed its timers, a wake-up before the goroutine becomes runnable. So at 0 the bubble stands still.
//! B2  Whoever brings `running` and `holds` to 0 wakes the root unless it is awake already.
//!
//! Locks: the word lock of a bubble, before `Timers`. Calls up: `sched`, `time`.

use crate::chan::ChanRef;
use crate::fatal;
use crate::mem::meta::{self, KVec};
use crate::prim::{Lock, Rank, WordLock};
use crate::sched::{self, GRef, WaitReason};
use crate::time::{Timer, Timers, fire_due_shuffled};
use core::cell::Cell;
use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};

/// The bubble's clock starts at midnight of 1 January 2000, UTC.
const EPOCH_NS: i64 = 946_684_800_000_000_000;

/// A bubble. Type-stable kernel memory; `g.bubble` points to it.
pub struct Bubble {
    /// Every bubble that was ever made.
    link: Cell<*const Bubble>,
    /// Never used twice; 0: free.
    id: Cell<usize>,
    /// Timers on the bubble's clock.
    timers: Timers,
    /// The bubble's clock. Moved by the root.
    now: AtomicI64,
    /// Guards what follows.
    lock: WordLock,
    root: Cell<Option<GRef>>,
    /// The root runs or is about to.
    root_awake: Cell<bool>,
    main: Cell<Option<GRef>>,
    /// The main goroutine has ended.
    done: Cell<bool>,
    /// The goroutine in `synctest.Wait`, from the call on and from its park on.
    waiting: Cell<bool>,
    waiter: Cell<Option<GRef>>,
    /// Goroutines besides the root.
    total: Cell<i32>,
    /// Those of them that do not durably wait.
    running: Cell<i32>,
    /// Other reasons for the clock to stand still (`acquire`).
    holds: Cell<i32>,
}

struct All {
    first: *const Bubble,
    last_id: usize,
    /// Objects that belong to a bubble (WaitGroups), sorted by address.
    objects: KVec<Owned>,
}

/// An object that belongs to a bubble, also after the bubble's end, until it dies or is told to belong to none.
#[derive(Clone, Copy)]
struct Owned {
    ptr: usize,
    /// Weak handle of the object; a root. Holds 0 once the object is dead.
    handle: usize,
    /// Number of the bubble.
    bubble: usize,
}

impl Owned {
    fn is_alive(&self) -> bool {
        // SAFETY: the handle is a heap word that `roots` keeps; the sweep clears it, with one aligned store.
        unsafe { (self.handle as *const AtomicUsize).as_ref() }
            .is_some_and(|word| word.load(Relaxed) == self.ptr)
    }
}

// SAFETY: the list is reached under its lock; bubbles are type-stable.
unsafe impl Send for All {}

static ALL: Lock<All> = Lock::new(
    Rank::AllGs,
    All {
        first: core::ptr::null(),
        last_id: 0,
        objects: KVec::new(),
    },
);

fn at(word: usize) -> Option<&'static Bubble> {
    // SAFETY: the word is null or the address of a bubble, which is type-stable memory.
    unsafe { (word as *const Bubble).as_ref() }
}

fn bubble_of(g: GRef) -> Option<&'static Bubble> {
    at(g.bubble.get())
}

impl Bubble {
    fn word(&self) -> usize {
        self as *const Self as usize
    }

    /// A free bubble with a new number.
    fn take() -> &'static Self {
        let mut all = ALL.lock();
        all.last_id += 1;
        let id = all.last_id;
        let mut b = all.first;
        // SAFETY: as in `at`.
        while let Some(free) = unsafe { b.as_ref() } {
            if free.id.get() == 0 {
                free.id.set(id);
                return free;
            }
            b = free.link.get();
        }
        let new = meta::alloc(size_of::<Self>(), align_of::<Self>()) as *const Self;
        // SAFETY: zero bytes are a valid bubble.
        let new = unsafe { &*new };
        new.id.set(id);
        new.link.set(all.first);
        all.first = new;
        new
    }

    /// Under the lock: nothing moves.
    fn is_still(&self) -> bool {
        self.running.get() == 0 && self.holds.get() == 0
    }

    /// Unlocks after a count went down, and wakes the root if the bubble stands still (B2).
    fn unlock_and_wake(&self) {
        let wake = self.is_still() && !self.root_awake.get();
        if wake {
            self.root_awake.set(true);
        }
        let root = self.root.get().filter(|_| wake);
        self.lock.unlock();
        if let Some(root) = root {
            sched::ready(root);
        }
    }

    fn add(&self, total: i32, running: i32) {
        self.lock.lock();
        self.total.set(self.total.get() + total);
        self.running.set(self.running.get() + running);
        crate::kassert!(
            self.total.get() >= 0 && self.running.get() >= 0,
            "bubble counts below zero"
        );
        self.unlock_and_wake();
    }
}

/// The number of the bubble that `g` is in, for tracebacks.
pub fn number(g: GRef) -> Option<usize> {
    bubble_of(g).map(|b| b.id.get())
}

/// Whether a goroutine that waits for this reason waits for its own bubble only.
pub fn is_durable(why: WaitReason) -> bool {
    use WaitReason::*;
    matches!(
        why,
        ChanReceiveNil
            | ChanSendNil
            | SelectNoCases
            | Sleep
            | SyncCondWait
            | Coroutine
            | SynctestWait
            | SynctestChanReceive
            | SynctestChanSend
            | SynctestSelect
            | SynctestWaitGroupWait
    )
}

/// A goroutine of bubble `word` has parked, has given its locks back, and may already be running again.
pub fn parked(word: usize, why: WaitReason) {
    if let Some(b) = at(word).filter(|_| is_durable(why)) {
        b.add(0, -1);
    }
}

/// `g`, which waits for the reason in `g.wait_reason`, is about to become runnable.
pub fn readied(g: GRef) {
    if let Some(b) =
        bubble_of(g).filter(|_| is_durable(WaitReason::from_number(g.wait_reason.get())))
    {
        b.add(0, 1);
    }
}

/// `g` was made by a goroutine of its bubble.
pub fn started(g: GRef) {
    let Some(b) = bubble_of(g) else { return };
    if b.main.get().is_none() {
        b.main.set(Some(g)); // the root starts it before anybody else can start one
    }
    b.add(1, 1);
}

/// `g` has ended.
pub fn ended(g: GRef) {
    let Some(b) = bubble_of(g) else { return };
    if b.main.get() == Some(g) {
        b.done.set(true);
    }
    b.add(-1, -1);
}

/// Makes a bubble with the current goroutine as its root.
pub fn enter_new() {
    let g = sched::current();
    let b = Bubble::take();
    b.now.store(EPOCH_NS, Relaxed);
    b.root.set(Some(g));
    b.root_awake.set(true);
    b.main.set(None);
    b.done.set(false);
    b.waiting.set(false);
    b.waiter.set(None);
    for count in [&b.total, &b.running, &b.holds] {
        count.set(0);
    }
    g.bubble.set(b.word());
}

/// How a bubble ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum RunEnd {
    /// Everybody has ended.
    Good = 0,
    /// Everybody waits, and no timer will wake them.
    Deadlock = 1,
    /// The main goroutine has ended, others wait.
    Left = 2,
}

/// The root: lets the bubble live until nothing can happen in it any more. Parks meanwhile.
pub fn run() -> RunEnd {
    drive_on(sched::current())
}

/// Continuation of the root.
fn drive(g: GRef) {
    let end = drive_on(g);
    g.set_ret(0, end as usize);
}

fn drive_on(g: GRef) -> RunEnd {
    let Some(b) = bubble_of(g) else {
        crate::throw!("synctest: root without bubble")
    };
    loop {
        b.lock.lock();
        if !b.is_still() {
            b.root_awake.set(false);
            sched::park_then(g, WaitReason::SynctestRun, drive, || b.lock.unlock())
        }
        let (next, now) = (b.timers.next_when(), b.now.load(Relaxed));
        let waiter = if next == 0 || next > now {
            b.waiter.take()
        } else {
            None
        };
        if next == 0 && waiter.is_none() || b.done.get() && waiter.is_none() && next > now {
            let end = match (b.total.get(), b.done.get()) {
                (0, _) => RunEnd::Good,
                (_, true) => RunEnd::Left,
                (_, false) => RunEnd::Deadlock,
            };
            b.lock.unlock();
            return end;
        }
        b.lock.unlock();
        match waiter {
            Some(w) => sched::ready(w),
            None => {
                b.now.store(next.max(now), Relaxed);
                fire_due_shuffled(&b.timers, next.max(now));
            }
        }
    }
}

/// The current goroutine leaves its bubble: the root for good, others after `enter`.
pub fn leave() {
    let g = sched::current();
    let Some(b) = bubble_of(g) else { return };
    if b.root.get() != Some(g) {
        g.bubble.set(0);
        return b.add(-1, -1);
    }
    g.bubble.set(0);
    if b.total.get() == 0 {
        let all = ALL.lock();
        b.timers.drop_all();
        b.id.set(0);
        all.release();
    }
}

/// The current goroutine joins the bubble that `hold` returned; false: it is in one already.
pub fn enter(word: usize) -> bool {
    let g = sched::current();
    let Some(b) = at(word).filter(|_| g.bubble.get() == 0) else {
        return false;
    };
    g.bubble.set(word);
    b.add(1, 1);
    true
}

/// What `wait` found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum WaitEnd {
    /// Everybody else waits.
    Good = 0,
    /// The goroutine is in no bubble.
    NoBubble = 1,
    /// Another one is waiting.
    Busy = 2,
}

/// Parks until every other goroutine of the bubble waits for it.
pub fn wait() -> WaitEnd {
    let g = sched::current();
    let Some(b) = bubble_of(g) else {
        return WaitEnd::NoBubble;
    };
    b.lock.lock();
    if b.waiting.replace(true) {
        b.lock.unlock();
        return WaitEnd::Busy;
    }
    g.set_ret(0, WaitEnd::Good as usize);
    b.waiter.set(Some(g));
    sched::park_then(g, WaitReason::SynctestWait, waited, || b.lock.unlock())
}

/// Continuation of `wait`.
fn waited(g: GRef) {
    if let Some(b) = bubble_of(g) {
        b.waiting.set(false);
    }
}

/// The clock of the current goroutine's bubble does not move until `unhold`. Returns the bubble, 0 for none.
pub fn hold() -> usize {
    let Some(b) = bubble_of(sched::current()) else {
        return 0;
    };
    b.lock.lock();
    b.holds.set(b.holds.get() + 1);
    b.lock.unlock();
    b.word()
}

/// Gives back one `hold` of the bubble at `word`.
pub fn unhold(word: usize) {
    let Some(b) = at(word) else { return };
    b.lock.lock();
    b.holds.set(b.holds.get() - 1);
    b.unlock_and_wake();
}

/// To whom an object belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Owner {
    /// Nobody, or it is no heap object.
    None = 0,
    /// The current bubble.
    Here = 1,
    /// Another bubble, which may have ended.
    Other = 2,
}

/// To whom the heap object `p` belongs.
pub fn owner(p: usize) -> Owner {
    ALL.lock().owner(p)
}

/// As `owner`; what belongs to nobody belongs to the current bubble from now on. `fresh` as for `gc::weak_handle`.
pub fn associate(p: usize, fresh: usize) -> Owner {
    let known = owner(p);
    let here = current_id();
    if known != Owner::None || here == 0 || crate::mem::find_object(p).is_none() {
        return known;
    }
    let handle = crate::gc::special::weak_handle(p, fresh);
    let mut all = ALL.lock();
    // Another goroutine may have been faster.
    let known = all.owner(p);
    if known != Owner::None {
        return known;
    }
    all.insert(Owned {
        ptr: p,
        handle,
        bubble: here,
    });
    Owner::Here
}

/// Makes `p` belong to nobody.
pub fn disassociate(p: usize) {
    let mut all = ALL.lock();
    if let Ok(i) = all.place(p) {
        all.objects.as_mut_slice()[i..].rotate_left(1);
        all.objects.pop();
    }
}

impl All {
    fn place(&self, p: usize) -> Result<usize, usize> {
        self.objects.as_slice().binary_search_by_key(&p, |o| o.ptr)
    }

    fn owner(&self, p: usize) -> Owner {
        match self.place(p).map(|i| self.objects.as_slice()[i]) {
            // A dead object's address may be that of a new one.
            Ok(owned) if !owned.is_alive() => Owner::None,
            Ok(owned) if owned.bubble == current_id() => Owner::Here,
            Ok(_) => Owner::Other,
            Err(_) => Owner::None,
        }
    }

    /// Puts a new entry in, over a dead one for the same address. From time to time all dead ones go.
    fn insert(&mut self, new: Owned) {
        if self.objects.len().is_power_of_two() {
            self.forget_dead();
        }
        match self.place(new.ptr) {
            Ok(i) => self.objects.as_mut_slice()[i] = new,
            Err(i) => {
                self.objects.push(new);
                self.objects.as_mut_slice()[i..].rotate_right(1);
            }
        }
    }

    fn forget_dead(&mut self) {
        let objects = self.objects.as_mut_slice();
        let mut kept = 0;
        for i in 0..objects.len() {
            if objects[i].is_alive() {
                objects[kept] = objects[i];
                kept += 1;
            }
        }
        while self.objects.len() > kept {
            self.objects.pop();
        }
    }
}

/// Number of the current goroutine's bubble, 0 outside of one.
#[inline]
pub fn current_id() -> usize {
    bubble_of(sched::current()).map_or(0, |b| b.id.get())
}

/// A channel of a bubble may be used inside of it only.
#[inline]
pub fn check_chan(c: ChanRef, complaint: &str) {
    if c.is_bubbled() && c.bubble() != current_id() {
        fatal!("{complaint}");
    }
}

/// A timer of a bubble may be used inside of it only.
#[inline]
pub fn check_timer(t: &Timer, complaint: &str) {
    if t.is_bubbled() && bubble_of(sched::current()).is_none_or(|b| !t.is_in(&b.timers)) {
        fatal!("{complaint}");
    }
}

/// A goroutine in a bubble that waits for a Cond is woken by others in it only.
#[inline]
pub fn check_wake(g: GRef) {
    if g.bubble.get() != 0 && g.bubble.get() != sched::current().bubble.get() {
        fatal!("semaphore wake of synctest goroutine from outside bubble");
    }
}

/// Binds a timer in no heap to the clock of the current goroutine's bubble, or to the real one outside of any.
#[inline]
pub fn adopt_timer(t: &Timer) {
    match bubble_of(sched::current()) {
        Some(b) => {
            t.bind(&b.timers);
            t.seq.set(b.word());
        }
        None if t.is_bubbled() => t.unbind(),
        None => {}
    }
}

/// The clock of the timer's bubble, `None` for ordinary timers.
#[inline]
pub fn clock_of(t: &Timer) -> Option<i64> {
    // `adopt_timer` left the address of the bubble in `seq`.
    if t.is_bubbled() {
        at(t.seq.get()).map(|b| b.now.load(Relaxed))
    } else {
        None
    }
}

/// A timer of the current goroutine's bubble was started: if it is due already, it fires now, as on the real clock it
/// would although everybody is busy.
#[inline]
pub fn timer_started(t: &Timer) {
    if t.is_bubbled()
        && let Some(b) = bubble_of(sched::current())
    {
        fire_due_shuffled(&b.timers, b.now.load(Relaxed));
    }
}

/// The clock of the current goroutine's bubble.
pub fn clock() -> Option<i64> {
    bubble_of(sched::current()).map(|b| b.now.load(Relaxed))
}

/// Calls `f` for the timers of every bubble. The world is stopped.
pub fn for_each_heap(mut f: impl FnMut(&Timers)) {
    for_each(|b| f(&b.timers));
}

/// Calls `visit` for the weak handle of every object that belongs to a bubble. The world is stopped.
pub fn roots(visit: &mut dyn FnMut(usize)) {
    let all = ALL.lock();
    all.objects
        .as_slice()
        .iter()
        .for_each(|owned| visit(owned.handle));
}

fn for_each(mut f: impl FnMut(&'static Bubble)) {
    let first = ALL.lock().first;
    let mut b = at(first as usize);
    while let Some(bubble) = b {
        f(bubble);
        b = at(bubble.link.get() as usize);
    }
}
