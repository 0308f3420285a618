//! The epoll instance, and the eventfd that ends a wait early.

use super::PollDesc;
use crate::prim::{Lock, Rank};
use crate::sched::GList;
use crate::sys::{self, EpollEvent, Errno};
use crate::throw;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering::*};

const EPOLLIN: u32 = 0x1;
const EPOLLOUT: u32 = 0x4;
const EPOLLERR: u32 = 0x8;
const EPOLLHUP: u32 = 0x10;
const EPOLLRDHUP: u32 = 0x2000;
const EPOLLET: u32 = 1 << 31;
const ADD: usize = 1;
const DELETE: usize = 2;

/// Events taken by one system call.
const BATCH: usize = 128;
/// The data word of the eventfd. No descriptor has it.
const BREAK: u64 = 0;

/// -1 until `init`.
static EPOLL: AtomicI32 = AtomicI32::new(-1);
static EVENT: AtomicI32 = AtomicI32::new(-1);
/// Serialises `init`.
static INIT: Lock<()> = Lock::new(Rank::NetPollDesc, ());
/// Goroutines parked in descriptors.
static WAITERS: AtomicU32 = AtomicU32::new(0);
/// The system knows time-outs in milliseconds only.
static COARSE: AtomicBool = AtomicBool::new(false);
/// A break is under way and has not been seen: no need for another.
static BREAKING: AtomicBool = AtomicBool::new(false);

/// Makes the epoll instance, once.
pub fn init() {
    if initialised() {
        return;
    }
    let guard = INIT.lock();
    if !initialised() {
        create();
    }
    guard.release();
}

fn create() {
    let (epfd, event) = match (sys::epoll_create(), sys::eventfd()) {
        (Ok(p), Ok(e)) => (p, e),
        (Err(e), _) => throw!(
            "runtime: netpollinit failed: epollcreate failed with {}",
            e.0
        ),
        (_, Err(e)) => throw!("runtime: netpollinit failed: eventfd failed with {}", e.0),
    };
    let mut ev = EpollEvent {
        events: EPOLLIN,
        data: BREAK,
    };
    if let Err(e) = sys::epoll_ctl(epfd, ADD, event, &mut ev) {
        throw!("runtime: netpollinit failed: epollctl failed with {}", e.0);
    }
    EVENT.store(event, Relaxed);
    EPOLL.store(epfd, Release);
}

/// Whether `init` has run.
pub fn initialised() -> bool {
    EPOLL.load(Acquire) >= 0
}

/// Whether `fd` belongs to the poller itself.
pub fn is_poll_descriptor(fd: i32) -> bool {
    initialised() && (fd == EPOLL.load(Relaxed) || fd == EVENT.load(Relaxed))
}

/// Whether some goroutine waits for a descriptor.
pub fn any_waiters() -> bool {
    WAITERS.load(Acquire) > 0
}

pub(super) fn count_waiter(delta: i32) {
    WAITERS.fetch_add(delta as u32, AcqRel);
}

/// The word that events of `d` carry: address and generation.
fn tag(d: &PollDesc) -> u64 {
    d.word() as u64 | u64::from(d.generation.get()) << 48
}

pub(super) fn add(d: &PollDesc) -> Result<(), Errno> {
    let mut ev = EpollEvent {
        events: EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        data: tag(d),
    };
    sys::epoll_ctl(EPOLL.load(Relaxed), ADD, d.fd.get(), &mut ev)
}

pub(super) fn remove(d: &PollDesc) {
    let mut ev = EpollEvent { events: 0, data: 0 };
    let _ = sys::epoll_ctl(EPOLL.load(Relaxed), DELETE, d.fd.get(), &mut ev);
}

/// Ends the current or the next blocking `poll` early.
pub fn break_wait() {
    if BREAKING.swap(true, AcqRel) {
        return;
    }
    loop {
        match sys::write(EVENT.load(Relaxed), &1u64.to_ne_bytes()) {
            Err(Errno::EINTR) => continue,
            _ => return, // EAGAIN: the counter is full, so the poller will wake anyway
        }
    }
}

/// Collects goroutines whose descriptors are ready; waits up to `delay_ns` for the first (negative: for ever, 0: not at
/// all). Their state is still Waiting.
pub fn poll(delay_ns: i64, ready: &mut GList) {
    if !initialised() {
        return;
    }
    let mut events = [EpollEvent { events: 0, data: 0 }; BATCH];
    let n = loop {
        match wait_events(&mut events, delay_ns) {
            Ok(n) => break n,
            Err(Errno::EINTR) if delay_ns < 0 => {}
            Err(Errno::EINTR) => return, // the caller looks at the clock again
            Err(e) => throw!("runtime: netpoll failed: epollwait failed with {}", e.0),
        }
    };
    for ev in &events[..n] {
        match ev.data {
            BREAK => take_break(delay_ns),
            data => dispatch(data, ev.events, ready),
        }
    }
}

/// Waits with the precision that the system offers.
fn wait_events(events: &mut [EpollEvent], delay_ns: i64) -> Result<usize, Errno> {
    let epfd = EPOLL.load(Relaxed);
    if delay_ns > 0 && !COARSE.load(Relaxed) {
        match sys::epoll_wait_ns(epfd, events, delay_ns) {
            Err(Errno::ENOSYS) => COARSE.store(true, Relaxed),
            done => return done,
        }
    }
    sys::epoll_wait(epfd, events, timeout_ms(delay_ns))
}

/// Milliseconds, rounded up: a timer must not find its time not yet come.
fn timeout_ms(delay_ns: i64) -> i32 {
    match delay_ns {
        d if d < 0 => -1,
        d => ((d as u64).div_ceil(1_000_000)).min(1_000_000_000) as i32,
    }
}

/// Only the blocking poller takes the token: a passing one would steal the wake from it.
fn take_break(delay_ns: i64) {
    if delay_ns != 0 {
        let mut count = [0; 8];
        let _ = sys::read(EVENT.load(Relaxed), &mut count);
        BREAKING.store(false, Release);
    }
}

fn dispatch(data: u64, bits: u32, ready: &mut GList) {
    let d = PollDesc::from_word((data & ((1 << 48) - 1)) as usize);
    d.lock.lock();
    if u64::from(d.generation.get()) == data >> 48 && !d.closing.get() {
        d.event_error.set(bits == EPOLLERR);
        if bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR) != 0 {
            d.edge(&d.read).into_iter().for_each(|g| ready.push(g));
        }
        if bits & (EPOLLOUT | EPOLLHUP | EPOLLERR) != 0 {
            d.edge(&d.write).into_iter().for_each(|g| ready.push(g));
        }
    }
    d.lock.unlock();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_round_up() {
        assert_eq!(timeout_ms(-1), -1);
        assert_eq!(timeout_ms(0), 0);
        assert_eq!(timeout_ms(1), 1);
        assert_eq!(timeout_ms(1_000_000), 1);
        assert_eq!(timeout_ms(1_000_001), 2);
        assert_eq!(timeout_ms(i64::MAX), 1_000_000_000);
    }

    #[test]
    fn a_break_ends_a_blocking_poll() {
        init();
        break_wait();
        let mut none = GList::EMPTY;
        poll(-1, &mut none);
        assert!(!BREAKING.load(Relaxed));
    }
}
