//! The goxide kernel: the Go runtime's state and decisions.
//!
//! A call normally goes down this list; a call up is named in the caller's header.
//! `boot` → `chan sync time netpoll panic signal` → `sched` → `gc stack types unwind` → `mem` → `stats` → `prim` →
//! `sys arch` → crates `lockfree algo abi`.

#![cfg_attr(not(test), no_std)]

pub mod arch;
pub mod boot;
pub mod chan;
pub mod debug;
pub mod entry;
pub mod gc;
pub mod mem;
pub mod netpoll;
pub mod panic;
pub mod prim;
pub mod profile;
pub mod sched;
pub mod signal;
pub mod stack;
pub mod stats;
pub mod sync;
pub mod sys;
pub mod time;
pub mod trace;
pub mod types;
pub mod unwind;
