//! Entry functions of channels, semaphores, timers, poller, coroutines and bubbles: thin, unpack the argument words
//! and call the module.

use super::Ret2;
use crate::chan::{self, Chan, Received, SelectCase};
use crate::sched::{self, WaitReason};
use crate::sync::{self, NotifyList, bubble, coro};
use crate::time::{self, GoTimer};
use crate::types::{ChanType, FuncVal};
use crate::{gc, netpoll};

/// The upper bits of a bool's word are undefined.
fn flag(word: usize) -> bool {
    word & 0xff != 0
}

#[unsafe(no_mangle)]
extern "C" fn gx_makechan(typ: *const ChanType, size: isize) -> *mut Chan {
    let c = chan::make(typ, size);
    if gc::wanted() {
        let g = sched::current();
        g.set_ret(0, c as usize);
        gc::collect_at_tail(g)
    }
    c
}

#[unsafe(no_mangle)]
extern "C" fn gx_chansend1(c: *mut Chan, elem: usize) {
    chan::send(c, elem, true);
}

#[unsafe(no_mangle)]
extern "C" fn gx_chanrecv1(c: *mut Chan, elem: usize) {
    chan::recv(c, elem, true);
}

#[unsafe(no_mangle)]
extern "C" fn gx_chanrecv2(c: *mut Chan, elem: usize) -> usize {
    usize::from(chan::recv(c, elem, true) == Received::Value)
}

#[unsafe(no_mangle)]
extern "C" fn gx_closechan(c: *mut Chan) {
    chan::close(c);
}

#[unsafe(no_mangle)]
extern "C" fn gx_selectnbsend(c: *mut Chan, elem: usize) -> usize {
    usize::from(chan::send(c, elem, false))
}

#[unsafe(no_mangle)]
extern "C" fn gx_selectnbrecv(elem: usize, c: *mut Chan) -> Ret2 {
    let got = chan::recv(c, elem, false);
    Ret2 {
        a: usize::from(got != Received::Nothing),
        b: usize::from(got == Received::Value),
    }
}

#[unsafe(no_mangle)]
extern "C" fn gx_selectgo(
    cases: *mut SelectCase,
    order: *mut u16,
    _pcs: usize,
    sends: usize,
    recvs: usize,
    block: usize,
) -> Ret2 {
    let (case, received) = chan::select(cases, order, sends, recvs, flag(block));
    Ret2 {
        a: case as usize,
        b: usize::from(received),
    }
}

#[unsafe(no_mangle)]
extern "C" fn gx_block() {
    sched::park(sched::current(), WaitReason::SelectNoCases, || {})
}

/// Why a goroutine waits for a semaphore: `semWait…` in sema.go.
const SEMA_REASONS: [WaitReason; 6] = [
    WaitReason::Semacquire,
    WaitReason::SyncMutexLock,
    WaitReason::SyncRwMutexRLock,
    WaitReason::SyncRwMutexLock,
    WaitReason::SyncWaitGroupWait,
    WaitReason::SynctestWaitGroupWait,
];

#[unsafe(no_mangle)]
extern "C" fn gx_ksemacquire(addr: usize, lifo: usize, why: usize) {
    sync::acquire(
        addr,
        flag(lifo),
        SEMA_REASONS
            .get(why)
            .copied()
            .unwrap_or(WaitReason::Semacquire),
    );
}

#[unsafe(no_mangle)]
extern "C" fn gx_ksemrelease(addr: usize, hand_off: usize) {
    sync::release(addr, flag(hand_off));
}

/// The list behind a `*notifyList` word.
fn notify_list(l: usize) -> &'static NotifyList {
    // SAFETY: package sync passes its `sync.notifyList`, which the callers' frames keep alive while anybody waits.
    unsafe { &*(l as *const NotifyList) }
}

#[unsafe(no_mangle)]
extern "C" fn gx_knotifywait(l: usize, ticket: usize) {
    sync::notify_wait(notify_list(l), ticket as u32);
}

#[unsafe(no_mangle)]
extern "C" fn gx_knotifyall(l: usize) {
    sync::notify_all(notify_list(l));
}

#[unsafe(no_mangle)]
extern "C" fn gx_knotifyone(l: usize) {
    sync::notify_one(notify_list(l));
}

