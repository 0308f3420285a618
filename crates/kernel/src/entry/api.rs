//! Entry functions of this part: thin, unpack the argument words and call the module.

use super::{Ret2, slice, slice_mut};
use crate::gc::special::{self, Helper, Ready, Signature};
use crate::profile::{self, Sample, StackSample};
use crate::sched::{self, GRef, StopReason};
use crate::signal::{self, queue};
use crate::stats::{godebug, limits, mem_stats, metrics};
use crate::{mem, sys};
use goxide_abi::layout::KMetrics;

/// `kgodebug(program, environment string, start bool)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgodebug(
    program: *const u8,
    plen: usize,
    environment: *const u8,
    elen: usize,
    start: usize,
) {
    // SAFETY: both are Go strings.
    let (program, environment) = unsafe { (slice(program, plen), slice(environment, elen)) };
    let set = if start & 0xff != 0 {
        godebug::start
    } else {
        godebug::change
    };
    set(program, environment);
}

/// `kgodebugvalue(name string) int32`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgodebugvalue(name: *const u8, len: usize) -> usize {
    // SAFETY: a Go string.
    godebug::value(unsafe { slice(name, len) }).unwrap_or(0) as usize
}

/// `ksettraceback(level string)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksettraceback(level: *const u8, len: usize) {
    // SAFETY: a Go string.
    godebug::set_traceback(unsafe { slice(level, len) });
}

/// `ksetmaxthreads(n int32) int32`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksetmaxthreads(n: i32) -> usize {
    let old = limits::set_max_threads(n);
    sched::check_thread_limit(sched::thread_count());
    old as usize
}

/// Runs `f` with the world stopped, as soon as it can be stopped, then continues `g` in Go.
fn in_stopped_world(g: GRef, why: StopReason, again: fn(GRef), f: fn(GRef)) -> ! {
    sched::stop_world_or_retry(g, why, again);
    f(g);
    sched::start_world();
    sched::resume_go(g)
}

/// `kreadmemstats(m *MemStats)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kreadmemstats(_out: usize) {
    fn read(g: GRef) {
        in_stopped_world(g, StopReason::MemStats, read, |g| {
            // SAFETY: the first argument word is the caller's MemStats, which lives until the call returns; the size
            // of the struct is asserted in `mem_stats`.
            mem_stats::fill(unsafe { &mut *(g.kargs.get()[0] as *mut mem_stats::MemStats) });
        })
    }
    read(sched::current());
}

/// `kreadmetrics(m *kmetricsBlock)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kreadmetrics(out: usize) {
    // SAFETY: the caller's block, which lives until the call returns; the layout is generated from `KMetrics`.
    metrics::fill(unsafe { &*(out as *const KMetrics) });
}

/// `kwriteheapdump(fd uintptr, version string)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kwriteheapdump(_fd: usize, _version: usize, _len: usize) {
    fn write(g: GRef) {
        in_stopped_world(g, StopReason::HeapDump, write, |g| {
            let [fd, version, len, _] = g.kargs.get();
            // SAFETY: a Go string.
            let version = unsafe { slice(version as *const u8, len) };
            profile::heap_dump::write(g, fd as i32, version);
        })
    }
    write(sched::current());
}

/// `kthreadprofile(samples *stackSample, room int) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kthreadprofile(samples: *mut Sample, room: usize) -> usize {
    // SAFETY: the caller's slice of that many elements.
    profile::threads::collect(unsafe { slice_mut(samples, room) })
}

/// `kgcstats(out *uint64) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgcstats(out: *mut u64) -> usize {
    const WORDS: usize = 2 * crate::stats::counters::PAUSES + 3;
    // SAFETY: the Go side passes an array of this length.
    mem_stats::gc_stats(unsafe { core::slice::from_raw_parts_mut(out, WORDS) })
}

/// `kobjectbase(p unsafe.Pointer) uintptr`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kobjectbase(p: usize) -> usize {
    base_of(p)
}

/// First byte of the heap object that the Go pointer `p` points into, 0 if it points elsewhere.
fn base_of(p: usize) -> usize {
    mem::span_of(p).map_or(0, |span| span.base() + span.slot_of(p) * span.elem_bytes())
}

