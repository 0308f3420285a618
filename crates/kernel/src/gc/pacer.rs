//! When to collect: GOGC over the live heap, below the memory limit.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, Ordering::*};
use goxide_algo::env_value::{GC_OFF, NO_MEMORY_LIMIT};

/// Smallest heap at which a collection starts with GOGC=100, in bytes.
const MIN_HEAP: u64 = 4 << 20;
/// What a program may allocate between two collections at the least, bytes. The caches of Ps are empty after one, and
/// filling them counts as allocation: with less, a small GOGC would mean a collection for every few objects.
const MIN_HEADROOM: u64 = 256 << 10;
/// Collections triggered by the limit leave at least this part of the live heap to allocate, so that a limit below the
/// live heap costs time but does not stop the program.
const LIMIT_HEADROOM: u64 = 16;
/// The live heap fits below the limit if this part of what was found alive is left to allocate beside it.
const LIMIT_FITS: u64 = 5;
/// A goal set by the limit stays below it by a 32nd, at least by this: for what the cycle takes longer than foreseen.
const LIMIT_MARGIN: u64 = 1 << 20;

// Relaxed everywhere: the pacer tolerates lag; what a collection reads is exact because the world is stopped.
static LIVE: AtomicU64 = AtomicU64::new(0);
static MARKED: AtomicU64 = AtomicU64::new(0);
/// Those of `MARKED` that were reached: without what was allocated while marking ran.
static REACHED: AtomicU64 = AtomicU64::new(0);
static TRIGGER: AtomicU64 = AtomicU64::new(MIN_HEAP);
static GOAL: AtomicU64 = AtomicU64::new(MIN_HEAP);
/// Bytes that the program allocated while the last concurrent marking ran, with a margin.
static RUNWAY: AtomicU64 = AtomicU64::new(0);
static WANTED: AtomicBool = AtomicBool::new(false);
static PERCENT: AtomicI32 = AtomicI32::new(100);
static LIMIT: AtomicI64 = AtomicI64::new(NO_MEMORY_LIMIT);

/// Reads the settings of the process.
pub fn init(percent: i32, limit: i64) {
    PERCENT.store(percent, Relaxed);
    LIMIT.store(limit, Relaxed);
    retarget();
}

/// Whether allocation has passed the trigger. The tails of allocating kernel calls act on it.
#[inline(always)]
pub fn wanted() -> bool {
    WANTED.load(Relaxed)
}

/// Counts bytes that a P took from the heap.
pub fn note_allocated(bytes: usize) {
    let live = LIVE.fetch_add(bytes as u64, Relaxed) + bytes as u64;
    if super::phase::marking() {
        super::assist::note_allocated(bytes);
    } else if live >= TRIGGER.load(Relaxed) {
        WANTED.store(true, Relaxed);
    }
}

/// Takes back bytes that a P took and did not use.
pub fn note_unused(bytes: usize) {
    LIVE.fetch_sub(bytes as u64, Relaxed);
}

/// Bytes allocated and not known to be dead.
pub fn heap_live() -> u64 {
    LIVE.load(Relaxed)
}

/// Bytes that the last collection found alive.
pub fn live_after_mark() -> u64 {
    MARKED.load(Relaxed)
}

/// Heap size at which the next collection starts.
pub fn heap_goal() -> u64 {
    GOAL.load(Relaxed)
}

/// Marking begins beside the program; the heap now. From here on assists keep it below the goal.
pub fn begin_marking() -> u64 {
    let live = LIVE.load(Relaxed);
    // A marking that was asked for, or that begins late, needs a way to go as well.
    let goal = GOAL.load(Relaxed);
    if goal < live + live / 8 {
        GOAL.store(live + live / 8, Relaxed);
    }
    WANTED.store(false, Relaxed);
    live
}

/// Marking beside the program has ended; it began with `live_at_start`, and assists did `assisted`/256 of the scanning.
/// Returns the bytes allocated meanwhile, which are all alive for this collection. Caches are flushed.
///
/// The next marking begins so early that workers alone would be done at the goal: without assists this one would have
/// taken longer by their share.
pub fn end_marking(live_at_start: u64, assisted: u64) -> u64 {
    let allocated = LIVE.load(Relaxed).saturating_sub(live_at_start);
    let alone = allocated.saturating_mul(256) / (256 - assisted.min(192));
    RUNWAY.store(alone + alone / 8, Relaxed);
    allocated
}

/// The current M deals with what was wanted.
pub fn unwant() {
    WANTED.store(false, Relaxed);
}

/// Somebody must come into the collector at the next allocation.
pub fn want() {
    WANTED.store(true, Relaxed);
}

/// GOGC.
pub fn percent() -> i32 {
    PERCENT.load(Relaxed)
}

/// The memory limit in bytes.
pub fn memory_limit() -> i64 {
    LIMIT.load(Relaxed)
}

/// Sets GOGC (negative: off); returns the old value.
pub fn set_percent(percent: i32) -> i32 {
    let old = PERCENT.swap(percent.max(GC_OFF), Relaxed);
    retarget();
    old
}

