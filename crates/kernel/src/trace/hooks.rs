//! What the other parts call when something happens. Callers have tested [`super::on`], except where noted.

use super::buffer::write;
use super::dump::{MAX_FRAMES, stack, string};
use super::event::{Event, go_status, proc_status};
use super::status::{introduce, next_seq, wait_for_introducer};
use super::{generation, on};
use crate::gc;
use crate::sched::{self, G, GRef, M, P, WaitReason};
use crate::unwind;
use core::sync::atomic::{AtomicU64, Ordering::*};

/// The stack of the goroutine whose kernel call this is, 0 without a goroutine: the entry of the kernel first, and without
/// the two calls at the bottom that every program has.
pub(super) fn stack_here() -> u64 {
    GRef::from_ptr(sched::m().curg.get().cast()).map_or(0, stack_of)
}

/// The same for any goroutine that is in the kernel.
pub(super) fn stack_of(g: GRef) -> u64 {
    if g.sched_pc.get() == g.start_pc.get() {
        return stack(&[g.start_pc.get() + 1]); // it has not run yet
    }
    let mut pcs = [0; MAX_FRAMES];
    let first = match called_entry(&g) {
        Some(entry) => {
            pcs[0] = entry + 1;
            1
        }
        None => 0,
    };
    let n = first + unwind::callers(&g, 0, &mut pcs[first..]);
    let bottom = if g.goid.get() == 1 { 2 } else { 1 };
    let cut = n == MAX_FRAMES;
    stack(&pcs[..if cut { n } else { n.saturating_sub(bottom) }])
}

/// The entry of the kernel that `g` has called: its stub leaves no frame, but the call that it returns to names it.
fn called_entry(g: &G) -> Option<usize> {
    let called = unwind::callee(g.sched_pc.get()).filter(|_| !g.async_stopped.get());
    called.map(|entry| entry.entry())
}

fn next_p_seq(p: &P) -> u64 {
    p.trace_seq.set(p.trace_seq.get() + 1);
    p.trace_seq.get()
}

/// `g` has been made and is about to be runnable, or waits from the beginning.
#[cold]
pub fn go_create(g: GRef, blocked: bool) {
    super::status::begin(&g);
    let kind = if blocked {
        Event::GoCreateBlocked
    } else {
        Event::GoCreate
    };
    let new_stack = stack(&[g.start_pc.get() + 1]);
    write(kind, &[g.goid.get(), new_stack, stack_here()]);
}

/// `g` runs on this M.
#[cold]
pub fn go_start(g: GRef) {
    introduce(&g, go_status::RUNNABLE);
    wait_for_introducer(&g);
    write(Event::GoStart, &[g.goid.get(), next_seq(&g)]);
}

/// The current goroutine ends.
#[cold]
pub fn go_destroy() {
    write(Event::GoDestroy, &[]);
}

/// The current goroutine lets others run.
#[cold]
pub fn go_stop(why: &str) {
    write(Event::GoStop, &[string(why.as_bytes()), stack_here()]);
}

/// The current goroutine is about to wait.
#[cold]
pub fn go_block(why: WaitReason) {
    let reason = string(block_reason(why).as_bytes());
    write(Event::GoBlock, &[reason, stack_here()]);
}

/// `g`, which waits, is about to be runnable.
#[cold]
pub fn go_unblock(g: GRef) {
    introduce(&g, go_status::WAITING);
    write(
        Event::GoUnblock,
        &[g.goid.get(), next_seq(&g), stack_here()],
    );
}

/// The current goroutine waits from now on, or ends, and `next`, which waited, runs here.
#[cold]
pub fn go_switch(next: GRef, ends: bool) {
    introduce(&next, go_status::WAITING);
    wait_for_introducer(&next);
    let kind = if ends {
        Event::GoSwitchDestroy
    } else {
        Event::GoSwitch
    };
    write(kind, &[next.goid.get(), next_seq(&next)]);
}

/// The words that users of traces know; the tools pick their profiles by them.
fn block_reason(why: WaitReason) -> &'static str {
    use WaitReason::*;
    match why {
        IoWait => "network",
        Select | SynctestSelect => "select",
        ChanReceive | SynctestChanReceive => "chan receive",
        ChanSend | SynctestChanSend => "chan send",
        ChanReceiveNil | ChanSendNil | SelectNoCases => "forever",
        Semacquire
        | SyncMutexLock
        | SyncRwMutexRLock
        | SyncRwMutexLock
        | SyncWaitGroupWait
        | SynctestWaitGroupWait => "sync",
        SyncCondWait => "sync.(*Cond).Wait",
        Sleep => "sleep",
        GcAssist => "GC mark assist wait for work",
        GarbageCollection => "wait until GC ends",
        FinalizerWait | CleanupWait | ForceGcIdle | TraceReaderBlocked => "system goroutine wait",
        Coroutine => "coroutine",
        SynctestRun | SynctestWait => "synctest",
        _ => "unspecified",
    }
}

/// This M has taken `p`.
#[cold]
pub fn proc_start(p: &P) {
    let id = p.id.get() as u64;
    if p.trace_generation.replace(generation()) != generation() {
        p.trace_seq.set(0);
        write(Event::ProcStatus, &[id, proc_status::IDLE]);
    }
    write(Event::ProcStart, &[id, next_p_seq(p)]);
}

