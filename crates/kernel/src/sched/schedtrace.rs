//! GODEBUG=schedtrace=N: the scheduler's state every N milliseconds; with scheddetail=1, every P, M and G.
//!
//! The form is that of Go, which tools and people read. What is printed is read beside the program: a picture of nothing
//! that ever was at one moment, but good enough to see who waits for what.

use super::queue::{GLOBAL_LEN, IDLE_PS, SCHED, SPINNING};
use super::{GRef, GState, M, P, WaitReason, gpool, procs, sysmon, thread, world};
use crate::panic::Stderr;
use crate::stats::{self, godebug};
use core::fmt::{self, Display, Write};
use core::sync::atomic::{AtomicI64, Ordering::*};

/// When the state was printed last, monotonic ns; 0: never.
static LAST_NS: AtomicI64 = AtomicI64::new(0);

/// Whether the option is on.
pub fn is_wanted() -> bool {
    godebug::schedtrace() > 0
}

/// Called by sysmon in every round: prints when it is time to.
pub fn check(now: i64) {
    let every = i64::from(godebug::schedtrace()) * 1_000_000;
    if every > 0 && LAST_NS.load(Relaxed) + every <= now {
        LAST_NS.store(now, Relaxed);
        let _ = print(now);
    }
}

fn print(now: i64) -> fmt::Result {
    let out = &mut Stderr::new();
    summary(out, now)?;
    if godebug::scheddetail() <= 0 {
        return queues(out);
    }
    details(out)
}

fn summary(out: &mut Stderr, now: i64) -> fmt::Result {
    let idle_ms = SCHED.lock().idle_m_count;
    write!(
        out,
        "SCHED {}ms: gomaxprocs={} idleprocs={} threads={} spinningthreads={} needspinning=0 idlethreads={} runqueue={}",
        (now - stats::start_ns()) / 1_000_000,
        super::proc_count(),
        IDLE_PS.load(Relaxed),
        thread::thread_count(),
        SPINNING.load(Relaxed),
        idle_ms,
        GLOBAL_LEN.load(Relaxed),
    )
}

/// One line: lengths of the local queues, and how often each P has scheduled.
fn queues(out: &mut Stderr) -> fmt::Result {
    out.write_str(" [")?;
    for_each_live_p(|p| write!(out, " {}", p.runq.len()))?;
    out.write_str(" ] schedticks=[ ")?;
    for_each_live_p(|p| write!(out, "{} ", p.sched_tick.load(Relaxed)))?;
    out.write_str("]\n")
}

fn for_each_live_p(mut f: impl FnMut(&P) -> fmt::Result) -> fmt::Result {
    (0..super::proc_count()).try_for_each(|i| f(procs::p_at(i)))
}

fn details(out: &mut Stderr) -> fmt::Result {
    let idle_locked_ms = SCHED.lock().idle_locked_ms;
    writeln!(
        out,
        " gcwaiting={} nmidlelocked={} stopwait={} sysmonwait={}",
        world::stop_requested(),
        idle_locked_ms,
        world::missing(),
        sysmon::is_asleep(),
    )?;
    for_each_live_p(|p| write_p(out, p))?;
    super::for_each_m(|m| {
        let _ = write_m(out, m);
    });
    gpool::for_each_g(|g| {
        let _ = write_g(out, g);
    });
    Ok(())
}

fn write_p(out: &mut Stderr, p: &P) -> fmt::Result {
    // SAFETY: null or an M; Ms are type-stable.
    let m = unsafe { p.m.get().as_ref() };
    // SAFETY: the length alone is read, a word that the holder of the P may be changing.
    let free = unsafe { (*p.free_gs.get()).len() };
    writeln!(
        out,
        "  P{}: status={} schedtick={} syscalltick={} m={} runqsize={} gfreecnt={free} timerslen={}",
        p.id.get(),
        p.get_status() as u32,
        p.sched_tick.load(Relaxed),
        p.syscall_tick.load(Relaxed),
        Or(m.map(|m| m.id.get())),
        p.runq.len(),
        p.timers.count(),
    )
}

fn write_m(out: &mut Stderr, m: &M) -> fmt::Result {
    // SAFETY: null or a P; Ps are type-stable.
    let p = unsafe { m.p.get().cast::<P>().as_ref() };
    let goid = |g: Option<GRef>| Or(g.map(|g| g.goid.get()));
    writeln!(
        out,
        "  M{}: p={} curg={} mallocing=0 throwing={} preemptoff= locks={} dying=0 spinning={} blocked={} lockedg={}",
        m.id.get(),
        Or(p.map(|p| p.id.get())),
        goid(GRef::from_ptr(m.curg.get().cast())),
        m.throwing.get(),
        m.locks.get(),
        m.spinning.get(),
        m.p.get().is_null() && m.curg.get().is_null() && m.start_fn.get().is_none(),
        goid(GRef::from_ptr(m.locked_g.get())),
    )
}

fn write_g(out: &mut Stderr, g: GRef) -> fmt::Result {
    let m = |m: *mut M| {
        // SAFETY: null or an M; Ms are type-stable.
        Or(unsafe { m.as_ref() }.map(|m| m.id.get()))
    };
    let state = g.state();
    let why = if state == GState::Waiting {
        WaitReason::text(g.wait_reason.get())
    } else {
        ""
    };
    writeln!(
        out,
        "  G{}: status={}({why}) m={} lockedm={}",
        g.goid.get(),
        state as u32,
        m(g.m.get().cast()),
        m(g.locked_m.get().cast()),
    )
}

/// A number, or "nil".
struct Or<T>(Option<T>);

impl<T: Display> Display for Or<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.0 {
            Some(n) => n.fmt(f),
            None => f.write_str("nil"),
        }
    }
}
