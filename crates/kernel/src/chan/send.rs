//! `c <- v`.

use super::{Chan, ChanRef, SudogRef};
use crate::sched::{self, GRef, WaitReason};
use crate::sync::bubble;

/// Text of the panic when a send meets a closed channel.
pub(super) const SEND_ON_CLOSED: &str = "send on closed channel";

/// Sends the value at `elem`; false: it would have to wait, and may not. Parks if it may.
pub fn send(c: *mut Chan, elem: usize, block: bool) -> bool {
    let Some(c) = ChanRef::from_word(c as usize) else {
        return send_nil(block);
    };
    bubble::check_chan(c, "send on synctest channel from outside bubble");
    // A closed channel never opens again, so: not closed now means it was not closed when it was full.
    if !block && c.send_would_wait() && !c.is_closed() {
        return false;
    }
    c.lock.lock();
    if c.is_closed() {
        c.lock.unlock();
        sched::go_panic_text(SEND_ON_CLOSED)
    }
    if let Some(receiver) = c.recvq.pop() {
        c.copy_elem(receiver.elem.get(), elem);
        c.lock.unlock();
        wake(receiver, true);
        return true;
    }
    if c.buffered() < c.cap() {
        c.buffer_put(elem);
        c.lock.unlock();
        return true;
    }
    if !block {
        c.lock.unlock();
        return false;
    }
    park_in(c, elem, Side::Send)
}

fn send_nil(block: bool) -> bool {
    if !block {
        return false;
    }
    sched::park(sched::current(), WaitReason::ChanSendNil, || {})
}

/// Which queue a goroutine parks in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Among the senders.
    Send,
    /// Among the receivers.
    Recv,
}

/// Parks the current goroutine on the locked channel; the waker completes the operation.
pub(super) fn park_in(c: ChanRef, elem: usize, side: Side) -> ! {
    let g = sched::current();
    let sg = SudogRef::take(g);
    sg.elem.set(elem);
    sg.c.set(c.word());
    g.waiting.set(sg.as_ptr());
    let (queue, reason) = match (side, c.is_bubbled()) {
        (Side::Send, false) => (&c.sendq, WaitReason::ChanSend),
        (Side::Send, true) => (&c.sendq, WaitReason::SynctestChanSend),
        (Side::Recv, false) => (&c.recvq, WaitReason::ChanReceive),
        (Side::Recv, true) => (&c.recvq, WaitReason::SynctestChanReceive),
    };
    queue.push(sg);
    sched::park(g, reason, move || c.lock.unlock())
}

/// Lets the goroutine of a dequeued sudog go on: its operation is done (`success`) or the channel was closed.
/// The result word of a receive is `success`; a select's continuation finds its sudog there.
pub fn wake(sg: SudogRef, success: bool) {
    let g = settle(sg, success);
    sched::ready(g);
}

/// `wake` without making the goroutine ready.
pub(super) fn settle(sg: SudogRef, success: bool) -> GRef {
    let g = sg.owner();
    sg.success.set(success);
    if sg.is_select.get() {
        g.set_ret(0, sg.as_ptr() as usize);
    } else {
        g.set_ret(0, usize::from(success));
        g.waiting.set(core::ptr::null_mut());
        sg.recycle();
    }
    g
}
