//! `close(c)`.

use super::send::{SEND_ON_CLOSED, settle};
use super::{Chan, ChanRef};
use crate::sched::{self, GList, GRef};
use crate::sync::bubble;

/// Closes the channel: receivers get zero values, parked senders panic.
pub fn close(c: *mut Chan) {
    let Some(c) = ChanRef::from_word(c as usize) else {
        sched::go_panic_text("close of nil channel")
    };
    bubble::check_chan(c, "close of synctest channel from outside bubble");
    c.lock.lock();
    if c.is_closed() {
        c.lock.unlock();
        sched::go_panic_text("close of closed channel")
    }
    c.set_closed();
    let mut woken = GList::EMPTY;
    while let Some(receiver) = c.recvq.pop() {
        c.clear_elem(receiver.elem.get());
        woken.push(settle(receiver, false));
    }
    while let Some(sender) = c.sendq.pop() {
        let plain = !sender.is_select.get();
        let g = settle(sender, false);
        if plain {
            g.cont.set(Some(panic_in_sender));
        }
        woken.push(g);
    }
    c.lock.unlock();
    sched::ready_list(&mut woken);
}

/// Continuation of a parked sender whose channel was closed.
fn panic_in_sender(_: GRef) {
    sched::go_panic_text(SEND_ON_CLOSED)
}
