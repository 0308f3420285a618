//! runtime.MemStats.
//!
//! Ps count what they allocate when they close a run of slots, sweeps what they free; what lives, or is dead and not yet
//! swept, is the difference. Nobody walks over spans.

use super::counters::{self, CYCLES, PAUSES};
use crate::mem::{self, MCache, meta};
use crate::sched::{self, G, M, P};
use core::sync::atomic::Ordering::{Acquire, Relaxed};
use goxide_abi::layout::SIZE_CLASSES;
use goxide_algo::size_class::SizeClass;

/// Size classes that MemStats shows.
const BY_SIZE: usize = 61;

/// One row of `BySize`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct BySize {
    size: u32,
    mallocs: u64,
    frees: u64,
}

/// `runtime.MemStats`, field by field. GCCPUFraction is a float64 for Go, which divides
/// what the kernel leaves there: the collector's processor time in nanoseconds.
#[repr(C)]
#[allow(missing_docs)]
pub struct MemStats {
    pub alloc: u64,
    pub total_alloc: u64,
    pub sys: u64,
    pub lookups: u64,
    pub mallocs: u64,
    pub frees: u64,
    pub heap_alloc: u64,
    pub heap_sys: u64,
    pub heap_idle: u64,
    pub heap_inuse: u64,
    pub heap_released: u64,
    pub heap_objects: u64,
    pub stack_inuse: u64,
    pub stack_sys: u64,
    pub mspan_inuse: u64,
    pub mspan_sys: u64,
    pub mcache_inuse: u64,
    pub mcache_sys: u64,
    pub buck_hash_sys: u64,
    pub gc_sys: u64,
    pub other_sys: u64,
    pub next_gc: u64,
    pub last_gc: u64,
    pub pause_total_ns: u64,
    pub pause_ns: [u64; PAUSES],
    pub pause_end: [u64; PAUSES],
    pub num_gc: u32,
    pub num_forced_gc: u32,
    pub gc_cpu_fraction: u64,
    pub enable_gc: u8,
    pub debug_gc: u8,
    pub by_size: [BySize; BY_SIZE],
}

const _: () = assert!(
    size_of::<MemStats>() == 5776,
    "the layout of runtime.MemStats is part of Go's API"
);

impl MemStats {
    /// All zero.
    pub fn zeroed() -> Self {
        // SAFETY: numbers and arrays of them.
        unsafe { core::mem::zeroed() }
    }
}

/// Objects by size class, and the bytes in all of them.
pub struct Objects {
    /// Objects in use (or dead and not yet swept) by size class; 0: large.
    pub live: [u64; SIZE_CLASSES],
    /// Objects freed by size class.
    pub freed: [u64; SIZE_CLASSES],
    /// Bytes of the live ones.
    pub live_bytes: u64,
    /// Bytes of the freed ones.
    pub freed_bytes: u64,
    /// Tiny objects, which share slots.
    pub tiny: u64,
}

/// Counts the objects: exact if the world is stopped and the caches are flushed, else without those of open runs.
pub fn count_objects() -> Objects {
    // Freed ones first: they were counted as allocated before.
    let freed = core::array::from_fn(|i| counters::FREES[i].load(Acquire));
    let freed_large = counters::FREED_LARGE_BYTES.load(Acquire);
    let mut o = Objects {
        live: [0; SIZE_CLASSES],
        freed,
        live_bytes: 0,
        freed_bytes: freed_large + small_bytes(&freed),
        tiny: 0,
    };
    let mut large_bytes = 0u64;
    sched::for_each_p(|p| {
        let taken = &p.taken;
        for (sum, n) in o.live.iter_mut().zip(&taken.objects) {
            *sum += n.load(Relaxed);
        }
        large_bytes += taken.large_bytes.load(Relaxed);
        o.tiny += taken.tiny.load(Relaxed);
    });
    for (live, freed) in o.live.iter_mut().zip(&freed) {
        *live = live.saturating_sub(*freed);
    }
    o.live_bytes = small_bytes(&o.live) + large_bytes.saturating_sub(freed_large);
    o
}

/// Debug kernel: the counters agree with the spans. World stopped, caches flushed, nothing unswept.
fn verify(counted: &Objects) {
    let mut live = [0; SIZE_CLASSES];
    let mut bytes = 0;
    mem::for_each_span(|span| {
        let objects = span.alloc_count() as u64;
        live[span.class().size_class().index()] += objects;
        bytes += objects * span.elem_bytes() as u64;
    });
    assert!(live == counted.live && bytes == counted.live_bytes);
}

/// Bytes of so many objects by size class, without the large ones.
fn small_bytes(objects: &[u64; SIZE_CLASSES]) -> u64 {
    let small = objects.iter().enumerate().skip(1);
    small
        .map(|(class, n)| n * SizeClass::from_index(class).bytes() as u64)
        .sum()
}

