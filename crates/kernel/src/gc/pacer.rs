//! When to collect: GOGC over the live heap, below the memory limit.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, Ordering::*};
use goxide_algo::env_value::{GC_OFF, NO_MEMORY_LIMIT};

/// Smallest heap at which a collection starts with GOGC=100, in bytes.
const MIN_HEAP: u64 = 4 << 20;
/// Collections triggered by the limit leave at least this part of the live heap to allocate, so that a limit below the
/// live heap costs time but does not stop the program.
const LIMIT_HEADROOM: u64 = 16;

// Relaxed everywhere: the pacer tolerates lag; what a collection reads is exact because the world is stopped.
static LIVE: AtomicU64 = AtomicU64::new(0);
static MARKED: AtomicU64 = AtomicU64::new(0);
static TRIGGER: AtomicU64 = AtomicU64::new(MIN_HEAP);
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
    if live >= TRIGGER.load(Relaxed) {
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
    TRIGGER.load(Relaxed)
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
    old
}

/// The sweep left `live` bytes.
pub fn after_sweep(live: u64) {
    LIVE.store(live, Relaxed);
    MARKED.store(live, Relaxed);
    WANTED.store(false, Relaxed);
    retarget();
}

fn retarget() {
    let live = MARKED.load(Relaxed);
    let trigger = next_trigger(live, PERCENT.load(Relaxed), LIMIT.load(Relaxed), overhead());
    TRIGGER.store(trigger, Relaxed);
    if LIVE.load(Relaxed) < trigger {
        WANTED.store(false, Relaxed);
    } else {
        WANTED.store(true, Relaxed);
    }
}

/// Memory outside of objects that counts against the limit.
fn overhead() -> u64 {
    crate::mem::stats().in_stacks.load(Relaxed)
}

/// Heap size in bytes at which to collect next.
fn next_trigger(live: u64, percent: i32, limit: i64, overhead: u64) -> u64 {
    let by_percent = match u64::try_from(percent) {
        Ok(p) => (live + live.saturating_mul(p) / 100).max(MIN_HEAP * p / 100),
        Err(_) => u64::MAX,
    };
    if limit == NO_MEMORY_LIMIT {
        return by_percent;
    }
    let by_limit = (limit as u64)
        .saturating_sub(overhead)
        .max(live + live / LIMIT_HEADROOM)
        .max(1 << 20);
    by_percent.min(by_limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigger_follows_percent_and_limit() {
        assert_eq!(next_trigger(0, 100, NO_MEMORY_LIMIT, 0), MIN_HEAP);
        assert_eq!(next_trigger(100 << 20, 100, NO_MEMORY_LIMIT, 0), 200 << 20);
        assert_eq!(next_trigger(100 << 20, -1, NO_MEMORY_LIMIT, 0), u64::MAX);
        assert_eq!(next_trigger(100 << 20, -1, 150 << 20, 0), 150 << 20);
        assert!(next_trigger(100 << 20, 100, 50 << 20, 0) > 100 << 20);
    }
}
