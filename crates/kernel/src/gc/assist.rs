//! Assists: a goroutine that allocates while marking runs marks in proportion, so that the marking ends before the heap
//! has reached its goal, however fast the program allocates.
//!
//! ```text
//!   bytes a P takes ─▶ × (work left / room left) ─▶ debt ─▶ paid by credit: what workers have scanned meanwhile
//!                                                        ─▶ by own marking, a chunk at a time
//!                                                        ─▶ no work to be had, heap beyond its goal: wait for workers
//! ```
//!
//! Debts belong to Ps, not to goroutines: who allocates next on the P goes on with what the last one owed. Work and
//! debt are bytes of objects scanned. After "Go 1.5 concurrent garbage collector pacing" (Clements 2015), with the
//! ratio taken anew for every assist from what is left then.

use super::mark::{self, Marker};
use super::{cycle, pacer, phase};
use crate::prim::{Lock, Rank};
use crate::sched::{self, GList, GRef, P, WaitReason};
use crate::{stats, sys, trace};
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::*};

/// A P that has allocated so many bytes assists at its next chance.
const STEP_BYTES: usize = 32 << 10;
/// Scanned in one go: a stop of the world waits for this at the most.
const CHUNK_BYTES: i64 = 32 << 10;
/// Workers let one goroutine go on for so many bytes scanned.
const WAKE_BYTES: i64 = 64 << 10;

/// Scan work that the marking is expected to be, bytes.
static EXPECTED: AtomicU64 = AtomicU64::new(0);
/// Heap when marking began.
static BEGAN_AT: AtomicU64 = AtomicU64::new(0);
/// Work done by workers that no debt has been paid with.
static CREDIT: AtomicI64 = AtomicI64::new(0);
/// Work done by assists in this cycle.
static ASSISTED: AtomicU64 = AtomicU64::new(0);
/// Goroutines that wait until workers have done more; and how many.
static WAITERS: Lock<GList> = Lock::new(Rank::Assist, GList::EMPTY);
static WAITING: AtomicU32 = AtomicU32::new(0);

/// Marking begins with a heap of `live` bytes; the last one scanned `expected`. World stopped.
pub fn begin(live: u64, expected: u64) {
    EXPECTED.store(expected, Relaxed);
    BEGAN_AT.store(live, Relaxed);
    CREDIT.store(0, Relaxed);
    ASSISTED.store(0, Relaxed);
    sched::for_each_p(|p| {
        p.assist_bytes.set(0);
        p.assist_debt.set(0);
    });
}

/// Share of the scanning that assists have done in this cycle, in 1/256.
pub fn share() -> u64 {
    ASSISTED.load(Relaxed).saturating_mul(256) / mark::scanned_bytes().max(1)
}

/// The current P took `bytes` from the heap while marking runs.
#[cold]
pub fn note_allocated(bytes: usize) {
    let Some(p) = sched::try_p() else { return };
    p.assist_bytes.set(p.assist_bytes.get() + bytes);
    if p.assist_bytes.get() >= STEP_BYTES {
        pacer::want();
    }
}

/// A worker has scanned `bytes`.
pub fn credit(bytes: u64) {
    let credit = CREDIT.fetch_add(bytes as i64, Relaxed) + bytes as i64;
    if WAITING.load(Relaxed) != 0 && credit >= WAKE_BYTES {
        CREDIT.fetch_sub(WAKE_BYTES, Relaxed);
        wake(1);
    }
}

/// Marking has ended, or there is nothing to wait for: all go on.
pub fn wake_all() {
    wake(u32::MAX);
}

fn wake(n: u32) {
    let mut awake = GList::EMPTY;
    let mut waiters = WAITERS.lock();
    while awake.len() < n
        && let Some(g) = waiters.pop()
    {
        awake.push(g);
    }
    WAITING.store(waiters.len(), Relaxed);
    waiters.release();
    if !awake.is_empty() {
        sched::ready_list(&mut awake);
    }
}

/// The tail of an allocating kernel call of `g`, whose results are in `g.ret`, while marking runs: pays what the P owes.
pub fn assist(g: GRef) -> ! {
    let p = sched::p();
    pacer::unwant();
    let bytes = p.assist_bytes.replace(0);
    p.assist_debt
        .set(p.assist_debt.get() + bytes as i64 * ratio_256(&Remaining::now()) / 256);
    pay_by_credit(p);
    if p.assist_debt.get() > 0 {
        if trace::on() {
            trace::assist_begins();
        }
        pay_by_work(g, p);
        ends(g);
    }
    sched::resume_go(g)
}

