//! Threads: making them, their first steps, their end.

use super::idle::{acquire_idle_p, acquire_p, stop_m};
use super::{G, M, P, SpawnFailure, m, register_m, schedule, template};
use crate::mem::meta;
use crate::sys::Errno;
use crate::{arch, gc, signal, sys};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicI32, Ordering::*};

/// Bytes of a kernel stack; touched lazily.
const KERNEL_STACK: usize = 256 << 10;
/// Bytes of a signal stack.
const SIGNAL_STACK: usize = 64 << 10;
/// VM, FS, FILES, SIGHAND, SYSVSEM, THREAD, SETTLS.
const CLONE_FLAGS: usize = 0x100 | 0x200 | 0x400 | 0x800 | 0x4_0000 | 0x1_0000 | 0x8_0000;

static COUNT: AtomicI32 = AtomicI32::new(0);
static NEXT_ID: AtomicI32 = AtomicI32::new(0);

/// Threads that exist.
pub fn thread_count() -> i32 {
    COUNT.load(Relaxed)
}

/// Makes the first thread's M and g0; `stack` are the bounds of the system's stack, `sp` where kernel calls may start.
pub fn init_m0(stack: (usize, usize), sp: usize) {
    // SAFETY: m0 is a static; the process has one thread.
    let m = unsafe { &*super::m0() };
    set_up(m, stack, sp);
    let tls = m.tls.as_ptr() as usize;
    arch::set_fs_base(tls + 8);
    arch::set_g(m.g0.get().cast());
    note_thread(m);
    let sig = meta::map_or_die(SIGNAL_STACK);
    m.sigstack.set((sig, sig + SIGNAL_STACK));
}

/// The M learns the number of the thread that runs this, and its processor from now on.
fn note_thread(m: &'static M) {
    let tid = sys::gettid() as u32;
    m.thread_id.set(u64::from(tid));
    m.tid.store(tid, Release);
    m.whereabouts.follow_this_thread();
}