/// Memory by use, in bytes.
pub struct Memory {
    /// Mapped for heap and stacks.
    pub heap_mapped: u64,
    /// In spans of objects.
    pub in_spans: u64,
    /// Given back to the system.
    pub released: u64,
    /// In goroutine stacks.
    pub stacks: u64,
    /// In span records.
    pub span_records: u64,
    /// In the caches of Ps.
    pub caches: u64,
    /// In the kernel's own mappings, the two above included.
    pub kernel: u64,
}

/// How memory is used now.
pub fn memory() -> Memory {
    let heap = mem::stats();
    let mut ps = 0;
    sched::for_each_p(|_| ps += 1);
    Memory {
        heap_mapped: heap.mapped.load(Relaxed),
        in_spans: heap.in_spans.load(Relaxed),
        released: mem::unbacked_bytes(),
        stacks: heap.in_stacks.load(Relaxed),
        span_records: (mem::span_count() * size_of::<mem::MSpan>()) as u64,
        caches: ps * size_of::<MCache>() as u64,
        kernel: meta::MAPPED_BYTES.load(Relaxed),
    }
}

/// Fills `out` in. The world is stopped; the caches are flushed.
pub fn fill(out: &mut MemStats) {
    mem::flush_all();
    let objects = count_objects();
    if crate::debug::ON {
        verify(&objects);
    }
    fill_objects(out, &objects);
    fill_memory(out, &memory());
    fill_cycles(out);
}

fn fill_objects(out: &mut MemStats, o: &Objects) {
    let (live, freed) = (o.live.iter().sum::<u64>(), o.freed.iter().sum::<u64>());
    out.alloc = o.live_bytes;
    out.heap_alloc = o.live_bytes;
    out.total_alloc = o.live_bytes + o.freed_bytes;
    out.mallocs = live + freed + o.tiny;
    out.frees = freed + o.tiny;
    out.heap_objects = live;
    out.lookups = 0;
    for (i, row) in out.by_size.iter_mut().enumerate() {
        let size = if i == 0 {
            0
        } else {
            SizeClass::from_index(i).bytes() as u32
        };
        // Row 0 stands for size 0, which nobody allocates.
        let (live, frees) = if i == 0 {
            (0, 0)
        } else {
            (o.live[i], o.freed[i])
        };
        *row = BySize {
            size,
            mallocs: live + frees,
            frees,
        };
    }
}

fn fill_memory(out: &mut MemStats, m: &Memory) {
    out.stack_inuse = m.stacks;
    out.stack_sys = m.stacks;
    out.heap_sys = m.heap_mapped.saturating_sub(m.stacks);
    out.heap_inuse = m.in_spans;
    out.heap_idle = out.heap_sys.saturating_sub(m.in_spans);
    out.heap_released = m.released.min(out.heap_idle);
    out.mspan_inuse = m.span_records;
    out.mspan_sys = m.span_records;
    out.mcache_inuse = m.caches;
    out.mcache_sys = m.caches;
    out.buck_hash_sys = crate::profile::bucket_bytes();
    let rest = m
        .kernel
        .saturating_sub(m.span_records + m.caches + out.buck_hash_sys);
    let threads = (size_of::<M>() + size_of::<P>() + size_of::<G>()) as u64;
    out.other_sys = threads.min(rest);
    out.gc_sys = rest - out.other_sys;
    out.sys = m.heap_mapped + m.kernel;
}

fn fill_cycles(out: &mut MemStats) {
    out.next_gc = crate::gc::heap_goal();
    out.last_gc = CYCLES.last_end_unix_ns.load(Relaxed);
    out.pause_total_ns = CYCLES.pause_total_ns.load(Relaxed);
    out.num_gc = CYCLES.total.load(Relaxed);
    out.num_forced_gc = CYCLES.forced.load(Relaxed);
    out.gc_cpu_fraction = CYCLES.cpu_ns();
    out.enable_gc = 1;
    out.debug_gc = 0;
    for i in 0..PAUSES {
        out.pause_ns[i] = CYCLES.pause_ns[i].load(Relaxed);
        out.pause_end[i] = CYCLES.pause_end[i].load(Relaxed);
    }
}

/// `debug.readGCStats`: the latest pauses (newest first), when they ended, then last end, number of cycles, total
/// pause. Returns how many words were written; `out` has room for 515.
pub fn gc_stats(out: &mut [u64]) -> usize {
    let total = CYCLES.total.load(Relaxed) as usize;
    let n = total.min(PAUSES);
    for i in 0..n {
        let at = (total - 1 - i) % PAUSES;
        out[i] = CYCLES.pause_ns[at].load(Relaxed);
        out[n + i] = CYCLES.pause_end[at].load(Relaxed);
    }
    out[2 * n] = CYCLES.last_end_unix_ns.load(Relaxed);
    out[2 * n + 1] = total as u64;
    out[2 * n + 2] = CYCLES.pause_total_ns.load(Relaxed);
    2 * n + 3
}
