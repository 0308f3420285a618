//! How much memory may the heap keep when part of it is free?
//!
//! Free pages that the program will need again before the next collection stay: taking them from the system once more
//! costs a fault and a clearing each. What is beyond that goes back. A tenth is kept on top, so that a heap whose size
//! sways a little does not pay for it.

/// Bytes that the heap may keep after a collection. Before it, `peak` bytes of pages sufficed for a heap that was to grow
/// to `old_goal`; the next one is to grow to `new_goal`. `u64::MAX` as a goal: there is none.
pub fn by_goal(peak: u64, old_goal: u64, new_goal: u64) -> u64 {
    if new_goal == u64::MAX {
        return u64::MAX;
    }
    let scaled = if old_goal == 0 || old_goal == u64::MAX {
        peak
    } else {
        let scaled = u128::from(peak) * u128::from(new_goal) / u128::from(old_goal);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    };
    let needed = scaled.max(new_goal);
    needed.saturating_add(needed / 10)
}

/// Bytes of pages that may have memory under a `limit` for all memory, of which `others` bytes are not pages: 5 % stay
/// free, so that allocation seldom has to give pages back itself.
pub fn by_limit(limit: u64, others: u64) -> u64 {
    (limit - limit / 20).saturating_sub(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_heap_keeps_what_it_used() {
        assert_eq!(by_goal(220, 200, 200), 242);
        assert!(by_goal(230, 200, 205) > 230);
    }

    #[test]
    fn a_heap_that_shrinks_keeps_what_it_will_need() {
        assert_eq!(by_goal(400, 400, 40), 44);
        // A collection that came early says little about what is needed.
        assert_eq!(by_goal(10, 400, 100), 110);
    }

    #[test]
    fn without_a_goal_all_stays() {
        assert_eq!(by_goal(400, u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(by_goal(400, u64::MAX, 100), 440);
        assert_eq!(by_goal(u64::MAX, 1, u64::MAX - 1), u64::MAX);
    }

    #[test]
    fn the_limit_is_kept_with_a_margin() {
        assert_eq!(by_limit(1000, 50), 900);
        assert_eq!(by_limit(1000, 5000), 0);
    }
}
