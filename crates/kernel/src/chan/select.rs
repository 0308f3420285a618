//! `select`: one of several channel operations.
//!
//! The channels are locked in address order, which every select follows, so selects never wait for each other in a circle.
//! Cases are tried in random order. If none is ready, the goroutine queues up at every channel and parks; the first
//! waker wins `select_done`, and the continuation takes the losing sudogs out again. The compiler provides both index
//! arrays (`order0`), so a select allocates nothing.

use super::recv::take;
use super::send::{SEND_ON_CLOSED, wake};
use super::{Chan, ChanRef, Received, SudogRef};
use crate::sched::{self, GRef, WaitReason};
use crate::sync::bubble;
use crate::time;
use core::ptr::null_mut;
use core::sync::atomic::Ordering::Relaxed;

/// One case as the compiler lays it out (`scase`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SelectCase {
    /// The channel, null for a nil channel: the case is never ready.
    pub chan: *mut Chan,
    /// Where the value comes from or goes to.
    pub elem: usize,
}

/// The arrays of one select statement, on the stack of its goroutine: the first `sends` cases send.
#[derive(Clone, Copy)]
struct Cases {
    cases: *mut SelectCase,
    order: *mut u16,
    sends: usize,
    len: usize,
}

impl Cases {
    fn at(&self, i: usize) -> SelectCase {
        // SAFETY: `i` comes from an order array, so it is below `len`; the arrays live in the frame that called select.
        unsafe { *self.cases.add(i) }
    }

    fn chan(&self, i: usize) -> Option<ChanRef> {
        ChanRef::from_word(self.at(i).chan as usize)
    }

    /// The order in which cases are tried; and the order in which channels are locked. Nil channels are in neither.
    #[allow(clippy::mut_from_ref)]
    fn orders(&self) -> (&mut [u16], &mut [u16]) {
        // SAFETY: the compiler provides 2·n words behind `order0` for this call alone.
        unsafe {
            (
                core::slice::from_raw_parts_mut(self.order, self.len),
                core::slice::from_raw_parts_mut(self.order.add(self.len), self.len),
            )
        }
    }
}

/// Performs one ready case, or parks until one is; returns its index and whether a value was received. Without `block`
/// and with nothing ready: -1.
pub fn select(
    cases: *mut SelectCase,
    order: *mut u16,
    sends: usize,
    recvs: usize,
    block: bool,
) -> (isize, bool) {
    let all = Cases {
        cases,
        order,
        sends,
        len: sends + recvs,
    };
    let n = arrange(&all);
    let (poll, lock) = all.orders();
    let (poll, lock) = (&poll[..n], &lock[..n]);
    lock_all(&all, lock);
    if let Some(done) = try_each(&all, poll, lock) {
        return done;
    }
    if !block {
        unlock_all(&all, lock);
        return (-1, false);
    }
    park_on_all(all, n)
}

/// Fills both order arrays; returns the number of cases with a channel.
fn arrange(all: &Cases) -> usize {
    let (poll, lock) = all.orders();
    let mut n = 0;
    for i in 0..all.len {
        let Some(c) = all.chan(i) else { continue };
        bubble::check_chan(c, "select on synctest channel from outside bubble");
        // Inside-out shuffle: after each step, the first n entries are in a uniformly random order.
        let j = (((sched::p().random() >> 32) * (n as u64 + 1)) >> 32) as usize;
        poll[n] = poll[j];
        poll[j] = i as u16;
        n += 1;
    }
    // From the random order, so that cases on the same channel queue up in a random order too.
    lock[..n].copy_from_slice(&poll[..n]);
    lock[..n].sort_unstable_by_key(|&i| all.at(usize::from(i)).chan as usize);
    n
}

/// The distinct channels along the lock order, calling `f` once for each. The arrays are not read any more when it is called
/// for the last one, even if several cases have that channel.
fn each_chan(all: &Cases, lock: &[u16], mut f: impl FnMut(ChanRef)) {
    let mut found = None;
    for &i in lock {
        let next = all.chan(usize::from(i));
        if next != found
            && let Some(c) = core::mem::replace(&mut found, next)
        {
            f(c);
        }
    }
    found.into_iter().for_each(f);
}

fn lock_all(all: &Cases, lock: &[u16]) {
    each_chan(all, lock, |c| c.lock.lock());
}

fn unlock_all(all: &Cases, lock: &[u16]) {
    each_chan(all, lock, |c| c.lock.unlock());
}

/// Looks at the cases in random order; performs the first that is ready and unlocks everything.
fn try_each(all: &Cases, poll: &[u16], lock: &[u16]) -> Option<(isize, bool)> {
    for &i in poll {
        let i = usize::from(i);
        let c = all.chan(i)?;
        let done = if i < all.sends {
            try_send(all, c, i, lock)
        } else {
            try_recv(all, c, i, lock)
        };
        if done.is_some() {
            return done;
        }
    }
    None
}

