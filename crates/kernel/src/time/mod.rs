//! Timers: per-P heaps, `time.Sleep`, `time.Timer`, deadlines of the poller.
//!
//! ```text
//!   Sleep ─┐                                  ┌─▶ Sleep: the goroutine becomes ready
//!   Func ──┼─▶ Timers (one per P, 4-ary heap) ┼─▶ Func: a goroutine is started (time.AfterFunc)
//!   Poll ──┤      run_expired, by the P or     ├─▶ Poll: netpoll unblocks the descriptor
//!   Chan ──┘      by whoever steals            └─▶ Chan: look at the channel's timer, deliver to a receiver
//! ```
//!
//! For Sleep, Func and Poll, being in a heap *is* being armed. A channel timer is different: whether its value is there
//! depends only on the clock, so nobody needs to act before somebody looks. Its state lives under the channel's lock
//! (`chan_timer`), and the heap holds an alarm only while a goroutine waits on the channel. A timer that nobody waits
//! for therefore costs nothing and is garbage as soon as it is unreachable.
//!
//! I1  `home` names the heap whose lock guards `heaped`, `index` and the timer's place. It changes only under the lock
//!     of the old home, and only while the timer is in no heap or is moved together with its entry.
//! I2  `next` of a heap is the time of its first entry, 0 when it is empty.
//!
//! Locks: channel locks before `Timers`; nothing is called under a `Timers` lock. Calls up: `sched::ready`,
//! `sched::spawn`, `sched::wake_netpoller`, `netpoll::deadline_passed`.

mod chan_timer;
mod clock;
mod go_timer;
mod sleep;
mod timer;
mod timers;

pub use chan_timer::{arm_alarm, drop_alarm, poll_chan};
pub use clock::{GoTime, learn_time_package, now, now_for, wall, wall_ns};
pub use go_timer::{GoTimer, new_timer, reset_timer, stop_timer};
pub use sleep::sleep;
pub use timer::{Kind, Timer};
pub use timers::{
    Timers, fire_due_shuffled, has_timers, mark_job, mark_jobs, next_when_all, run_expired,
    take_all,
};