/// Sets the memory limit unless negative; returns the old one.
pub fn set_memory_limit(limit: i64) -> i64 {
    if limit < 0 {
        return memory_limit();
    }
    let old = LIMIT.swap(limit, Relaxed);
    retarget();
    crate::mem::scavenge::retarget();
    old
}

/// Marking of cycle number `cycle` found `reached` bytes; `born_black` were allocated meanwhile.
pub fn after_mark(reached: u64, born_black: u64, cycle: u64) {
    let live = reached + born_black;
    let allocated = LIVE.load(Relaxed).saturating_sub(MARKED.load(Relaxed));
    super::limiter::after_cycle(cycle, allocated);
    LIVE.store(live, Relaxed);
    MARKED.store(live, Relaxed);
    REACHED.store(reached, Relaxed);
    WANTED.store(false, Relaxed);
    retarget();
}

fn retarget() {
    let live = MARKED.load(Relaxed);
    let goal = next_goal(
        live,
        PERCENT.load(Relaxed),
        Limit {
            bytes: LIMIT.load(Relaxed),
            overhead: crate::mem::scavenge::overhead(),
            room: super::limiter::room(),
            reached: REACHED.load(Relaxed),
        },
    );
    let trigger = start_early(goal, live, RUNWAY.load(Relaxed));
    GOAL.store(goal, Relaxed);
    TRIGGER.store(trigger, Relaxed);
    if LIVE.load(Relaxed) < trigger {
        WANTED.store(false, Relaxed);
    } else {
        WANTED.store(true, Relaxed);
    }
}

/// Heap size at which to begin marking, so that it ends at the goal: between 70 % and 95 % of the way. What is allocated
/// while marking runs is alive for that collection: an earlier begin would buy shorter assists with a larger heap.
fn start_early(goal: u64, live: u64, runway: u64) -> u64 {
    if goal == u64::MAX {
        return goal;
    }
    let way = goal.saturating_sub(live);
    goal - runway.clamp(way / 20, way / 10 * 3)
}

/// The memory limit and what concerns it, in bytes.
struct Limit {
    bytes: i64,
    /// What counts against it and is no object.
    overhead: u64,
    /// What the heap may grow whatever the limit says.
    room: u64,
    /// Bytes that fit below it or do not.
    reached: u64,
}

/// Heap size in bytes that the next collection is to keep.
fn next_goal(live: u64, percent: i32, limit: Limit) -> u64 {
    let by_percent = match u64::try_from(percent) {
        Ok(p) => (live + live.saturating_mul(p) / 100)
            .max(MIN_HEAP * p / 100)
            .max(live + MIN_HEADROOM),
        Err(_) => u64::MAX,
    };
    if limit.bytes == NO_MEMORY_LIMIT {
        return by_percent;
    }
    let margin = LIMIT_MARGIN.max(limit.bytes as u64 / 32);
    let by_limit = (limit.bytes as u64)
        .saturating_sub(limit.overhead + margin)
        .max(live + live / LIMIT_HEADROOM)
        .max(1 << 20);
    // Where the live heap fits, the limit is worth more than half of the time.
    let fits = by_limit - limit.reached >= limit.reached / LIMIT_FITS;
    by_percent.min(match fits {
        true => by_limit,
        false => by_limit.max(live + limit.room),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marking_begins_before_the_goal() {
        assert_eq!(start_early(200, 100, 0), 195);
        assert_eq!(start_early(200, 100, 20), 180);
        assert_eq!(start_early(200, 100, 1000), 170);
        assert_eq!(start_early(u64::MAX, 100, 1000), u64::MAX);
    }

    fn goal(live: u64, percent: i32, bytes: i64) -> u64 {
        let (overhead, room) = (0, 0);
        next_goal(
            live,
            percent,
            Limit {
                bytes,
                overhead,
                room,
                reached: live,
            },
        )
    }

    #[test]
    fn the_limit_gives_way_by_the_room() {
        let limit = |room| Limit {
            bytes: 100 << 20,
            overhead: 8 << 20,
            room,
            reached: 50 << 20,
        };
        assert!(next_goal(50 << 20, -1, limit(0)) < 92 << 20);
        assert!(next_goal(50 << 20, -1, limit(64 << 20)) < 92 << 20);
        let full = Limit {
            reached: 90 << 20,
            ..limit(64 << 20)
        };
        assert_eq!(next_goal(99 << 20, -1, full), 163 << 20);
    }

    #[test]
    fn trigger_follows_percent_and_limit() {
        assert_eq!(goal(0, 100, NO_MEMORY_LIMIT), MIN_HEAP);
        assert_eq!(goal(100 << 20, 100, NO_MEMORY_LIMIT), 200 << 20);
        assert_eq!(goal(1 << 20, 1, NO_MEMORY_LIMIT), (1 << 20) + MIN_HEADROOM);
        assert_eq!(goal(100 << 20, -1, NO_MEMORY_LIMIT), u64::MAX);
        assert_eq!(goal(100 << 20, -1, 160 << 20), 155 << 20);
        assert!(goal(100 << 20, 100, 50 << 20) > 100 << 20);
    }
}