/// This M is about to let its P go.
#[cold]
pub fn proc_stop() {
    write(Event::ProcStop, &[]);
}

/// `p`, which an M left behind in a system call, is this M's to give away.
#[cold]
pub fn proc_steal(p: &P) {
    let from = p.trace_syscall_m.get() as u64;
    write(Event::ProcSteal, &[p.id.get() as u64, next_p_seq(p), from]);
}

/// GOMAXPROCS has changed, or a generation begins.
#[cold]
pub fn procs_change() {
    write(
        Event::ProcsChange,
        &[u64::from(sched::proc_count()), stack_here()],
    );
}

/// The current goroutine is about to make a system call; `m` still holds `p`.
#[cold]
pub fn syscall_begin(m: &M, p: &P) {
    p.trace_syscall_m.set(m.id.get());
    write(Event::GoSyscallBegin, &[next_p_seq(p), stack_here()]);
}

/// Back from the system call with `p`, which is the old one unless another M has had it meanwhile.
#[cold]
pub fn syscall_end(g: GRef, m: &M, p: &P) {
    if p.trace_syscall_m.get() == m.id.get() {
        write(Event::GoSyscallEnd, &[]);
        return;
    }
    proc_steal(p);
    proc_start(p);
    syscall_end_blocked();
    go_start(g);
}

/// Back from the system call, the P is gone.
#[cold]
pub fn syscall_end_blocked() {
    write(Event::GoSyscallEndBlocked, &[]);
}

/// Beginnings and ends of collections so far: odd while one runs.
static GC_TURNS: AtomicU64 = AtomicU64::new(0);
/// Added to the number of a turn for its sequence number: generations that began while a collection ran.
static GC_REPEATS: AtomicU64 = AtomicU64::new(0);

/// A collection begins or ends. World stopped; also called while tracing is off.
pub fn gc_turn() {
    let n = GC_TURNS.fetch_add(1, Relaxed) + 1;
    if !on() {
        return;
    }
    let seq = n + GC_REPEATS.load(Relaxed);
    if n % 2 == 1 {
        write(Event::GcBegin, &[seq, stack_here()]);
    } else {
        write(Event::GcEnd, &[seq]);
    }
    heap();
}

/// A generation begins.
pub(super) fn gc_state() {
    let n = GC_TURNS.load(Relaxed);
    if n % 2 == 1 {
        let repeats = GC_REPEATS.fetch_add(1, Relaxed) + 1;
        write(Event::GcActive, &[n + repeats]);
    }
    heap();
}

/// The current goroutine begins to assist the marking.
#[cold]
pub fn assist_begins() {
    write(Event::GcMarkAssistBegin, &[stack_here()]);
}

/// It has done its part.
#[cold]
pub fn assist_ends() {
    write(Event::GcMarkAssistEnd, &[]);
}

/// What `f` sweeps on this P is one range of the trace, if one is made; without a P it is none.
#[inline]
pub fn sweeping<R>(f: impl FnOnce() -> R) -> R {
    if on() { in_range(f) } else { f() }
}

#[cold]
fn in_range<R>(f: impl FnOnce() -> R) -> R {
    let Some(p) = sched::try_p() else { return f() };
    p.trace_sweep.set(Sweep {
        under_way: true,
        ..Sweep::default()
    });
    let result = f();
    let sweep = p.trace_sweep.take();
    if sweep.begun {
        write(Event::GcSweepEnd, &[sweep.bytes, sweep.freed]);
    }
    result
}

/// What [`sweeping`] has seen so far. All zero: nobody sweeps.
#[derive(Clone, Copy, Default)]
pub struct Sweep {
    under_way: bool,
    begun: bool,
    bytes: u64,
    freed: u64,
}

/// A span of `bytes` has been swept here, `freed` of them became free. The range begins with the first one.
#[cold]
pub fn swept(bytes: usize, freed: usize) {
    let Some(p) = sched::try_p() else { return };
    let mut sweep = p.trace_sweep.get();
    if !sweep.under_way {
        return;
    }
    if !core::mem::replace(&mut sweep.begun, true) {
        write(Event::GcSweepBegin, &[stack_here()]);
    }
    sweep.bytes += bytes as u64;
    sweep.freed += freed as u64;
    p.trace_sweep.set(sweep);
}

fn heap() {
    write(Event::HeapAlloc, &[gc::heap_live()]);
    write(Event::HeapGoal, &[gc::heap_goal()]);
}

/// `trace.NewTask`.
#[cold]
pub fn task_begin(id: u64, parent: u64, name: &[u8]) {
    write(
        Event::UserTaskBegin,
        &[id, parent, string(name), stack_here()],
    );
}

/// The end of a task.
#[cold]
pub fn task_end(id: u64) {
    write(Event::UserTaskEnd, &[id, stack_here()]);
}

/// A region begins or ends.
#[cold]
pub fn region(task: u64, end: bool, name: &[u8]) {
    let kind = if end {
        Event::UserRegionEnd
    } else {
        Event::UserRegionBegin
    };
    write(kind, &[task, string(name), stack_here()]);
}

/// `trace.Log`.
#[cold]
pub fn log(task: u64, category: &[u8], message: &[u8]) {
    write(
        Event::UserLog,
        &[task, string(category), string(message), stack_here()],
    );
}
