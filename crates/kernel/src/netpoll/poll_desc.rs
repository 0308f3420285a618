//! One descriptor that goroutines may wait for.

use super::epoll;
use crate::mem::meta::Pool;
use crate::prim::WordLock;
use crate::sched::{self, GRef, WaitReason};
use crate::sys::Errno;
use crate::time::{Kind, Timer};
use core::cell::Cell;
use core::ptr::null_mut;

/// What `internal/poll` expects as results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum PollError {
    /// Go on.
    None = 0,
    /// The descriptor is being closed.
    Closing = 1,
    /// The deadline has passed.
    Timeout = 2,
    /// The poller cannot wait for this kind of file.
    NotPollable = 3,
}

/// One direction of a descriptor.
pub(super) struct Direction {
    /// An edge came that nobody has used.
    pub ready: Cell<bool>,
    /// The goroutine that waits.
    pub waiter: Cell<*mut sched::G>,
    /// When waiting ends: 0 never, negative: it has.
    pub deadline: Cell<i64>,
    /// Generation of the deadline: an older one's timer has no effect.
    pub seq: Cell<usize>,
    /// Fires at the deadline.
    pub timer: Timer,
}

/// A descriptor. Type-stable kernel memory: a late event or timer always meets a `PollDesc`.
pub struct PollDesc {
    /// Link of the free list.
    _pool_link: Cell<usize>,
    pub(super) lock: WordLock,
    pub(super) fd: Cell<i32>,
    /// Generation of the descriptor (16 bits), see N2.
    pub(super) generation: Cell<u16>,
    pub(super) closing: Cell<bool>,
    /// epoll reported an error condition for it.
    pub(super) event_error: Cell<bool>,
    pub(super) read: Direction,
    pub(super) write: Direction,
}

static POOL: Pool<PollDesc> = Pool::new();

impl PollDesc {
    /// The descriptor behind the word that `open` returned.
    pub fn from_word(word: usize) -> &'static Self {
        // SAFETY: internal/poll hands back what `open` returned; descriptors are never unmapped.
        unsafe { &*(word as *const Self) }
    }

    pub(super) fn word(&self) -> usize {
        self as *const Self as usize
    }

    /// The direction that internal/poll calls 'r' or 'w'.
    pub(super) fn direction(&self, mode: usize) -> &Direction {
        if mode == usize::from(b'r') {
            &self.read
        } else {
            &self.write
        }
    }

    /// Why waiting is pointless. Under the lock.
    fn error(&self, mode: usize) -> PollError {
        if self.closing.get() {
            PollError::Closing
        } else if self.direction(mode).deadline.get() < 0 {
            PollError::Timeout
        } else if mode == usize::from(b'r') && self.event_error.get() {
            PollError::NotPollable
        } else {
            PollError::None
        }
    }

    /// Takes the waiter of a direction out, to be made ready with `result`. Under the lock.
    pub(super) fn take_waiter(&self, d: &Direction, result: PollError) -> Option<GRef> {
        let g = GRef::from_ptr(d.waiter.replace(null_mut()))?;
        epoll::count_waiter(-1);
        g.set_ret(0, result as usize);
        Some(g)
    }

    /// An event for a direction: its waiter goes on, or the next one will. Under the lock.
    pub(super) fn edge(&self, d: &Direction) -> Option<GRef> {
        let woken = self.take_waiter(d, PollError::None);
        d.ready.set(woken.is_none());
        woken
    }
}

/// Registers `fd`; the descriptor's word, or the error number.
pub fn open(fd: i32) -> Result<usize, Errno> {
    // SAFETY: the pool's memory holds a PollDesc; zero bytes are one.
    let d: &'static PollDesc = unsafe { &*POOL.get() };
    d.lock.lock();
    d.fd.set(fd);
    d.closing.set(false);
    d.event_error.set(false);
    for (dir, kind) in [(&d.read, Kind::PollRead), (&d.write, Kind::PollWrite)] {
        dir.ready.set(false);
        dir.waiter.set(null_mut());
        dir.deadline.set(0);
        dir.seq.set(dir.seq.get() + 1);
        dir.timer.kind.set(kind);
        dir.timer.target.set(d.word());
    }
    d.lock.unlock();
    match epoll::add(d) {
        Ok(()) => Ok(d.word()),
        Err(e) => {
            recycle(d);
            Err(e)
        }
    }
}

/// Forgets the descriptor. It was unblocked before.
pub fn close(d: &'static PollDesc) {
    if !d.closing.get() {
        crate::throw!("runtime: close polldesc w/o unblock");
    }
    epoll::remove(d);
    recycle(d);
}

fn recycle(d: &'static PollDesc) {
    d.lock.lock();
    d.generation.set(d.generation.get().wrapping_add(1));
    d.lock.unlock();
    POOL.put(d as *const PollDesc as *mut PollDesc);
}

/// Before an operation: forgets an edge that an earlier one has used up.
pub fn reset(d: &PollDesc, mode: usize) -> PollError {
    d.lock.lock();
    let error = d.error(mode);
    if error == PollError::None {
        d.direction(mode).ready.set(false);
    }
    d.lock.unlock();
    error
}

/// Waits until the direction is ready, its deadline passes or the descriptor is closed. With `always`, only an edge or
/// `unblock` ends the wait.
pub fn wait(d: &'static PollDesc, mode: usize, always: bool) -> PollError {
    d.lock.lock();
    let error = d.error(mode);
    let dir = d.direction(mode);
    if error != PollError::None && !always {
        d.lock.unlock();
        return error;
    }
    if dir.ready.replace(false) {
        d.lock.unlock();
        return PollError::None;
    }
    if !dir.waiter.get().is_null() {
        crate::throw!("runtime: double wait");
    }
    let g = sched::current();
    dir.waiter.set(g.as_ptr());
    epoll::count_waiter(1);
    sched::park(g, WaitReason::IoWait, || d.lock.unlock())
}

/// The descriptor is being closed: everybody who waits goes on with an error, nobody waits any more.
pub fn unblock(d: &PollDesc) {
    d.lock.lock();
    if d.closing.replace(true) {
        crate::throw!("runtime: unblock on closing polldesc");
    }
    let woken = [&d.read, &d.write].map(|dir| {
        dir.seq.set(dir.seq.get() + 1);
        dir.timer.disarm();
        dir.ready.set(false);
        d.take_waiter(dir, PollError::Closing)
    });
    d.lock.unlock();
    woken.into_iter().flatten().for_each(sched::ready);
}
