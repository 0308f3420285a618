//! Entry functions of boot, scheduler, stacks, allocator and collector.

use super::Ret2;
use crate::sched::procs_watch::{self, Who};
use crate::sched::{self, GRef, current, debug_call};
use crate::types::{FuncVal, GoString, Type};
use crate::{arch, boot, debug, gc, mem, signal, sys, time};
use goxide_algo::size_class::append_cap;

/// Where the process begins: called by `_rt0_amd64_linux` on the system's stack.
#[unsafe(no_mangle)]
pub extern "C" fn gx_boot(
    argc: usize,
    argv: *const *const i8,
    gotab: *const usize,
    sp: usize,
) -> ! {
    boot::boot(argc, argv, gotab, sp)
}

/// Before [`gx_boot`], in programs built with GOAMD64=v2 or higher: ends one that this processor cannot run.
#[unsafe(no_mangle)]
pub extern "C" fn gx_check_amd64(level: u32) {
    if !arch::has_level(level) {
        crate::eprint!(
            "This program can only be run on AMD64 processors with v{level} microarchitecture support.\n"
        );
        sys::exit_group(1);
    }
}

/// A phase of the start that runs in Go has ended: 0 `runtime.main` began, 1 runtime ready, 2 packages initialised.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kbootphase(phase: usize) {
    match phase {
        0 => boot::mark_started(),
        1 => boot::report("runtime init", false),
        _ => boot::report("package init", true),
    }
}

/// The tail of every allocating entry: collects if it is time, else returns the object.
#[inline(always)]
fn allocated(p: *mut u8) -> *mut u8 {
    if gc::wanted() || debug::ON {
        return collect_then_return(p);
    }
    p
}

#[cold]
fn collect_then_return(p: *mut u8) -> *mut u8 {
    let g = current();
    g.ret.set([p as usize, 0, 0]);
    tail(g);
    p
}

/// What an allocating entry does last: its results are in `g.ret`.
fn tail(g: GRef) {
    if gc::wanted() || debug::ON && debug::collect_now() {
        gc::collect_at_tail(g);
    }
    if debug::ON && boot::is_started() && sched::m().locks.get() == 0 && debug::yield_now() {
        sched::yield_now(g);
    }
}

/// `kmallocgc`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kmallocgc(size: usize, typ: *const Type, needzero: usize) -> *mut u8 {
    if size == 0 {
        return gc::zero_base();
    }
    allocated(mem::alloc(size, typ, needzero & 0xff != 0))
}

/// `newobject`
#[unsafe(no_mangle)]
pub extern "C" fn gx_newobject(typ: *const Type) -> *mut u8 {
    // SAFETY: a type descriptor, given by compiled code.
    let size = unsafe { (*typ).size };
    if size == 0 {
        return gc::zero_base();
    }
    allocated(mem::alloc(size, typ, true))
}

/// `kmakeslice`: the caller has checked `len <= cap` and that the bytes fit.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kmakeslice(typ: *const Type, _len: usize, cap: usize) -> *mut u8 {
    // SAFETY: a type descriptor, given by compiled code.
    let size = unsafe { (*typ).size } * cap;
    if size == 0 {
        return gc::zero_base();
    }
    allocated(mem::alloc(size, typ, true))
}

/// `growslice`: the new array holds the old elements; the caller stores the appended ones.
#[unsafe(no_mangle)]
pub extern "C" fn gx_growslice(
    old: *const u8,
    new_len: usize,
    old_cap: usize,
    num: usize,
    typ: *const Type,
) {
    // SAFETY: a type descriptor, given by compiled code.
    let elem = unsafe { &*typ };
    let old_len = new_len.wrapping_sub(num);
    if new_len > isize::MAX as usize || (new_len as isize) < old_len as isize {
        sched::go_panic_runtime("growslice: len out of range");
    }
    let g = current();
    if elem.size == 0 {
        return g.ret.set([gc::zero_base() as usize, new_len, new_len]);
    }
    let Some(cap) = append_cap(
        new_len,
        old_cap,
        elem.size,
        elem.noscan(),
        mem::max_alloc() - 1,
    ) else {
        sched::go_panic_runtime("growslice: len out of range")
    };
    let (bytes, used, kept) = (cap * elem.size, new_len * elem.size, old_len * elem.size);
    // SAFETY: `old` holds `old_len` values.
    unsafe { gc::shade_array(elem, old, old_len) };
    let p = mem::alloc(bytes, typ, false);
    // SAFETY: the new array has room for `bytes`; `old` holds `kept` bytes. What the caller fills need not be cleared.
    unsafe {
        if kept > 0 {
            core::ptr::copy_nonoverlapping(old, p, kept);
        }
        if elem.noscan() {
            core::ptr::write_bytes(p.add(used), 0, bytes - used);
        }
    }
    g.ret.set([p as usize, new_len, cap]);
    if gc::wanted() || debug::ON {
        tail(g);
    }
}

