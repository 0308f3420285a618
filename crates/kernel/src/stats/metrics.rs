//! runtime/metrics: one block of figures, from which the Go side makes samples.

use super::counters::{self, CYCLES, PROCESSOR_TIME};
use super::mem_stats::{count_objects, memory};
use crate::mem::scavenge;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use goxide_abi::layout::KMetrics;

/// Fills `out` in, beside the program: what belongs together fits together, but the objects of runs that Ps still allocate
/// from are missing, but for this P's.
pub fn fill(out: &KMetrics) {
    crate::mem::flush_own();
    fill_heap(out);
    fill_collector(out);
    fill_processor_time(out);
    out.mutex_wait_ns.set(counters::MUTEX_WAIT_NS.load(Relaxed));
    out.gc_pauses.set(counters::GC_PAUSES.read());
    out.gc_stopping.set(counters::GC_STOPPING.read());
    out.other_pauses.set(counters::OTHER_PAUSES.read());
    out.other_stopping.set(counters::OTHER_STOPPING.read());
    out.sched_latencies.set(counters::SCHED_LATENCIES.read());
}

fn fill_heap(out: &KMetrics) {
    let (o, mut m) = (count_objects(), memory());
    // They were read one after the other: the whole is not less than its parts.
    m.in_spans = m.in_spans.max(o.live_bytes);
    m.heap_mapped = m.heap_mapped.max(m.in_spans + m.stacks + m.released);
    out.allocs_by_class
        .set(core::array::from_fn(|i| o.live[i] + o.freed[i]));
    out.frees_by_class.set(o.freed);
    out.allocated_bytes.set(o.live_bytes + o.freed_bytes);
    out.freed_bytes.set(o.freed_bytes);
    out.tiny_allocs.set(o.tiny);
    out.heap_mapped.set(m.heap_mapped);
    out.heap_in_spans.set(m.in_spans);
    out.heap_released.set(m.released);
    out.stacks.set(m.stacks);
    out.span_records.set(m.span_records);
    out.caches.set(m.caches);
    out.kernel_mapped.set(m.kernel);
    out.profile_buckets.set(crate::profile::bucket_bytes());
}

fn fill_collector(out: &KMetrics) {
    let (total, forced) = (CYCLES.total.load(Relaxed), CYCLES.forced.load(Relaxed));
    out.cycles_automatic.set(u64::from(total - forced));
    out.cycles_forced.set(u64::from(forced));
    out.gogc.set(i64::from(crate::gc::percent()));
    out.memory_limit.set(crate::gc::memory_limit());
    out.goal_bytes.set(crate::gc::heap_goal());
    out.live_bytes.set(CYCLES.live_bytes.load(Relaxed));
    out.scan_globals_bytes.set(CYCLES.scanned[0].load(Relaxed));
    out.scan_heap_bytes.set(CYCLES.scanned[1].load(Relaxed));
    out.scan_stack_bytes.set(CYCLES.scanned[2].load(Relaxed));
    out.scavenge_background_ns
        .set(scavenge::BACKGROUND.ns.load(Relaxed));
    out.scavenge_assist_ns.set(scavenge::EAGER.ns.load(Relaxed));
    out.limiter_cycle.set(crate::gc::limiter_last_on());
}

/// What the last reader saw of the two classes that are computed: they never fall, although what they are computed from
/// is measured by different threads.
static SHOWN_IDLE_NS: AtomicU64 = AtomicU64::new(0);
static SHOWN_USER_NS: AtomicU64 = AtomicU64::new(0);

/// The classes add up to the total: idle Ps that guests of the collector used were not idle, and what nobody else used
/// was the program's.
fn fill_processor_time(out: &KMetrics) {
    let total = PROCESSOR_TIME.total_ns(crate::sched::proc_count(), crate::sys::nanotime());
    let guests = CYCLES.guest_ns.load(Relaxed);
    let scavenger = scavenge::BACKGROUND.ns.load(Relaxed) + scavenge::EAGER.ns.load(Relaxed);
    let others = CYCLES.cpu_ns() + scavenger;
    let idle = PROCESSOR_TIME.idle_ns.load(Relaxed).saturating_sub(guests);
    let idle = idle.min(total.saturating_sub(others));
    let idle = idle.max(SHOWN_IDLE_NS.fetch_max(idle, Relaxed));
    let user = total.saturating_sub(others + idle);
    let user = user.max(SHOWN_USER_NS.fetch_max(user, Relaxed));
    out.total_cpu_ns.set(others + idle + user);
    out.idle_cpu_ns.set(idle);
    out.assist_ns.set(CYCLES.assist_ns.load(Relaxed));
    out.worker_ns.set(CYCLES.worker_ns.load(Relaxed));
    out.guest_ns.set(guests);
    out.stopped_cpu_ns.set(CYCLES.stopped_cpu_ns.load(Relaxed));
}
