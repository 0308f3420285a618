//! A gate that one closes until all who went in have come out, and that many pass without ever meeting on one word.
//!
//! ```text
//!   visitor  busy := true        fence   read `closed`; if closed: busy := false, wait, again
//!   keeper   `closed` := true    fence   wait until nobody is busy … work … `closed` := false
//! ```
//!
//! Store-load pairs: either the visitor sees the gate closed, or the keeper sees the
//! visitor. What visitors wrote before they left is visible to the keeper, and the reverse after it has opened.

use crate::atomic::{AtomicU32, Ordering::*, fence};

/// What the keeper closes.
#[repr(C)]
pub struct Gate(AtomicU32);

/// A visitor's own word.
#[repr(C)]
pub struct Visitor(AtomicU32);

impl Gate {
    crate::const_new! {
        /// Open.
        pub fn new() -> Self {
            Self(AtomicU32::new(0))
        }
    }

    /// Goes in, unless the gate is closed. Who went in calls [`Visitor::leave`].
    #[inline]
    pub fn enter(&self, visitor: &Visitor) -> bool {
        visitor.0.store(1, Relaxed);
        fence(SeqCst);
        if self.0.load(Acquire) == 0 {
            return true;
        }
        visitor.0.store(0, Release);
        false
    }

    /// Whether it is closed: for those who wait to go in.
    pub fn is_closed(&self) -> bool {
        self.0.load(Relaxed) != 0
    }

    /// Closes it: from now on nobody goes in. The keeper then waits for each visitor with [`Visitor::is_in`].
    pub fn close(&self) {
        self.0.store(1, Relaxed);
        fence(SeqCst);
    }

    /// Opens it again.
    pub fn open(&self) {
        self.0.store(0, Release);
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Visitor {
    crate::const_new! {
        /// Outside.
        pub fn new() -> Self {
            Self(AtomicU32::new(0))
        }
    }

    /// Comes out.
    #[inline]
    pub fn leave(&self) {
        self.0.store(0, Release);
    }

    /// Whether the visitor is inside, or about to find the gate closed.
    pub fn is_in(&self) -> bool {
        self.0.load(Acquire) != 0
    }
}

impl Default for Visitor {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn closed_gates_turn_visitors_away() {
        let (gate, visitor) = (Gate::new(), Visitor::new());
        assert!(gate.enter(&visitor) && visitor.is_in());
        visitor.leave();
        gate.close();
        assert!(!gate.enter(&visitor) && !visitor.is_in() && gate.is_closed());
        gate.open();
        assert!(gate.enter(&visitor));
    }
}
