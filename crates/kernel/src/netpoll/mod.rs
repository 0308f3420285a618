//! The network poller: goroutines wait for descriptors, one M waits for all of them in epoll.
//!
//! ```text
//!   internal/poll ─▶ open, reset, wait, set_deadline, unblock, close ─▶ PollDesc (one per descriptor)
//!                                                                          ▲ ready, deadline passed
//!   sched (find work, idle M, sysmon) ─▶ poll(delay) ─▶ epoll_wait ────────┘
//! ```
//!
//! Descriptors are registered edge-triggered, once, for both directions. An edge that nobody waits for is remembered in
//! the descriptor, so a wait that follows returns at once.
//!
//! N1  A descriptor's state changes under its lock only; whoever takes a waiter out of it makes it ready afterwards.
//! N2  Events carry the descriptor's generation, which `close` raises: an event of a former life is dropped.
//!
//! Locks: `PollDesc::lock` before `Timers`. Calls up: `sched::ready`.

mod deadline;
mod epoll;
mod poll_desc;

pub use deadline::{deadline_passed, set_deadline};
pub use epoll::{any_waiters, break_wait, init, initialised, is_poll_descriptor, poll};
pub use poll_desc::{PollDesc, PollError, close, open, reset, unblock, wait};