fn ends(g: GRef) {
    g.waits_in_assist.set(false);
    if trace::on() {
        trace::assist_ends();
    }
}

/// What the pacing of a marking looks at.
struct Remaining {
    expected: u64,
    scanned: u64,
    began_at: u64,
    live: u64,
    goal: u64,
}

impl Remaining {
    fn now() -> Self {
        Self {
            expected: EXPECTED.load(Relaxed),
            scanned: mark::scanned_bytes(),
            began_at: BEGAN_AT.load(Relaxed),
            live: pacer::heap_live(),
            goal: pacer::heap_goal(),
        }
    }
}

/// Bytes to scan for a byte allocated, in 1/256: what is left to scan over what is left to allocate. If there is more
/// to scan than expected, the whole heap may have to be; beyond the goal the last sixteenth of the way counts as left.
fn ratio_256(r: &Remaining) -> i64 {
    let floor = (r.expected / 16).max(64 << 10);
    let work = if r.scanned < r.expected {
        r.expected - r.scanned
    } else {
        r.began_at.saturating_sub(r.scanned)
    }
    .max(floor);
    let way = r.goal.saturating_sub(r.began_at);
    let room = r.goal.saturating_sub(r.live).max(way / 16).max(64 << 10);
    (u128::from(work) * 256 / u128::from(room)).min(256 * 64) as i64
}

fn pay_by_credit(p: &P) {
    let debt = p.assist_debt.get();
    let credit = CREDIT.load(Relaxed);
    if debt <= 0 || credit <= 0 {
        return;
    }
    // Racing assists may together take more than there is; the balance is then negative for a while.
    let paid = debt.min(credit);
    CREDIT.fetch_sub(paid, Relaxed);
    p.assist_debt.set(debt - paid);
}

/// Marks until the debt is paid, somebody wants the P, or there is nothing to mark.
fn pay_by_work(g: GRef, p: &'static P) {
    let begun_ns = sys::thread_cpu_ns();
    let mut marker = Marker::new();
    let mut debt = p.assist_debt.get();
    let mut found = true;
    while debt > 0 && found && !g.preempt.load(Relaxed) && !sched::stop_requested() {
        let done = marker.drain_some(debt.min(CHUNK_BYTES) as u64) as i64;
        ASSISTED.fetch_add(done as u64, Relaxed);
        debt -= done;
        found = done > 0;
    }
    marker.finish();
    stats::counters::CYCLES.note_assist(sys::thread_cpu_ns() - begun_ns);
    p.assist_debt.set(debt.max(0));
    if debt <= 0 {
        return;
    }
    if found {
        // Somebody wants the P: the next allocation on it goes on.
        return pacer::want();
    }
    p.assist_debt.set(0);
    if pacer::heap_live() > pacer::heap_goal() && !cycle::finish_wanted() {
        wait_for_workers(g);
    }
}

fn wait_for_workers(g: GRef) {
    let mut waiters = WAITERS.lock();
    // Under the lock: workers that run dry later find the goroutine in the list.
    if !phase::marking() || !cycle::workers_out() {
        return;
    }
    WAITING.store(waiters.len() + 1, Relaxed);
    g.waits_in_assist.set(true);
    sched::park_then(g, WaitReason::GcAssist, ends, move || {
        waiters.push(g);
        waiters.release();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(scanned: u64, live: u64) -> i64 {
        ratio_256(&Remaining {
            expected: 100 << 20,
            scanned,
            began_at: 150 << 20,
            live,
            goal: 200 << 20,
        })
    }

    #[test]
    fn work_left_is_spread_over_the_room_left() {
        assert_eq!(at(0, 150 << 20), 512);
        assert_eq!(at(50 << 20, 150 << 20), 256);
        assert_eq!(at(50 << 20, 175 << 20), 512);
    }

    #[test]
    fn beyond_the_goal_the_ratio_stays_finite() {
        assert_eq!(at(0, 300 << 20), 256 * 32);
        assert!(at(99 << 20, 300 << 20) > 0);
    }

    #[test]
    fn more_work_than_expected_may_be_the_whole_heap() {
        assert_eq!(at(110 << 20, 160 << 20), 256);
    }
}