/// `kfindobject`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kfindobject(p: usize) -> Ret2 {
    let (a, b) = mem::find_object(p).unwrap_or((0, 0));
    Ret2 { a, b }
}

/// `persistentalloc`
#[unsafe(no_mangle)]
pub extern "C" fn gx_persistentalloc(size: usize, align: usize) -> *mut u8 {
    mem::meta::alloc(size, align.max(8))
}

/// `kgctarget`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgctarget() -> u64 {
    gc::target()
}

/// `kgcwait`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgcwait(target: u64) {
    gc::wait_for(current(), target)
}

/// `kgcstop`: the world stays stopped while the caller runs Go code, until `kgcgo`.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgcstop(why: usize) {
    gc::pools::stop_for(current(), why)
}

/// `kgcgo`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgcgo() {
    gc::pools::go_on(current())
}

/// `kwbflush`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kwbflush() {
    gc::flush_write_barrier();
}

/// `setgcpercent`
#[unsafe(no_mangle)]
pub extern "C" fn gx_setgcpercent(percent: i32) -> usize {
    gc::set_percent(percent) as usize
}

/// `setmemorylimit`
#[unsafe(no_mangle)]
pub extern "C" fn gx_setmemorylimit(limit: i64) -> i64 {
    gc::set_memory_limit(limit)
}

/// `kfreeosmemory`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kfreeosmemory() {
    mem::scavenge::give_back_all();
}

/// `newproc`
#[unsafe(no_mangle)]
pub extern "C" fn gx_newproc(func: *const FuncVal) {
    if func.is_null() {
        crate::fatal!("go of nil func value");
    }
    sched::spawn(func, current().sched_pc.get(), false);
}

/// `goexit1`
#[unsafe(no_mangle)]
pub extern "C" fn gx_goexit1() {
    sched::goexit(current())
}

/// `Gosched`
#[unsafe(no_mangle)]
pub extern "C" fn gx_Gosched() {
    sched::yield_now(current())
}

/// `kpreempt`: the goroutine was stopped by signal, between two instructions.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kpreempt() {
    let g = current();
    g.async_stopped.set(true);
    g.cont.set(Some(|g| g.async_stopped.set(false)));
    sched::preempt_here(g)
}

/// The end of a kernel call of a goroutine that was asked to give way. Its results are in `g.ret`.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgiveway() {
    let g = current();
    if sched::m().locks.get() > 0 {
        // Pinned: asked again when the pin is gone.
        sched::resume_go(g);
    }
    sched::preempt_here(g)
}

/// `entersyscall`
#[unsafe(no_mangle)]
pub extern "C" fn gx_entersyscall() {
    sched::enter_syscall();
}

/// `exitsyscall`
#[unsafe(no_mangle)]
pub extern "C" fn gx_exitsyscall() {
    sched::exit_syscall();
}

/// `entersyscallblock`
#[unsafe(no_mangle)]
pub extern "C" fn gx_entersyscallblock() {
    sched::enter_syscall_block();
}

/// `kgomaxprocs(n int, who uintptr) int`: n < 1 only asks.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgomaxprocs(n: isize, who: usize) -> usize {
    let old = sched::proc_count();
    if n < 1 {
        return old as usize;
    }
    let who = Who::from_word(who);
    procs_watch::asked_by(who);
    if n as u32 == old {
        return old as usize;
    }
    let g = current();
    g.wait_data.set([n as usize, old as usize, who as usize, 0]);
    change_procs(g)
}

fn change_procs(g: sched::GRef) -> ! {
    sched::stop_world_or_retry(g, sched::StopReason::Procs, |g| change_procs(g));
    let [n, old, who, _] = g.wait_data.get();
    if procs_watch::may_change(Who::from_word(who)) {
        sched::set_proc_count(n as u32);
    }
    sched::start_world();
    g.ret.set([old, 0, 0]);
    sched::resume_go(g)
}

/// `kcpucount() int`: as the system has it now.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kcpucount() -> usize {
    procs_watch::cpus_now() as usize
}

/// `kprocswatch(update *funcval)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kprocswatch(update: *const FuncVal) {
    procs_watch::start(update);
}

/// `kprocswatchfiles(quota, period int)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kprocswatchfiles(quota: i32, period: i32) {
    procs_watch::set_files([quota, period]);
}