/// `ksetfinalizer(p unsafe.Pointer, fn *funcval, arg, typ *_type, results uintptr) bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksetfinalizer(
    p: usize,
    code: usize,
    arg: usize,
    typ: usize,
    results: usize,
) -> usize {
    let signature = Signature {
        arg_type: arg,
        ptr_type: typ,
        result_bytes: results,
    };
    usize::from(special::set_finalizer(p, code, signature))
}

/// `kremovefinalizer(p unsafe.Pointer)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kremovefinalizer(p: usize) {
    special::remove_call(p, 0);
}

/// `kaddcleanup(p unsafe.Pointer, fn *funcval) uint64`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kaddcleanup(p: usize, code: usize) -> u64 {
    special::add_cleanup(p, code)
}

/// `kremovecleanup(p uintptr, id uint64)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kremovecleanup(p: usize, id: u64) {
    special::remove_call(p, id);
}

/// `knoteorigin(p unsafe.Pointer, id uint64, typ *_type, fn *funcval)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_knoteorigin(
    p: usize,
    id: u64,
    typ: usize,
    function: *const crate::types::FuncVal,
) {
    crate::gc::note_origin(p, id, typ, function);
}

/// `kweakhandle(p, fresh unsafe.Pointer) unsafe.Pointer`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kweakhandle(p: usize, fresh: usize) -> usize {
    special::weak_handle(p, fresh)
}

/// `kweakstrong(handle unsafe.Pointer) unsafe.Pointer`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kweakstrong(handle: usize) -> usize {
    special::strong(handle)
}

/// `khelperannounce(which uintptr, fn *funcval)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_khelperannounce(which: usize, start: *const crate::types::FuncVal) {
    match Helper::from_word(which) {
        Helper::Collector => crate::gc::pools::announce(start),
        helper => helper.announce(start),
    }
}

/// `khelpertake(which uintptr, into *helperCall) bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_khelpertake(which: usize, into: *mut Ready) -> usize {
    match Helper::from_word(which).take() {
        Some(ready) => {
            // SAFETY: the Go struct has the layout of `Ready` and lies on the caller's stack: no barrier needed.
            unsafe { into.write(ready) };
            1
        }
        None => 0,
    }
}

/// `khelperwait(which uintptr)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_khelperwait(which: usize) {
    Helper::from_word(which).wait();
}

/// `khelperidle(which uintptr) bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_khelperidle(which: usize) -> usize {
    usize::from(Helper::from_word(which).is_idle())
}

/// `ksigrecv() uint32`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksigrecv() -> usize {
    fn receive(g: GRef) {
        match queue::take() {
            0 => sched::block_m(g, queue::wait, receive),
            signal => g.set_ret(0, signal as usize),
        }
    }
    match queue::take() {
        0 => sched::block_m(sched::current(), queue::wait, receive),
        signal => signal as usize,
    }
}

/// `ksigidle() bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksigidle() -> usize {
    usize::from(queue::is_idle())
}

/// `ksigset(signal, what uint32)`: what = 0 disable, 1 enable, 2 ignore.
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksigset(signal: u32, what: u32) {
    match what {
        0 => {
            signal::disable(signal);
            queue::set_wanted(signal, false);
        }
        1 => {
            queue::set_wanted(signal, true);
            queue::set_ignored(signal, false);
            signal::enable(signal);
        }
        _ => {
            signal::ignore(signal);
            queue::set_wanted(signal, false);
            queue::set_ignored(signal, true);
        }
    }
}

/// `ksigignored(signal uint32) bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksigignored(signal: u32) -> usize {
    usize::from(queue::is_ignored(signal))
}

/// `ksigpipe()`: a write to a closed standard stream. Dies by SIGPIPE unless the program handles or ignores it.
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksigpipe() {
    const SIGPIPE: u32 = 13;
    if queue::is_ignored(SIGPIPE) || queue::send(SIGPIPE) {
        return;
    }
    signal::die_by(SIGPIPE);
}

/// `kbeforefork()`: no handler may run between fork and exec, no preemption, no stack growth.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kbeforefork() {
    let m = sched::m();
    m.locks.set(m.locks.get() + 1);
    m.sigmask.set(sys::rt_sigprocmask(0, Some(u64::MAX)));
}

