//! Deadlines of descriptors.

use super::{PollDesc, PollError};
use crate::{sched, time};
use core::cell::Cell;

/// Sets the deadline `in_ns` nanoseconds from now for the directions of `mode` ('r', 'w' or their sum): 0 none, negative:
/// at once.
pub fn set_deadline(d: &PollDesc, in_ns: i64, mode: usize) {
    let at = if in_ns > 0 {
        time::now().saturating_add(in_ns)
    } else {
        in_ns
    };
    let both = usize::from(b'r') + usize::from(b'w');
    d.lock.lock();
    if d.closing.get() {
        return d.lock.unlock();
    }
    let mut woken = [None; 2];
    for ((dir, name), woken) in [(&d.read, b'r'), (&d.write, b'w')]
        .into_iter()
        .zip(&mut woken)
    {
        if mode != both && mode != usize::from(name) {
            continue;
        }
        next_generation(&dir.seq);
        dir.deadline.set(at);
        dir.timer.disarm(); // before its `seq` changes: an expiry that is under way keeps the old one
        if at > 0 {
            dir.timer.seq.set(dir.seq.get());
            dir.timer.arm(at);
        }
        if at < 0 {
            *woken = d.take_waiter(dir, PollError::Timeout);
        }
    }
    d.lock.unlock();
    woken.into_iter().flatten().for_each(sched::ready);
}

fn next_generation(seq: &Cell<usize>) {
    seq.set(seq.get().wrapping_add(1));
}

/// The timer of a deadline of generation `seq` fired.
pub fn deadline_passed(desc: usize, read: bool, seq: usize) {
    let d = PollDesc::from_word(desc);
    d.lock.lock();
    let dir = if read { &d.read } else { &d.write };
    let mut woken = None;
    if dir.seq.get() == seq && dir.deadline.get() > 0 && !d.closing.get() {
        dir.deadline.set(-1);
        woken = d.take_waiter(dir, PollError::Timeout);
    }
    d.lock.unlock();
    if let Some(g) = woken {
        sched::ready(g);
    }
}