/// `kprocswait()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kprocswait() {
    procs_watch::wait()
}

/// `knumgoroutine`
#[unsafe(no_mangle)]
pub extern "C" fn gx_knumgoroutine() -> usize {
    sched::live_count() as usize
}

/// `lockosthread`
#[unsafe(no_mangle)]
pub extern "C" fn gx_lockosthread() {
    sched::lock_os_thread();
}

/// `unlockosthread`
#[unsafe(no_mangle)]
pub extern "C" fn gx_unlockosthread() {
    sched::unlock_os_thread();
}

/// `kdebugcheck(pc, bytes uintptr) (why *byte, n uintptr)`: why a debugger must not call there, as text; null: it may, and
/// `n` is the index of the room.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdebugcheck(pc: usize, bytes: usize) -> Ret2 {
    let (a, b) = match debug_call::check(pc, bytes) {
        Ok(room) => (0, room),
        Err(why) => (why.as_ptr() as usize, why.len()),
    };
    Ret2 { a, b }
}

/// `kdebugcall(room uintptr)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdebugcall(room: usize) {
    debug_call::begin(room)
}

/// `kdebugreturn()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdebugreturn() {
    debug_call::end()
}

/// A signal has come; called by `sigtramp` on the thread's signal stack.
#[unsafe(no_mangle)]
pub extern "C" fn gx_signal(sig: u32, info: *const signal::Info, ctx: *mut signal::Context) {
    // SAFETY: the system passes valid structures for the time of the handler.
    let (info, ctx) = unsafe { (&*info, &mut *ctx) };
    signal::handle(sig, info, ctx);
}

/// `kexit`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kexit(code: i32) {
    sys::exit_group(code)
}

/// `kwrite`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kwrite(fd: usize, p: *const u8, n: i32) -> isize {
    // SAFETY: the caller passes a block of `n` bytes.
    let bytes = unsafe { core::slice::from_raw_parts(p, n.max(0) as usize) };
    if fd == 2 {
        crate::panic::copy_to_crash_log(bytes);
    }
    match sys::write(fd as i32, bytes) {
        Ok(n) => n as isize,
        Err(e) => -(e.0 as isize),
    }
}

/// `nanotime`
#[unsafe(no_mangle)]
pub extern "C" fn gx_nanotime() -> i64 {
    time::now()
}

/// `kplayback`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kplayback() {
    sys::playback::begin();
}

/// `kwalltime`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kwalltime() -> Ret2 {
    let (sec, nsec) = time::wall();
    Ret2 {
        a: sec as usize,
        b: nsec as usize,
    }
}

/// `rand`
#[unsafe(no_mangle)]
pub extern "C" fn gx_rand() -> u64 {
    match sched::try_p() {
        Some(p) => p.random(),
        None => sys::nanotime() as u64 ^ boot::random_seed(),
    }
}

/// `kthrow`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kthrow(msg: *const u8, len: usize) {
    crate::throw!("{}", Indented(text(GoString { ptr: msg, len })))
}

/// `kfatal`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kfatal(msg: *const u8, len: usize) {
    crate::fatal!("{}", Indented(text(GoString { ptr: msg, len })))
}

/// Further lines are indented, so that they cannot be taken for a traceback.
struct Indented(&'static str);

impl core::fmt::Display for Indented {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (n, line) in self.0.split('\n').enumerate() {
            f.write_str(if n == 0 { "" } else { "\n\t" })?;
            f.write_str(line)?;
        }
        Ok(())
    }
}

/// A Go string as Rust text, as far as it is valid UTF-8.
fn text(s: GoString) -> &'static str {
    if s.len == 0 {
        return "";
    }
    // SAFETY: a Go string given for the rest of the process's life.
    let bytes = unsafe { core::slice::from_raw_parts(s.ptr, s.len) };
    match core::str::from_utf8(bytes) {
        Ok(t) => t,
        Err(e) => core::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or(""),
    }
}

/// Which kernel this is, for `goxide version BINARY` and `debug.ReadBuildInfo`; ends with a zero byte.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kernel_ident() -> *const u8 {
    IDENT.as_ptr()
}

#[cfg(feature = "debug-kernel")]
const IDENT: &str = concat!(
    "goxide-kernel ",
    env!("CARGO_PKG_VERSION"),
    " debug ",
    env!("GOXIDE_KERNEL_HASH"),
    "\0"
);
#[cfg(not(feature = "debug-kernel"))]
const IDENT: &str = concat!(
    "goxide-kernel ",
    env!("CARGO_PKG_VERSION"),
    " release ",
    env!("GOXIDE_KERNEL_HASH"),
    "\0"
);
