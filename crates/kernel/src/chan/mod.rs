//! Channels: a queue of values with two queues of goroutines.
//!
//! ```text
//!            sendq ─▶ [ Sudog ][ Sudog ]            recvq ─▶ [ Sudog ]
//!                         │ elem                              ▲ elem
//!                         ▼                                   │
//!   sender's stack ──▶ [ buffer: recv_x … send_x ) ──▶ receiver's stack
//! ```
//!
//! A value never waits when somebody is there to take it: a sender that meets a parked receiver copies straight into
//! the receiver's variable, and a receiver that meets a parked sender takes its value and makes it ready. The waker
//! does everything for the woken goroutine (result words, recycling of its `Sudog`), so that it continues in Go at once;
//! only a select has work left, which its continuation does.
//!
//! I1  `recvq` holds nobody while the buffer holds a value; `sendq` holds nobody while the buffer has room.
//! I2  A `Sudog` is in at most one queue, and `queued` says so. `g.waiting` lists the sudogs of a parked goroutine.
//! I3  Of all wakers of a select, one moves `g.select_done` from 0 to 1; only it may touch the goroutine.
//! I4  A timer channel's timer is judged under the channel's lock whenever somebody looks (`time::chan_timer`).
//!
//! Locks: the word lock in each channel, several at once in address order (select). Under them: `time` alarms.
//! Calls up: none. Absent on purpose: pointers to goroutines' stacks outside of a parked goroutine's sudogs.

mod channel;
mod close;
mod recv;
mod select;
mod send;
mod sudog;

pub use channel::{Chan, ChanRef, HEADER_BYTES, capacity, length, make};
pub use close::close;
pub use recv::{Received, recv};
pub use select::{SelectCase, select};
pub use send::{send, wake};
pub use sudog::{Sudog, SudogRef, WaitQueue};
