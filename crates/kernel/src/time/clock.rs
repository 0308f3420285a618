//! What time it is for a goroutine or timer, and `time.Time` values as package time lays them out.

use super::Timer;
use crate::prim::Racy;
use crate::sync::bubble;
use crate::sys::{self, playback};
use crate::unwind;

/// Addresses of what time.go knows of package time: its start time, and `time.Local`; and the code that counts as the
/// creator of goroutines that timers start. Written before the first timer is made.
static TIME_PACKAGE: Racy<[usize; 3]> = Racy::new([0; 3]);

/// Tells the kernel where the Go side keeps what a `time.Time` is made of.
pub fn learn_time_package(start: usize, local: usize, creator: usize) {
    // The creator is shown where its `go` statement is: on the line behind `func`.
    let shown = unwind::find_func(creator).and_then(|f| f.pc_of_line(f.start_line() + 1));
    TIME_PACKAGE.set([start, local, shown.unwrap_or(creator)]);
}

/// The creator PC of goroutines that a timer starts.
pub(super) fn func_timer_pc() -> usize {
    TIME_PACKAGE.get()[2] + 1
}

/// Package time's start time and local time zone.
fn time_package() -> (i64, usize) {
    match TIME_PACKAGE.get() {
        [0, ..] => (0, 0),
        // SAFETY: addresses of words in the Go side's variable `timePackage`.
        [start, local, _] => unsafe { (*(start as *const i64), *(local as *const usize)) },
    }
}

/// Monotonic time as the program sees it, ns.
#[inline]
pub fn now() -> i64 {
    playback::now().unwrap_or_else(sys::nanotime)
}

/// Seconds and nanoseconds since 1970 as the program sees them.
pub fn wall() -> (i64, i32) {
    match playback::now() {
        Some(ns) => (ns / NS, (ns % NS) as i32),
        None => sys::walltime(),
    }
}

/// The same in nanoseconds.
pub fn wall_ns() -> i64 {
    let (sec, nsec) = wall();
    sec * NS + i64::from(nsec)
}

/// The clock that `t` runs on.
pub fn now_for(t: &Timer) -> i64 {
    bubble::clock_of(t).unwrap_or_else(now)
}

/// `time.Time`: wall word, ext, location.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GoTime {
    wall: u64,
    ext: i64,
    loc: usize,
}

const NS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// Seconds from year 1 to 1970, and from year 1 to 1885 where the wall word begins.
const UNIX_TO_INTERNAL: i64 = (1969 * 365 + 1969 / 4 - 1969 / 100 + 1969 / 400) * DAY;
const WALL_TO_INTERNAL: i64 = (1884 * 365 + 1884 / 4 - 1884 / 100 + 1884 / 400) * DAY;
const HAS_MONOTONIC: u64 = 1 << 63;
const NSEC_BITS: u32 = 30;

impl GoTime {
    /// The time at which `t` was due, which is not later than now on its clock.
    pub fn at(t: &Timer, when: i64) -> Self {
        let (start, loc) = time_package();
        if bubble::clock_of(t).is_some() {
            // Times of a bubble have no monotonic reading.
            let (sec, nsec) = (when.div_euclid(NS), when.rem_euclid(NS));
            return Self {
                wall: nsec as u64,
                ext: sec + UNIX_TO_INTERNAL,
                loc,
            };
        }
        let (sec, nsec) = wall_at(wall(), now() - when);
        Self::encode(sec, nsec, when - start, loc)
    }

    fn encode(sec: i64, nsec: i64, mono: i64, loc: usize) -> Self {
        let since_wall = sec + UNIX_TO_INTERNAL - WALL_TO_INTERNAL;
        if since_wall as u64 >> 33 != 0 {
            return Self {
                wall: nsec as u64,
                ext: sec + UNIX_TO_INTERNAL,
                loc,
            };
        }
        Self {
            wall: HAS_MONOTONIC | (since_wall as u64) << NSEC_BITS | nsec as u64,
            ext: mono,
            loc,
        }
    }
}

/// The wall clock `ago` nanoseconds before it read `now`.
fn wall_at((sec, nsec): (i64, i32), ago: i64) -> (i64, i64) {
    let ns = i64::from(nsec) - ago % NS;
    (sec - ago / NS + ns.div_euclid(NS), ns.rem_euclid(NS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_goes_back_over_the_second() {
        assert_eq!(wall_at((100, 5), 10), (99, 999_999_995));
        assert_eq!(wall_at((100, 5), 2_000_000_005), (98, 0));
        assert_eq!(wall_at((100, 5), 0), (100, 5));
    }

    #[test]
    fn encodes_as_package_time_does() {
        // time.Date(2009, 11, 10, 23, 0, 0, 7, UTC) seen as a reading of the clock.
        let t = GoTime::encode(1_257_894_000, 7, 42, 9);
        assert_eq!(t.wall >> 63, 1);
        assert_eq!(t.wall & ((1 << NSEC_BITS) - 1), 7);
        let sec = (t.wall << 1 >> (NSEC_BITS + 1)) as i64 + WALL_TO_INTERNAL;
        assert_eq!(sec, 63_393_490_800);
        assert_eq!((t.ext, t.loc), (42, 9));
        assert_eq!(GoTime::encode(10_000_000_000, 7, 42, 9).wall, 7);
    }
}