fn try_send(all: &Cases, c: ChanRef, i: usize, lock: &[u16]) -> Option<(isize, bool)> {
    let elem = all.at(i).elem;
    if c.is_closed() {
        unlock_all(all, lock);
        sched::go_panic_text(SEND_ON_CLOSED)
    }
    if let Some(receiver) = c.recvq.pop() {
        c.copy_elem(receiver.elem.get(), elem);
        unlock_all(all, lock);
        wake(receiver, true);
        return Some((i as isize, false));
    }
    if c.buffered() < c.cap() {
        c.buffer_put(elem);
        unlock_all(all, lock);
        return Some((i as isize, false));
    }
    None
}

fn try_recv(all: &Cases, c: ChanRef, i: usize, lock: &[u16]) -> Option<(isize, bool)> {
    if c.is_timer() {
        time::poll_chan(c);
    }
    let (got, sender) = take(c, all.at(i).elem)?;
    unlock_all(all, lock);
    if let Some(sender) = sender {
        wake(sender, true);
    }
    Some((i as isize, got == Received::Value))
}

/// Queues the goroutine at every channel (all are locked) and parks it.
fn park_on_all(all: Cases, n: usize) -> ! {
    let g = sched::current();
    let lock = &all.orders().1[..n];
    let mut chain = None;
    let mut durable = n != 0;
    for &i in lock.iter().rev() {
        let i = usize::from(i);
        let Some(c) = all.chan(i) else { continue };
        durable &= c.is_bubbled();
        let sg = SudogRef::take(g);
        sg.is_select.set(true);
        sg.elem.set(all.at(i).elem);
        sg.c.set(c.word());
        sg.case.set(i as u32);
        sg.waitlink.set(chain);
        chain = Some(sg);
        enqueue(&all, c, sg);
    }
    g.waiting.set(chain.map_or(null_mut(), SudogRef::as_ptr));
    g.select_done.store(0, Relaxed);
    g.wait_data.set([
        all.cases as usize,
        all.order as usize,
        all.sends | all.len << 32,
        n,
    ]);
    let reason = match (n, durable) {
        (0, _) => WaitReason::SelectNoCases,
        (_, false) => WaitReason::Select,
        (_, true) => WaitReason::SynctestSelect,
    };
    // The goroutine may run on another M after the first unlock, but its continuation locks all channels before it
    // touches anything, so the arrays stay valid until the last unlock, and `each_chan` does not read them after that.
    sched::park_then(g, reason, finish, move || {
        unlock_all(&all, &all.orders().1[..n])
    })
}

fn enqueue(all: &Cases, c: ChanRef, sg: SudogRef) {
    if (sg.case.get() as usize) < all.sends {
        c.sendq.push(sg);
        return;
    }
    c.recvq.push(sg);
    if c.is_timer() {
        time::arm_alarm(c);
    }
}

/// Continuation of a woken select: leaves the other queues, then reports the case that won.
fn finish(g: GRef) {
    let [cases, order, counts, n] = g.wait_data.get();
    let all = Cases {
        cases: cases as *mut SelectCase,
        order: order as *mut u16,
        sends: counts & 0xffff_ffff,
        len: counts >> 32,
    };
    let lock = &all.orders().1[..n];
    let winner = SudogRef::from_ptr(g.ret.get()[0] as *mut _);
    lock_all(&all, lock);
    let mut at = SudogRef::from_ptr(g.waiting.replace(null_mut()));
    let (mut case, mut success) = (-1isize, false);
    while let Some(sg) = at {
        at = sg.waitlink.get();
        if Some(sg) == winner {
            (case, success) = (sg.case.get() as isize, sg.success.get());
        } else {
            dequeue(&all, sg);
        }
        sg.recycle();
    }
    unlock_all(&all, lock);
    if case < 0 {
        crate::throw!("selectgo: bad wakeup");
    }
    let sent = (case as usize) < all.sends;
    if sent && !success {
        sched::go_panic_text(SEND_ON_CLOSED)
    }
    g.set_ret(0, case as usize);
    g.set_ret(1, usize::from(success && !sent));
}

fn dequeue(all: &Cases, sg: SudogRef) {
    let Some(c) = ChanRef::from_word(sg.c.get()) else {
        return;
    };
    if (sg.case.get() as usize) < all.sends {
        c.sendq.remove(sg);
        return;
    }
    c.recvq.remove(sg);
    if c.is_timer() {
        time::drop_alarm(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrays_are_left_alone_once_the_last_channel_is_unlocked() {
        // Only the addresses count: two channels, the second in three cases, and what the stack is used for afterwards.
        let [a, b, later] = [0x1000, 0x2000, 0x3000];
        let case = |chan: usize| SelectCase {
            chan: chan as *mut Chan,
            elem: 0,
        };
        let mut cases = [b, a, b, b].map(case);
        let mut order = [0, 1, 2, 3, 1, 0, 2, 3];
        let all = Cases {
            cases: cases.as_mut_ptr(),
            order: order.as_mut_ptr(),
            sends: 0,
            len: 4,
        };
        let mut seen = Vec::new();
        each_chan(&all, &[1, 0, 2, 3], |c| {
            seen.push(c.word());
            if c.word() == b {
                // SAFETY: the four cases of the array above, which nothing borrows.
                (0..4).for_each(|i| unsafe { *all.cases.add(i) = case(later) });
            }
        });
        assert_eq!(seen, [a, b]);
    }
}
