//! One timer, wherever it lives: in a `time.Timer`, in a poll descriptor, in the pool of sleepers.

use super::Timers;
use core::cell::Cell;
use core::sync::atomic::AtomicPtr;

/// What a timer does when its time has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Makes the goroutine `target` ready.
    Sleep = 0,
    /// Starts a goroutine with the func value `target`.
    Func = 1,
    /// Looks at the timer channel `target`.
    Chan = 2,
    /// The read deadline of the poll descriptor `target`.
    PollRead = 3,
    /// The write deadline of the poll descriptor `target`.
    PollWrite = 4,
}

/// A timer. All-zero bytes are a Sleep timer in no heap. Its Go twin is `timeTimer` in time.go.
#[repr(C)]
pub struct Timer {
    /// Set once, before the timer is first armed.
    pub kind: Cell<Kind>,
    /// In a heap.
    pub(super) heaped: Cell<bool>,
    /// Belongs to a bubble's heap and never leaves it.
    pub(super) bubbled: Cell<bool>,
    /// Place in the heap.
    pub(super) index: Cell<u32>,
    /// The heap that holds it, or held it last; null before the first time.
    pub(super) home: AtomicPtr<Timers>,
    /// Chan: when the next value is due, 0: stopped; under the channel's lock.
    pub(super) when: Cell<i64>,
    /// Nanoseconds between firings, 0: once. Chan: under the channel's lock. Func: set before arming.
    pub(super) period: Cell<i64>,
    /// The poller's generation of the deadline.
    pub seq: Cell<usize>,
    /// See `Kind`. A Go pointer for Func and Chan.
    pub target: Cell<usize>,
}

const _: () = assert!(
    size_of::<Timer>() == 48,
    "timeTimer in time.go has the same layout"
);

impl Timer {
    /// A timer in no heap.
    pub const fn new(kind: Kind, target: usize) -> Self {
        Self {
            kind: Cell::new(kind),
            heaped: Cell::new(false),
            bubbled: Cell::new(false),
            index: Cell::new(0),
            home: AtomicPtr::new(core::ptr::null_mut()),
            when: Cell::new(0),
            period: Cell::new(0),
            seq: Cell::new(0),
            target: Cell::new(target),
        }
    }
}
