//! `v, ok := <-c`.

use super::send::{Side, park_in, wake};
use super::{Chan, ChanRef, SudogRef};
use crate::sched::{self, WaitReason};
use crate::sync::bubble;
use crate::time;

/// What a receive found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Received {
    /// Nothing yet: only without blocking.
    Nothing,
    /// A value.
    Value,
    /// The channel is closed and drained; the variable is zero.
    Closed,
}

/// Receives to `elem` (0: the value is not wanted). Parks if it must and may.
pub fn recv(c: *mut Chan, elem: usize, block: bool) -> Received {
    let Some(c) = ChanRef::from_word(c as usize) else {
        return recv_nil(block);
    };
    bubble::check_chan(c, "receive on synctest channel from outside bubble");
    if !block && !c.is_timer() && c.recv_would_wait() {
        // Closed is for ever: if it is not closed after it was empty, it was open and empty at that moment.
        if !c.is_closed() {
            return Received::Nothing;
        }
    }
    c.lock.lock();
    if c.is_timer() {
        time::poll_chan(c);
    }
    if let Some((got, sender)) = take(c, elem) {
        c.lock.unlock();
        if let Some(sender) = sender {
            wake(sender, true);
        }
        return got;
    }
    if !block {
        c.lock.unlock();
        return Received::Nothing;
    }
    if c.is_timer() {
        time::arm_alarm(c);
    }
    park_in(c, elem, Side::Recv)
}

fn recv_nil(block: bool) -> Received {
    if !block {
        return Received::Nothing;
    }
    sched::park(sched::current(), WaitReason::ChanReceiveNil, || {})
}

/// Receives from the locked channel without waiting; also the sender to wake after unlocking. `None`: nothing there.
pub(super) fn take(c: ChanRef, elem: usize) -> Option<(Received, Option<SudogRef>)> {
    if c.buffered() > 0 {
        c.buffer_take(elem);
        let sender = c.sendq.pop(); // I1: there is one only if the buffer was full
        if let Some(sender) = sender {
            c.buffer_put(sender.elem.get());
        }
        return Some((Received::Value, sender));
    }
    if let Some(sender) = c.sendq.pop() {
        c.copy_elem(elem, sender.elem.get());
        return Some((Received::Value, Some(sender)));
    }
    if c.is_closed() {
        c.clear_elem(elem);
        return Some((Received::Closed, None));
    }
    None
}
