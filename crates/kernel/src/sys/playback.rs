//! Time of the playground, for programs built with `-tags=faketime`: it begins at a fixed moment, stands still while
//! anything runs, and jumps to the next timer when all sleep. What goes to standard output and standard error is framed
//! with it, so that a reader can play the program back.
//!
//! ```text
//!   frame:  0 0 'P' 'B' │ time, 8 bytes │ length, 4 bytes │ data          numbers big-endian
//! ```
//!
//! Only what the program sees of time is of this kind (`time::now`): time slices, collections and traces go by the clock.

use super::{Errno, file, osyield};
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering::*};

/// 2009-11-10 23:00:00 UTC.
const BEGIN_NS: i64 = 1_257_894_000_000_000_000;
/// A writer that waits so long takes the place of one that died.
const PATIENCE: u32 = 10_000;
const HEAD_BYTES: usize = 16;

/// The time, ns since 1970; 0: the clock's.
static NOW_NS: AtomicI64 = AtomicI64::new(0);
/// Held while a frame is written.
static WRITING: AtomicBool = AtomicBool::new(false);
/// Time and descriptor of the last frame.
static LAST_NS: AtomicI64 = AtomicI64::new(0);
static LAST_FD: AtomicI64 = AtomicI64::new(0);

/// From now on time is the playground's.
pub fn begin() {
    NOW_NS.store(BEGIN_NS, Relaxed);
}

/// The time, unless it is the clock's.
#[inline]
pub fn now() -> Option<i64> {
    match NOW_NS.load(Relaxed) {
        0 => None,
        ns => Some(ns),
    }
}

/// Everybody sleeps until `when`.
pub fn jump(when: i64) {
    NOW_NS.fetch_max(when, Relaxed);
}

/// Writes `bytes` as one frame, if what goes to `fd` is framed.
#[inline]
pub(super) fn write(fd: i32, bytes: &[u8]) -> Option<Result<usize, Errno>> {
    if !(fd == 1 || fd == 2) {
        return None;
    }
    now().map(|now| write_frame(now, fd, bytes))
}

#[cold]
fn write_frame(now: i64, fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
    for _ in 0..PATIENCE {
        if !WRITING.swap(true, Acquire) {
            break;
        }
        osyield();
    }
    let ns = next_time(
        now,
        LAST_NS.load(Relaxed),
        LAST_FD.load(Relaxed) != i64::from(fd),
    );
    LAST_NS.store(ns, Relaxed);
    LAST_FD.store(i64::from(fd), Relaxed);
    let written = file::write_whole(fd, &head(ns, bytes.len())).and(file::write_whole(fd, bytes));
    WRITING.store(false, Release);
    written.map(|()| bytes.len())
}

/// The time of a frame: later than the last one's on the other descriptor, so that the two can be put in order.
fn next_time(now: i64, last: i64, other_fd: bool) -> i64 {
    now.max(last + i64::from(other_fd))
}

fn head(ns: i64, bytes: usize) -> [u8; HEAD_BYTES] {
    let mut head = *b"\0\0PB\0\0\0\0\0\0\0\0\0\0\0\0";
    head[4..12].copy_from_slice(&ns.to_be_bytes());
    head[12..].copy_from_slice(&(bytes as u32).to_be_bytes());
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_on_the_other_descriptor_is_later() {
        assert_eq!(next_time(BEGIN_NS, 0, true), BEGIN_NS);
        assert_eq!(next_time(BEGIN_NS, BEGIN_NS, false), BEGIN_NS);
        assert_eq!(next_time(BEGIN_NS, BEGIN_NS, true), BEGIN_NS + 1);
        assert_eq!(next_time(BEGIN_NS + 9, BEGIN_NS, true), BEGIN_NS + 9);
    }

    #[test]
    fn a_head_is_what_players_read() {
        let expected = [0, 0, b'P', b'B', 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4];
        assert_eq!(head(0x102, 0x304), expected);
    }
}
