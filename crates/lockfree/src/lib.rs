//! The lock-free structures of the kernel: few, small, each with its loom model.
//!
//! | module | structure | roles |
//! | --- | --- | --- |
//! | [`gate`] | a gate in front of what the keeper changes alone | one keeper, many visitors |
//! | [`introduction`] | a word that says who describes a thing in this round | one changer, many readers |
//! | [`parking`] | parking in two steps | one sleeper, one waker |
//! | [`run`] | the free slots that an allocator uses up | one owner, many askers |
//! | [`runq`] | a P's run queue: a ring and a next slot | one owner, many thieves |
//! | [`stack`] | a free list of numbered nodes | everyone |
//!
//! All-zero bytes are a valid, empty instance of each, so they can lie in zeroed memory and in statics. Words are plain
//! `usize`: what they point to is the kernel's business, so this crate needs no unsafe code of its own.
//!
//! Models: `RUSTFLAGS="--cfg loom" cargo test -p goxide-lockfree --release`.
#![cfg_attr(not(any(loom, test)), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod gate;
pub mod introduction;
pub mod parking;
pub mod run;
pub mod runq;
pub mod stack;

/// The atomics' one door: loom's under the model checker, the machine's otherwise.
pub mod atomic {
    #[cfg(not(loom))]
    pub use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
    #[cfg(loom)]
    pub use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
}

/// Declares a constructor that is `const` wherever the atomics' constructors are.
macro_rules! const_new {
    ($(#[$doc:meta])* pub fn new() -> Self $body:block) => {
        $(#[$doc])*
        #[cfg(not(loom))]
        pub const fn new() -> Self $body
        $(#[$doc])*
        #[cfg(loom)]
        pub fn new() -> Self $body
    };
}
use const_new;
