//! The block and mutex profiles: how long goroutines waited, and for whom.
//!
//! While one of them is on, a goroutine that parks on a channel or in package sync notes the time. When it runs again,
//! the block profile counts its wait at its own stack; when somebody releases the lock it waits for, the mutex profile
//! counts the wait at the releaser's.

use super::buckets::{Buckets, Sample};
use super::goroutine::{self, MAX_DEPTH};
use crate::sched::{self, G, GRef, WaitReason};
use crate::stats::counters::MUTEX_WAIT_NS;
use crate::{sys, unwind};
use core::sync::atomic::{AtomicI64, Ordering::Relaxed};

static BLOCK: Buckets = Buckets::new();
static MUTEX: Buckets = Buckets::new();
/// A wait of this many nanoseconds is counted on average once; 0: off.
static BLOCK_RATE: AtomicI64 = AtomicI64::new(0);
/// One contention in this many is counted; 0: off.
static MUTEX_FRACTION: AtomicI64 = AtomicI64::new(0);

/// Figures of a bucket: events, in parts of `ONE`, and nanoseconds.
const EVENTS: usize = 0;
const NANOSECONDS: usize = 1;
/// Frames of package sync and of the runtime above a program's.
const INTERNAL_DEPTH: usize = 8;
const ROOM: usize = 1 + MAX_DEPTH + INTERNAL_DEPTH;
/// Events are counted in these parts, since a short wait that was chosen stands for several.
const ONE: u64 = 1024;

/// Sets the rate of the block profile in nanoseconds; at most 0 turns it off.
pub fn set_block_rate(ns: i64) {
    BLOCK_RATE.store(ns.max(0), Relaxed);
}

/// Sets the fraction of the mutex profile.
pub fn set_mutex_fraction(n: i64) {
    MUTEX_FRACTION.store(n.max(0), Relaxed);
}

/// Whether `g`, which parks for `why`, should note the time.
#[inline]
pub fn is_timed(why: WaitReason) -> bool {
    let on = BLOCK_RATE.load(Relaxed) | MUTEX_FRACTION.load(Relaxed);
    is_mutex(why as u32) || on != 0 && (is_channel(why) || is_lock(why))
}

/// Waits for these are counted even without a profile, for runtime/metrics.
#[inline]
fn is_mutex(why: u32) -> bool {
    use WaitReason as W;
    why == W::SyncMutexLock as u32
        || why == W::SyncRwMutexRLock as u32
        || why == W::SyncRwMutexLock as u32
}

/// The wait of `g`, which is timed, is over: it becomes runnable.
#[cold]
pub fn wait_ends(g: &G) {
    if is_mutex(g.wait_reason.get()) {
        let ns = sys::nanotime() - g.blocked_since.get();
        MUTEX_WAIT_NS.fetch_add(ns.max(0) as u64, Relaxed);
    }
}

fn is_channel(why: WaitReason) -> bool {
    use WaitReason as W;
    matches!(why, W::Select | W::ChanReceive | W::ChanSend)
        || matches!(
            why,
            W::SynctestChanReceive | W::SynctestChanSend | W::SynctestSelect
        )
}

fn is_lock(why: WaitReason) -> bool {
    use WaitReason as W;
    matches!(
        why,
        W::SyncCondWait
            | W::SyncMutexLock
            | W::SyncRwMutexRLock
            | W::SyncRwMutexLock
            | W::Semacquire
    ) || matches!(why, W::SyncWaitGroupWait | W::SynctestWaitGroupWait)
}

/// `g` runs again after it has parked for `why` at `since`.
#[cold]
pub fn ended(g: &G, why: u32, since: i64) {
    let (rate, ns) = (BLOCK_RATE.load(Relaxed), sys::nanotime() - since);
    let channel = [
        WaitReason::Select,
        WaitReason::ChanReceive,
        WaitReason::ChanSend,
    ]
    .map(|w| w as u32)
    .contains(&why);
    event(g, rate, ns, channel);
}

/// A wait of `ns` that the program reports itself, at its current stack.
pub fn reported(ns: i64) {
    event(&sched::current(), BLOCK_RATE.load(Relaxed), ns, false);
}

fn event(g: &G, rate: i64, ns: i64, channel: bool) {
    let ns = ns.max(1);
    let chosen = |rate: i64| (sched::p().random() % rate as u64) < ns as u64;
    if rate <= 0 || rate > ns && !chosen(rate) {
        return;
    }
    // A wait shorter than the rate was chosen with a probability below one: it stands for the others.
    let (events, ns) = if ns < rate {
        (rate as u64 * ONE / ns as u64, rate)
    } else {
        (ONE, ns)
    };
    let mut room = [0; ROOM];
    let bucket = BLOCK.of(0, stack(g, channel, &mut room));
    bucket.add(EVENTS, events);
    bucket.add(NANOSECONDS, ns as u64);
}

/// The current goroutine hands a lock to `waiter`, or wakes it to try again.
#[inline]
pub fn released_to(waiter: GRef) {
    let fraction = MUTEX_FRACTION.load(Relaxed);
    let since = waiter.blocked_since.get();
    if fraction != 0 && since != 0 {
        contended(waiter, fraction, since);
    }
}

#[cold]
fn contended(waiter: GRef, fraction: i64, since: i64) {
    let why = waiter.wait_reason.get();
    if !is_mutex(why) || !sched::p().random().is_multiple_of(fraction as u64) {
        return;
    }
    let ns = (sys::nanotime() - since).max(1);
    let mut room = [0; ROOM];
    let bucket = MUTEX.of(0, stack(&sched::current(), false, &mut room));
    bucket.add(EVENTS, ONE * fraction as u64);
    bucket.add(NANOSECONDS, (ns * fraction) as u64);
}

/// The stack of `g` as users know it: below package sync's own functions, or from the channel operation on.
fn stack<'r>(g: &G, channel: bool, room: &'r mut [usize; ROOM]) -> &'r [usize] {
    let wanted = goroutine::depth();
    // In front of the stack: the operation, which is no frame.
    let n = 1 + unwind::callers(g, 0, &mut room[1..][..wanted + INTERNAL_DEPTH]);
    let internal = room[1..n].iter().take_while(|&&pc| is_internal(pc));
    let mut first = 1 + internal.count();
    if channel && let Some(operation) = unwind::callee(g.sched_pc.get()) {
        first -= 1;
        room[first] = operation.entry() + 1;
    }
    &room[first..n.min(first + wanted)]
}

fn is_internal(pc: usize) -> bool {
    const INTERNAL: [&str; 3] = ["runtime.", "internal/sync.", "sync.runtime_"];
    unwind::Logical::at(pc - 1)
        .is_some_and(|call| INTERNAL.iter().any(|p| call.name().starts_with(p)))
}

/// Records of the block profile, or of the mutex profile: events, nanoseconds.
pub fn collect(mutex: bool, out: &mut [Sample]) -> usize {
    let buckets = if mutex { &MUTEX } else { &BLOCK };
    buckets.collect(false, EVENTS, out)
}
