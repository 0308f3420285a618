//! What `sync`, `internal/sync`, `internal/poll`, `iter` and `testing/synctest` stand on.
//!
//! ```text
//!   sync.Mutex, WaitGroup, poll.fdMutex ─▶ sema    counters in Go memory, waiters in a hash table of addresses
//!   sync.Cond ──────────────────────────▶ notify   a line of waiters with numbered tickets, in the Cond itself
//!   iter.Pull ──────────────────────────▶ coro     a goroutine that runs only when its partner waits
//!   testing/synctest ───────────────────▶ bubble   goroutines with a clock of their own
//! ```
//!
//! Locks: `Sema` buckets and the word lock inside a `notifyList`; nothing is taken under them.

pub mod bubble;
pub mod coro;
mod notify;
mod sema;
mod spin;

pub use notify::{NotifyList, notify_all, notify_one, wait as notify_wait};
pub use sema::{acquire, release};
pub use spin::{can_spin, spin};

/// A goroutine of a bubble has ended.
pub use bubble::ended as bubble_goroutine_ended;
/// A goroutine was made by a goroutine of its bubble.
pub use bubble::started as bubble_goroutine_started;

/// Go pointers held by this module. Waiters keep what they wait on alive by their own stacks and `g.kargs`.
pub fn roots(visit: &mut dyn FnMut(usize)) {
    bubble::roots(visit);
}
