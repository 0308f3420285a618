//! What the other parts call when something happens. Callers have tested [`super::on`], except where noted.

use super::buffer::write;
use super::dump::{MAX_FRAMES, stack, string};
use super::event::{Event, proc_status};
use super::{generation, on};
use crate::gc;
use crate::sched::{self, G, GRef, M, P, WaitReason};
use crate::unwind;
use core::sync::atomic::{AtomicU64, Ordering::*};

/// The stack of the goroutine whose kernel call this is, 0 without a goroutine: the entry of the kernel first, and without
/// the two calls at the bottom that every program has.
fn stack_here() -> u64 {
    let Some(g) = GRef::from_ptr(sched::m().curg.get().cast()) else {
        return 0;
    };
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

fn next_seq(g: &G) -> u64 {
    g.trace_seq.set(g.trace_seq.get() + 1);
    g.trace_seq.get()
}

fn next_p_seq(p: &P) -> u64 {
    p.trace_seq.set(p.trace_seq.get() + 1);
    p.trace_seq.get()
}

/// `g` has been made and is about to be runnable, or waits from the beginning.
#[cold]
pub fn go_create(g: GRef, blocked: bool) {
    g.trace_seq.set(0);
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
    write(Event::GoStart, &[g.goid.get(), next_seq(&g)]);
    gc_catch_up();
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

/// `g`, which waited, is runnable.
#[cold]
pub fn go_unblock(g: GRef) {
    write(
        Event::GoUnblock,
        &[g.goid.get(), next_seq(&g), stack_here()],
    );
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

/// Beginnings and ends of collections so far: odd while one runs; and how many of them have been written.
static GC_TURNS: AtomicU64 = AtomicU64::new(0);
static GC_WRITTEN: AtomicU64 = AtomicU64::new(0);
/// Added to the number of a turn for its sequence number: generations that began while a collection ran.
static GC_REPEATS: AtomicU64 = AtomicU64::new(0);

/// A collection begins or ends. World stopped; also called while tracing is off. The event needs a goroutine: without one
/// it is written by whoever runs one next.
pub fn gc_turn() {
    GC_TURNS.fetch_add(1, AcqRel);
    if !on() {
        GC_WRITTEN.fetch_add(1, AcqRel);
    } else if !sched::m().curg.get().is_null() {
        gc_catch_up();
    }
}

/// Writes what has not been written. A goroutine runs on this M.
#[inline]
pub fn gc_catch_up() {
    loop {
        let n = GC_WRITTEN.load(Acquire);
        if n >= GC_TURNS.load(Acquire) {
            return;
        }
        if GC_WRITTEN
            .compare_exchange(n, n + 1, AcqRel, Relaxed)
            .is_err()
        {
            continue;
        }
        let seq = n + 1 + GC_REPEATS.load(Relaxed);
        if n.is_multiple_of(2) {
            write(Event::GcBegin, &[seq, stack_here()]);
        } else {
            write(Event::GcEnd, &[seq]);
        }
        heap();
    }
}

/// A generation begins, the first or a later one.
pub(super) fn gc_state() {
    if GC_WRITTEN.load(Relaxed) % 2 == 1 {
        let repeats = GC_REPEATS.fetch_add(1, Relaxed) + 1;
        write(Event::GcActive, &[GC_WRITTEN.load(Relaxed) + repeats]);
    }
    heap();
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
