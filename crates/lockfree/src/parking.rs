//! Parking in two steps: a wake-up that comes between the announcement and the park is not lost.
//!
//! ```text
//!   sleeper   announce ─▶ tells others where it is ─▶ park           waker   wake
//!             Announced ────────────────────────────▶ Parked                 Announced ─▶ Ready    the sleeper does not park
//!             Ready ─▶ None: it goes on                                      Parked ─▶ None        the waker sets it going
//! ```
//!
//! What the waker wrote before `wake` is visible to the sleeper when it goes on, whichever way.

use crate::atomic::{AtomicU32, Ordering::*};

const NONE: u32 = 0;
const ANNOUNCED: u32 = 1;
const READY: u32 = 2;
const PARKED: u32 = 3;

/// The sleeper's word.
#[repr(C)]
pub struct Parking(AtomicU32);

/// What the waker has to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Wake {
    /// Nothing: the sleeper will find that it has been woken.
    Early,
    /// The sleeper has parked: set it going.
    Parked,
    /// There is nobody to wake.
    NotParking,
}

impl Parking {
    crate::const_new! {
        /// Nobody parks.
        pub fn new() -> Self {
            Self(AtomicU32::new(NONE))
        }
    }

    /// The sleeper will park; it may be woken from now on. One that changes its mind has told nobody, and leaves it at that.
    pub fn announce(&self) {
        self.0.store(ANNOUNCED, Release);
    }

    /// The sleeper parks: true. False if it has been woken already and goes on.
    pub fn park(&self) -> bool {
        if self.change(ANNOUNCED, PARKED) {
            return true;
        }
        self.0.store(NONE, Relaxed);
        false
    }

    /// Wakes the sleeper.
    pub fn wake(&self) -> Wake {
        loop {
            match self.0.load(Acquire) {
                ANNOUNCED if self.change(ANNOUNCED, READY) => return Wake::Early,
                PARKED if self.change(PARKED, NONE) => return Wake::Parked,
                // It has moved on meanwhile: look again.
                ANNOUNCED | PARKED => {}
                _ => return Wake::NotParking,
            }
        }
    }

    fn change(&self, from: u32, to: u32) -> bool {
        self.0.compare_exchange(from, to, AcqRel, Acquire).is_ok()
    }
}

impl Default for Parking {
    fn default() -> Self {
        Self::new()
    }
}
