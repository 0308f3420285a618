//! One word of a thing that changes, which is to be described once in every round: by whoever is about to change it, or by
//! a reader that takes its time.
//!
//! ```text
//!   changer   introduce(n), describes it if that says so … changes the state … wait_for_reader() … uses what is read
//!   reader    seen := look()   reads the state   hold(seen, n): the state was that one since the round began
//!             … describes it, and reads what nobody uses meanwhile … release()
//! ```
//!
//! The word is `2 n` once the thing has been described in round n, and `2 n + 1` while a reader holds it. Rounds count
//! upwards. A change comes after `introduce`, so a reader that has seen the new state fails in `hold`.

use crate::atomic::{AtomicU64, Ordering::*};

/// See the module. A thing has one changer at a time.
#[repr(C)]
pub struct Introduction(AtomicU64);

impl Introduction {
    crate::const_new! {
        /// Described in round 0, which is none.
        pub fn new() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    /// The thing is new in `round`, or is described while nobody changes or reads it.
    pub fn set(&self, round: u64) {
        self.0.store(2 * round, Release);
    }

    /// The changer: whether it has to describe the thing, as it still is.
    #[inline]
    pub fn introduce(&self, round: u64) -> bool {
        let seen = self.0.load(Acquire);
        seen / 2 != round && self.exchange(seen, 2 * round)
    }

    /// The reader, before it reads the state: what [`Self::hold`] wants.
    pub fn look(&self) -> u64 {
        self.0.load(Acquire)
    }

    /// The reader: whether it has to describe the thing, in the state that it has read. Until [`Self::release`] the changer
    /// does not get beyond [`Self::wait_for_reader`].
    pub fn hold(&self, seen: u64, round: u64) -> bool {
        seen / 2 != round && self.exchange(seen, 2 * round + 1)
    }

    /// Ends a hold.
    pub fn release(&self, round: u64) {
        self.set(round);
    }

    /// Whether a reader holds the thing.
    pub fn is_held(&self) -> bool {
        self.0.load(Acquire) % 2 == 1
    }

    /// The changer, before it uses what readers read: waits with `pause` while one is at it.
    #[inline]
    pub fn wait_for_reader(&self, pause: impl Fn()) {
        while self.is_held() {
            pause();
        }
    }

    fn exchange(&self, seen: u64, to: u64) -> bool {
        // Release: what the changer did before is visible with the new word; Acquire: and the reverse.
        self.0.compare_exchange(seen, to, AcqRel, Acquire).is_ok()
    }
}

impl Default for Introduction {
    fn default() -> Self {
        Self::new()
    }
}
