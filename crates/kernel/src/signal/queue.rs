//! Signals on their way to `os/signal`.
//!
//! The handler sets a bit and wakes the one receiver; the receiver takes the bits one by one. Everything the handler
//! touches is an atomic, so it may interrupt any thread at any instruction.
//!
//!   handler ─▶ `send` ─▶ PENDING ─▶ futex ─▶ receiver's M ─▶ `take` ─▶ os/signal's loop
//!
//! The receiver is a goroutine that blocks its M in a futex (as in any blocking system call), since a signal handler
//! cannot make a goroutine ready: that takes locks.

use crate::sys;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::*};

/// Signals are numbered 1 to 64.
pub const LAST_SIGNAL: u32 = 64;

/// Signals some channel asked for; bit 0 is signal 1, as in Linux's signal sets.
static WANTED: AtomicU64 = AtomicU64::new(0);
/// Signals the program ignores.
static IGNORED: AtomicU64 = AtomicU64::new(0);
/// Signals that arrived and were not taken.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// Handlers that are between reading `WANTED` and having woken the receiver.
static DELIVERING: AtomicU32 = AtomicU32::new(0);
/// What the receiver does.
static RECEIVER: AtomicU32 = AtomicU32::new(BUSY);

/// The receiver works, or there is none.
const BUSY: u32 = 0;
/// The receiver sleeps, or is about to look at `PENDING` a last time before it does.
const ASLEEP: u32 = 1;

fn bit(signal: u32) -> u64 {
    if (1..=LAST_SIGNAL).contains(&signal) {
        1 << (signal - 1)
    } else {
        0
    }
}

/// From the signal handler: queues the signal. False if nobody asked for it.
pub fn send(signal: u32) -> bool {
    DELIVERING.fetch_add(1, SeqCst);
    let wanted = WANTED.load(SeqCst) & bit(signal) != 0;
    if wanted {
        // SeqCst with the load in `wait`: either the receiver sees the bit or this thread sees it asleep.
        PENDING.fetch_or(bit(signal), SeqCst);
        if RECEIVER
            .compare_exchange(ASLEEP, BUSY, SeqCst, SeqCst)
            .is_ok()
        {
            sys::futex_wake(&RECEIVER, 1);
        }
    }
    DELIVERING.fetch_sub(1, SeqCst);
    wanted
}

/// Takes the lowest pending signal, 0 if there is none.
pub fn take() -> u32 {
    let pending = PENDING.load(SeqCst);
    if pending == 0 {
        return 0;
    }
    let signal = pending.trailing_zeros() + 1;
    PENDING.fetch_and(!bit(signal), SeqCst);
    signal
}

/// Blocks this thread until something is pending. The caller holds no P.
pub fn wait() {
    RECEIVER.store(ASLEEP, SeqCst);
    while PENDING.load(SeqCst) == 0 && RECEIVER.load(SeqCst) == ASLEEP {
        let _ = sys::futex_wait(&RECEIVER, ASLEEP, None);
    }
    RECEIVER.store(BUSY, SeqCst);
}

/// Whether everything that arrived has reached `os/signal`'s channels: no handler is at work and the receiver is back
/// asleep.
pub fn is_idle() -> bool {
    DELIVERING.load(SeqCst) == 0 && PENDING.load(SeqCst) == 0 && RECEIVER.load(SeqCst) == ASLEEP
}

/// Whether some channel asked for the signal.
pub fn is_wanted(signal: u32) -> bool {
    WANTED.load(SeqCst) & bit(signal) != 0
}

/// Starts or stops the delivery of a signal.
pub fn set_wanted(signal: u32, on: bool) {
    set(&WANTED, signal, on);
}

/// Whether the program ignores the signal.
pub fn is_ignored(signal: u32) -> bool {
    IGNORED.load(SeqCst) & bit(signal) != 0
}

/// Notes that the program ignores the signal, or no longer does. Boot notes the signals that were ignored at start.
pub fn set_ignored(signal: u32, on: bool) {
    set(&IGNORED, signal, on);
}

fn set(word: &AtomicU64, signal: u32, on: bool) {
    if on {
        word.fetch_or(bit(signal), SeqCst);
    } else {
        word.fetch_and(!bit(signal), SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wanted_signals_are_queued_and_each_once() {
        assert!(!send(15));
        set_wanted(15, true);
        set_wanted(64, true);
        assert!(send(64) && send(15) && send(15));
        assert_eq!((take(), take(), take()), (15, 64, 0));
        set_wanted(15, false);
        set_wanted(64, false);
        assert!(!send(15) && !send(0) && !send(65));
    }
}
