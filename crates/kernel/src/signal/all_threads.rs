//! One system call on every thread: how a process changes its user, since Linux keeps credentials by thread.
//!
//! The world is stopped, so no thread is born meanwhile. Each other thread gets a signal, makes the call in its
//! handler and counts itself; threads that sleep in the kernel are woken by the signal and sleep again afterwards.

use super::num;
use crate::arch;
use crate::prim::Racy;
use crate::sched::{self, GRef};
use crate::sys::{self, Errno};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};

/// The call and its result on the calling thread; the Go side's `allThreadsCall`.
#[repr(C)]
pub struct AllThreadsCall {
    nr: usize,
    args: [usize; 6],
    r1: usize,
    r2: usize,
    errno: usize,
    differs: u8,
}

/// What the other threads are to do. Set while the world is stopped, before the signals are sent.
static CALL: Racy<(usize, [usize; 6])> = Racy::new((0, [0; 6]));
static EXPECTED: Racy<isize> = Racy::new(0);
static LEFT: AtomicU32 = AtomicU32::new(0);
static DIFFERS: AtomicBool = AtomicBool::new(false);
/// The call that is being made, for `on_signal` to tell an order from a stray signal.
static ACTIVE: AtomicBool = AtomicBool::new(false);

fn raw((nr, args): (usize, [usize; 6])) -> isize {
    arch::syscall(nr, args)
}

/// In the handler: makes the call if one is ordered. False for a stray signal.
pub fn on_signal() -> bool {
    if !ACTIVE.load(Acquire) {
        return false;
    }
    if raw(CALL.get()) != EXPECTED.get() {
        DIFFERS.store(true, Relaxed);
    }
    if LEFT.fetch_sub(1, AcqRel) == 1 {
        sys::futex_wake(&LEFT, 1);
    }
    true
}

/// Makes the call on this thread and, if it succeeds, on all others. The world is stopped.
pub fn run(call: &mut AllThreadsCall) {
    let what = (call.nr, call.args);
    let result = raw(what);
    match Errno::check(result) {
        Ok(r) => (call.r1, call.r2, call.errno) = (r, 0, 0),
        Err(e) => {
            (call.r1, call.r2, call.errno) = (usize::MAX, usize::MAX, e.0 as usize);
            return;
        }
    }
    CALL.set(what);
    EXPECTED.set(result);
    DIFFERS.store(false, Relaxed);
    ACTIVE.store(true, Release);
    super::enable(num::ALL_THREADS);
    order_others();
    ACTIVE.store(false, Release);
    call.differs = u8::from(DIFFERS.load(Relaxed));
}

fn order_others() {
    let me: *const sched::M = sched::m();
    let others = |m: &sched::M| !core::ptr::eq(m, me) && m.tid.load(Acquire) != 0;
    // One more than there are threads, so that nobody counts down to zero before all are asked.
    LEFT.store(1, Release);
    sched::for_each_m(|m| {
        if others(m) {
            LEFT.fetch_add(1, AcqRel);
            if !sys::tgkill(
                sys::getpid(),
                m.tid.load(Acquire) as i32,
                num::ALL_THREADS as i32,
            ) {
                LEFT.fetch_sub(1, AcqRel); // the thread has ended
            }
        }
    });
    LEFT.fetch_sub(1, AcqRel);
    loop {
        match LEFT.load(Acquire) {
            0 => return,
            n => drop(sys::futex_wait(&LEFT, n, Some(10_000_000))),
        }
    }
}

/// The entry: stops the world around [`run`].
pub fn entry(g: GRef) {
    sched::stop_world_or_retry(g, sched::StopReason::AllThreads, entry);
    let call = g.kargs.get()[0] as *mut AllThreadsCall;
    crate::kassert!(!call.is_null());
    // SAFETY: the first argument word is the caller's struct of this layout, on its stack until the call returns.
    run(unsafe { &mut *call });
    sched::start_world();
    sched::resume_go(g)
}
