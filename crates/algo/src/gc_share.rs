//! May the collector use more than half of the processor time?
//!
//! For a while: under a memory limit that the live heap nearly fills, collections follow each other, and the limit is
//! worth it. Not for long: beyond a second of every processor the program gets as much as the collector, and the limit
//! gives way. A bucket holds what the collector has had beyond its half; see the memory-limit section of Go's GC guide.

/// Processor time that the collector has had beyond what the program had, ns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket(u64);

impl Bucket {
    /// Empty.
    pub const EMPTY: Self = Self(0);

    /// A cycle took `collector_ns`, the program had `program_ns` since the one before; the bucket holds `capacity_ns`.
    /// Says whether it is full: the next cycle must wait until the program has had its half.
    #[must_use]
    pub fn after_cycle(&mut self, collector_ns: u64, program_ns: u64, capacity_ns: u64) -> bool {
        let level = self
            .0
            .saturating_add(collector_ns)
            .saturating_sub(program_ns);
        self.0 = level.min(capacity_ns);
        self.0 == capacity_ns
    }
}

/// What the program must be able to allocate between two cycles, so that it gets as much time as the collector, and a
/// little more: it allocated `bytes` in `program_ns`.
pub fn room(bytes: u64, collector_ns: u64, program_ns: u64) -> u64 {
    let room = u128::from(bytes) * u128::from(collector_ns) / u128::from(program_ns.max(1));
    u64::try_from(room.saturating_add(room / 8)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_burst_is_allowed() {
        let mut bucket = Bucket::EMPTY;
        assert!(!bucket.after_cycle(600, 100, 1000));
        assert!(bucket.after_cycle(600, 100, 1000));
    }

    #[test]
    fn a_full_bucket_drains_when_the_program_gets_more() {
        let mut bucket = Bucket::EMPTY;
        assert!(bucket.after_cycle(5000, 0, 1000));
        assert!(bucket.after_cycle(100, 100, 1000));
        assert!(!bucket.after_cycle(100, 112, 1000));
        assert!(!bucket.after_cycle(0, 9999, 1000));
        assert_eq!(bucket, Bucket::EMPTY);
    }

    #[test]
    fn room_gives_both_the_same_time() {
        assert_eq!(room(100, 80, 80), 112);
        assert_eq!(room(100, 800, 100), 900);
        assert_eq!(room(u64::MAX, u64::MAX, 0), u64::MAX);
    }
}