#[unsafe(no_mangle)]
extern "C" fn gx_kcanspin(i: isize) -> usize {
    usize::from(sync::can_spin(i))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kdospin() {
    sync::spin();
}

/// The coroutine behind a `*coro` word.
fn coro_at(c: usize) -> &'static coro::Coro {
    // SAFETY: coro.go passes its own object, alive during the call; the switch keeps it in `g.kargs`.
    unsafe { &*(c as *const coro::Coro) }
}

#[unsafe(no_mangle)]
extern "C" fn gx_knewcoro(c: usize, func: *const FuncVal, pc: usize) {
    coro::prepare(
        coro_at(c),
        sched::spawn_parked(func, pc, false, WaitReason::Coroutine),
    );
}

#[unsafe(no_mangle)]
extern "C" fn gx_kcoroswitch(c: usize) {
    coro::switch(coro_at(c))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kcoroexit(c: usize) {
    coro::exit(coro_at(c))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubblenew() {
    bubble::enter_new();
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubblerun() -> usize {
    bubble::run() as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbleleave() {
    bubble::leave();
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubblewait() -> usize {
    bubble::wait() as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubblehold() -> usize {
    bubble::hold()
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbleunhold(b: usize) {
    bubble::unhold(b);
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbleenter(b: usize) -> usize {
    usize::from(bubble::enter(b))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbleowner(p: usize) -> usize {
    bubble::owner(p) as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbleassoc(p: usize, fresh: usize) -> usize {
    bubble::associate(p, fresh) as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubbledisassoc(p: usize) {
    bubble::disassociate(p);
}

#[unsafe(no_mangle)]
extern "C" fn gx_ktimenow() {
    let (sec, nsec) = time::wall();
    sched::current()
        .ret
        .set([sec as usize, nsec as usize, time::now() as usize]);
}

#[unsafe(no_mangle)]
extern "C" fn gx_kbubblenow() -> i64 {
    bubble::clock().unwrap_or_else(time::now)
}

#[unsafe(no_mangle)]
extern "C" fn gx_ksleep(ns: i64) {
    time::sleep(ns);
}

#[unsafe(no_mangle)]
extern "C" fn gx_klearntime(start: usize, local: usize, creator: usize) {
    time::learn_time_package(start, local, creator);
}

/// The timer behind a `*timeTimer` word.
fn go_timer(t: usize) -> &'static GoTimer {
    // SAFETY: time.go passes an object that `newTimer` made; it lives through the call, and as a root while in a heap.
    unsafe { &*(t as *const GoTimer) }
}

#[unsafe(no_mangle)]
extern "C" fn gx_knewtimer(t: usize, when: i64, period: i64, c: usize, func: usize) {
    time::new_timer(go_timer(t), when, period, c, func);
}

#[unsafe(no_mangle)]
extern "C" fn gx_kstoptimer(t: usize) -> usize {
    usize::from(time::stop_timer(go_timer(t)))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kresettimer(t: usize, when: i64, period: i64) -> usize {
    usize::from(time::reset_timer(go_timer(t), when, period))
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollinit() {
    netpoll::init();
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollopen(fd: usize) -> Ret2 {
    match netpoll::open(fd as i32) {
        Ok(word) => Ret2 { a: word, b: 0 },
        Err(e) => Ret2 {
            a: 0,
            b: e.0 as usize,
        },
    }
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollclose(ctx: usize) {
    netpoll::close(netpoll::PollDesc::from_word(ctx));
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollreset(ctx: usize, mode: usize) -> usize {
    netpoll::reset(netpoll::PollDesc::from_word(ctx), mode) as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollwait(ctx: usize, mode: usize, always: usize) -> usize {
    netpoll::wait(netpoll::PollDesc::from_word(ctx), mode, flag(always)) as usize
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollsetdeadline(ctx: usize, in_ns: i64, mode: usize) {
    netpoll::set_deadline(netpoll::PollDesc::from_word(ctx), in_ns, mode);
}

#[unsafe(no_mangle)]
extern "C" fn gx_kpollunblock(ctx: usize) {
    netpoll::unblock(netpoll::PollDesc::from_word(ctx));
}

#[unsafe(no_mangle)]
extern "C" fn gx_kispolldescriptor(fd: usize) -> usize {
    usize::from(netpoll::is_poll_descriptor(fd as i32))
}
