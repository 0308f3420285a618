//! A free list of numbered nodes that everyone may push to and pop from (Treiber's stack).
//!
//! Nodes are named by their number in some table, and their links live in that table; so one word holds both the top's
//! number and a tag that counts operations. The tag is what makes `pop` safe: a node that was popped and pushed again
//! between a popper's load and its CAS leaves a different tag behind. It repeats after 2^32 operations.
//!
//! T1  A node is in at most one stack, at most once: who pushes it owns it, who pops it owns it.
//! T2  A link is written by the node's owner only, before the push that publishes it.
//!
//! Every change of `top` is an RMW, so the release sequence of a push goes on through all later changes: an Acquire load
//! that sees a node on top, whoever put it there last, happens after the push of that node.

use crate::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::atomic::{AtomicU32, AtomicU64};
use crate::const_new;

/// The table that holds the nodes' links.
pub trait Links {
    /// The link of this node; the stack alone uses it while the node is in the stack.
    fn link(&self, node: u32) -> &AtomicU32;
}

impl Links for [AtomicU32] {
    fn link(&self, node: u32) -> &AtomicU32 {
        &self[node as usize]
    }
}

/// See the module's chapter. All-zero bytes are an empty stack.
///
/// Low half: the top node's number plus one, or 0. High half: the tag. A link uses the low half's coding.
#[repr(transparent)]
pub struct Stack {
    top: AtomicU64,
}

impl Stack {
    const_new! {
        /// An empty stack.
        pub fn new() -> Self {
            Self { top: AtomicU64::new(0) }
        }
    }

    /// Pushes a node that the caller owns. Its number is below `u32::MAX`.
    pub fn push<L: Links + ?Sized>(&self, links: &L, node: u32) {
        debug_assert!(node < u32::MAX);
        let mut top = self.top.load(Relaxed); // only copied into the link, never followed here
        loop {
            links.link(node).store(top as u32, Relaxed); // published by the CAS
            // Release: the link, and all that the owner wrote to the node, come before.
            match self
                .top
                .compare_exchange_weak(top, successor(top, node + 1), Release, Relaxed)
            {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }

    /// Pops the node that was pushed last; the caller owns it then.
    pub fn pop<L: Links + ?Sized>(&self, links: &L) -> Option<u32> {
        // Acquire here and on failure: pairs with the node's push, so its link is readable.
        let mut top = self.top.load(Acquire);
        loop {
            let node = (top as u32).checked_sub(1)?;
            // Relaxed: if another popper owns the node by now and writes the link, the tag has moved and the CAS fails.
            let below = links.link(node).load(Relaxed);
            // Relaxed: this owner's access to the node is ordered by the Acquire load of `top`, whose value is confirmed;
            // the nodes below keep their pushers' release sequences.
            match self
                .top
                .compare_exchange_weak(top, successor(top, below), Relaxed, Acquire)
            {
                Ok(_) => return Some(node),
                Err(now) => top = now,
            }
        }
    }

    /// Was the stack empty a moment ago? Relaxed: a hint.
    pub fn is_empty(&self) -> bool {
        self.top.load(Relaxed) as u32 == 0
    }
}

impl Default for Stack {
    fn default() -> Self {
        Self::new()
    }
}

/// The word after `top`: the next tag with this link.
const fn successor(top: u64, link: u32) -> u64 {
    ((top >> 32) + 1) << 32 | link as u64
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::thread;

    static IN_A_STATIC: Stack = Stack::new();

    fn links(n: u32) -> Vec<AtomicU32> {
        (0..n).map(|_| AtomicU32::new(0)).collect()
    }

    #[test]
    fn last_in_first_out() {
        let links = links(3);
        (0..3).for_each(|node| IN_A_STATIC.push(&links[..], node));
        assert!(!IN_A_STATIC.is_empty());
        let popped: Vec<_> = std::iter::from_fn(|| IN_A_STATIC.pop(&links[..])).collect();
        assert_eq!((popped, IN_A_STATIC.is_empty()), (vec![2, 1, 0], true));
    }

    #[test]
    fn tag_wraps_without_touching_the_link() {
        let (stack, links) = (
            Stack {
                top: AtomicU64::new(u64::MAX << 32),
            },
            links(1),
        );
        stack.push(&links[..], 0);
        assert_eq!(
            (stack.pop(&links[..]), stack.pop(&links[..])),
            (Some(0), None)
        );
    }

    #[test]
    fn stress_no_node_has_two_owners() {
        const ROUNDS: usize = if cfg!(miri) { 300 } else { 200_000 };
        let (stack, links, owned) = (Stack::new(), links(8), links(8));
        (0..8).for_each(|node| stack.push(&links[..], node));
        let churn = || {
            for _ in 0..ROUNDS {
                if let Some(node) = stack.pop(&links[..]) {
                    assert_eq!(owned[node as usize].fetch_add(1, Relaxed), 0, "two owners");
                    owned[node as usize].fetch_sub(1, Relaxed);
                    stack.push(&links[..], node);
                }
            }
        };
        thread::scope(|s| (0..3).for_each(|_| drop(s.spawn(churn))));
        assert_eq!(std::iter::from_fn(|| stack.pop(&links[..])).count(), 8);
    }
}