fn set_up(m: &'static M, stack: (usize, usize), sp: usize) {
    let g0 = meta::alloc(size_of::<G>(), 64).cast::<G>();
    // SAFETY: fresh zeroed kernel memory: a valid G.
    let g = unsafe { &*g0 };
    g.stack_lo.set(stack.0);
    g.stack_hi.set(stack.1);
    g.m.set(core::ptr::from_ref(m).cast_mut().cast());
    m.g0.set(g0.cast());
    m.g0_sp.set(sp & !15);
    m.stack.set(stack);
    m.id.set(NEXT_ID.fetch_add(1, Relaxed));
    m.tls.set([g0 as usize, 0]);
    m.rng
        .set(crate::boot::random_seed() ^ (m.id.get() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    m.cheaprand.set(m.rng.get() | 1);
    COUNT.fetch_add(1, Relaxed);
    register_m(m);
}

/// A new thread that takes `p` and schedules.
pub fn new_m(p: &'static P, spinning: bool) {
    let m = make();
    m.next_p.set(core::ptr::from_ref(p).cast_mut());
    m.spinning.set(spinning);
    start(m);
}

/// A new thread that runs `errand` once, then waits for a P.
pub fn new_m_for(errand: fn()) {
    let m = make();
    m.errand.set(Some(errand));
    start(m);
}

/// A new thread that runs `f` for ever.
pub fn new_m_running(f: fn() -> !) {
    let m = make();
    m.start_fn.set(Some(f));
    start(m);
}

/// Ends the process if `threads` are more than the program allows.
pub fn check_thread_limit(threads: i32) {
    let limit = crate::stats::limits::max_threads();
    if threads > limit {
        crate::eprint!("runtime: program exceeds {limit}-thread limit\n");
        crate::throw!("thread exhaustion");
    }
}

fn make() -> &'static M {
    check_thread_limit(COUNT.load(Relaxed) + 1);
    let at = meta::map_or_die(SIGNAL_STACK + KERNEL_STACK);
    // SAFETY: fresh zeroed kernel memory: a valid M, never freed.
    let m = unsafe { &*meta::alloc(size_of::<M>(), 64).cast::<M>() };
    m.made_at.set(crate::profile::threads::stack_here());
    m.sigstack.set((at, at + SIGNAL_STACK));
    let top = at + SIGNAL_STACK + KERNEL_STACK;
    set_up(m, (at + SIGNAL_STACK, top), top);
    m
}

fn start(m: &'static M) {
    if template::is_needed() {
        template::start(m);
    } else {
        start_here(m);
    }
}

/// Clones this thread. All signals stay blocked until the new thread has its signal stack.
pub(super) fn start_here(m: &'static M) {
    let mask = sys::rt_sigprocmask(2, Some(u64::MAX));
    m.sigmask.set(mask);
    let tls = m.tls.as_ptr() as usize + 8;
    let arg = core::ptr::from_ref(m) as usize;
    let r = clone_patiently(|| {
        // SAFETY: the stack and the M are never unmapped; the child starts in `thread_main`.
        unsafe { arch::clone_thread(CLONE_FLAGS, m.g0_sp.get(), tls, thread_main, arg) }
    });
    sys::rt_sigprocmask(2, Some(mask));
    if let Err(Errno(errno)) = r {
        SpawnFailure {
            errno,
            threads: COUNT.load(Relaxed) - 1,
        }
        .die();
    }
}

/// The system may be short of threads for a moment: asks again, later each time, a fifth of a second long.
fn clone_patiently(clone: impl Fn() -> isize) -> Result<usize, Errno> {
    const TRIES: u64 = 20;
    for wait_ms in 1..=TRIES {
        match Errno::check(clone()) {
            Err(Errno::EAGAIN) => sys::usleep(wait_ms * 1000),
            r => return r,
        }
    }
    Errno::check(clone())
}

extern "C" fn thread_main(arg: usize) -> ! {
    // SAFETY: `start` passes the M of this thread.
    let m = unsafe { &*(arg as *const M) };
    note_thread(m);
    signal::init_thread(m);
    sys::rt_sigprocmask(2, Some(m.sigmask.get()));
    if let Some(f) = m.start_fn.get() {
        f();
    }
    if let Some(errand) = m.errand.take() {
        errand();
        if !(gc::wants_p() && acquire_idle_p(m)) {
            stop_m(m);
        }
    } else {
        // SAFETY: null or the P that the maker gave.
        match unsafe { m.next_p.replace(null_mut()).as_ref() } {
            Some(p) => acquire_p(m, p),
            None => stop_m(m),
        }
    }
    // The run loop always starts from the top of the kernel stack.
    // SAFETY: this frame is never returned to.
    unsafe { arch::on_stack(m.g0_sp.get(), schedule_here, 0) }
}

extern "C" fn schedule_here(_: usize) -> ! {
    schedule()
}

/// Ends this thread. Its P goes to others; its M stays, unused.
pub fn retire_current() -> ! {
    let m = m();
    give_p_away(m);
    leave_count();
    m.tid.store(0, Release);
    m.ended.store(true, Relaxed);
    sys::rt_sigprocmask(2, Some(u64::MAX));
    sys::exit_thread()
}

/// As [`retire_current`] for the first thread, which cannot end without ending the process: it sleeps for ever.
pub fn retire_first() -> ! {
    static NEVER: crate::prim::Note = crate::prim::Note::new();
    give_p_away(m());
    leave_count();
    loop {
        NEVER.sleep();
    }
}

fn give_p_away(m: &'static M) {
    if let Some(p) = super::try_p() {
        super::idle::release_p(m, p);
        p.set_status(super::PStatus::Idle);
        super::idle::hand_off_p(p);
    }
    // Until now it said that this thread must not be cloned.
    m.locked_g.set(null_mut());
}

/// This thread will never run anything again.
fn leave_count() {
    let sched = super::queue::SCHED.lock();
    COUNT.fetch_sub(1, AcqRel);
    super::idle::check_dead(&sched);
    sched.release();
}
