//! The run of free slots that an allocator uses up, as those see it who ask whether a slot holds an object.
//!
//! ```text
//!   owner   opens a run: all of it counts as taken, so that taking a slot is no store that others see
//!           closes it: the bits of the slots used │ then the run │ then what others put on the slots not used is removed
//!   asker   bit?  in the run?  bit again: the run may have been closed between the first two looks
//! ```
//!
//! An asker may be told that a free slot is taken, if a run is closed or opened meanwhile; never that a taken one is free.

use crate::atomic::{AtomicUsize, Ordering::*};

/// First address and end of the open run; zeros if none is open.
#[repr(C)]
pub struct Run {
    first: AtomicUsize,
    end: AtomicUsize,
}

impl Run {
    crate::const_new! {
        /// None is open.
        pub fn new() -> Self {
            Self {
                first: AtomicUsize::new(0),
                end: AtomicUsize::new(0),
            }
        }
    }

    /// Opens a run. Who sees one half sees an empty run. By the owner.
    pub fn open(&self, first: usize, end: usize) {
        self.end.store(0, Release);
        self.first.store(first, Release);
        self.end.store(end, Release);
    }

    /// Closes the run: the bits of the slots used are set already. Who sees it closed sees them (Release). By the owner.
    pub fn close(&self) {
        self.open(0, 0);
    }

    /// First address and end of the open run, for the owner.
    pub fn bounds(&self) -> (usize, usize) {
        (self.first.load(Relaxed), self.end.load(Relaxed))
    }

    /// Whether the slot at `addr` is taken: in the run, or its bit, which is loaded with Acquire, is set.
    #[inline]
    pub fn is_taken(&self, addr: usize, bit_set: impl Fn() -> bool) -> bool {
        let in_run = || {
            let (first, end) = (self.first.load(Acquire), self.end.load(Acquire));
            addr >= first && addr < end
        };
        bit_set() || in_run() || bit_set()
    }
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn open_runs_are_taken() {
        let run = Run::new();
        let taken = |addr| run.is_taken(addr, || addr == 100);
        assert!(!taken(0) && taken(100) && !taken(200));
        run.open(200, 300);
        assert!(taken(100) && !taken(199) && taken(200) && taken(299) && !taken(300));
        assert_eq!(run.bounds(), (200, 300));
        run.close();
        assert!(taken(100) && !taken(200));
    }
}