/// `kafterfork()`: in the parent.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kafterfork() {
    let m = sched::m();
    sys::rt_sigprocmask(2, Some(m.sigmask.get()));
    m.locks.set(m.locks.get() - 1);
}

/// `kafterforkinchild()`: in the child, which shares the parent's memory until it calls exec. Its signals take their
/// default action from here on: our handlers must not run on the parent's memory.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kafterforkinchild() {
    signal::reset_for_child();
    sys::rt_sigprocmask(2, Some(sched::m().sigmask.get()));
}

/// `kgoroutineprofile(samples *stackSample, room int) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgoroutineprofile(_samples: usize, _room: usize) {
    fn read(g: GRef) {
        in_stopped_world(g, StopReason::GoroutineProfile, read, |g| {
            let [samples, room, ..] = g.kargs.get();
            // SAFETY: the caller's slice of that many elements, in the heap or on its stack until the call returns.
            let out = unsafe { slice_mut(samples as *mut Sample, room) };
            g.set_ret(0, profile::collect(out));
        })
    }
    read(sched::current());
}

/// `kallthreads(call *allThreadsCall)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kallthreads(_call: usize) {
    signal::all_threads::entry(sched::current());
}

/// `kcpurate(hz uint32, frames *[3]uintptr)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kcpurate(hz: u32, frames: *const [usize; 3]) {
    // SAFETY: null or a Go array.
    profile::cpu::set_rate(hz, unsafe { frames.as_ref() });
}

/// `kcpuread(data *uint64, words int, tags *unsafe.Pointer, ntags int) (nwords, nrecords int)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kcpuread(
    data: *mut u64,
    words: usize,
    tags: *mut usize,
    ntags: usize,
) -> Ret2 {
    // SAFETY: the caller passes two arrays of these lengths, neither of them empty.
    let (data, tags) = unsafe {
        (
            core::slice::from_raw_parts_mut(data, words),
            core::slice::from_raw_parts_mut(tags, ntags),
        )
    };
    let (a, b) = profile::cpu::read(data, tags);
    Ret2 { a, b }
}

/// `kmemprofilerate(rate *int)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kmemprofilerate(rate: *mut i64) {
    profile::heap::set_rate_address(rate);
}

/// `kprofile(which int, samples *profileSample, room int) int`: which = 0 heap, 1 block, 2 mutex.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kprofile(which: usize, samples: *mut StackSample, room: usize) -> usize {
    // SAFETY: the caller's slice of that many elements.
    let out = unsafe { slice_mut(samples, room) };
    match which {
        0 => profile::heap::collect(out),
        _ => profile::block::collect(which == 2, out),
    }
}

/// `kblockprofilerate(ns int64)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kblockprofilerate(ns: i64) {
    profile::block::set_block_rate(ns);
}

/// `kmutexprofilefraction(n int64)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kmutexprofilefraction(n: i64) {
    profile::block::set_mutex_fraction(n);
}

/// `kblockevent(ns int64)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kblockevent(ns: i64) {
    profile::block::reported(ns);
}

/// `kaddmodule(datap *moduledata)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kaddmodule(module: *const crate::types::ModuleData) {
    // SAFETY: whoever loaded the module keeps it for ever.
    let module = unsafe { &*module };
    module.verify_whole();
    if !core::ptr::eq(module, crate::types::module()) {
        crate::unwind::add_module(module);
    }
}

/// `klinkedpark(reason uint32)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_klinkedpark(reason: u32) {
    sched::linked::announce(sched::current(), reason);
}

/// `klinkedparked()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_klinkedparked() {
    sched::linked::park_announced(sched::current())
}

/// `klinkedready(gp *g)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_klinkedready(g: *mut sched::G) {
    if let Some(g) = GRef::from_ptr(g) {
        sched::linked::ready_announced(g);
    }
}

/// `kwakep()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kwakep() {
    sched::wake_p();
}

/// `klockedosthread() bool`
#[unsafe(no_mangle)]
pub extern "C" fn gx_klockedosthread() -> usize {
    usize::from(!sched::current().locked_m.get().is_null())
}
