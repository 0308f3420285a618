//! LockOSThread: a goroutine that runs on one thread only, and a thread that runs that goroutine only.

use super::idle::{acquire_p, check_dead, hand_off_p, release_p, stop_m};
use super::park::execute;
use super::queue::SCHED;
use super::{GRef, M, current, m, p, template};
use core::ptr::null_mut;

/// Locks the current goroutine to this M; nests.
pub fn lock_os_thread() {
    let (g, m) = (current(), m());
    template::ensure();
    g.lock_depth.set(g.lock_depth.get() + 1);
    g.locked_m.set(core::ptr::from_ref(m).cast_mut());
    m.locked_g.set(g.as_ptr());
}

/// Undoes one [`lock_os_thread`].
pub fn unlock_os_thread() {
    let (g, m) = (current(), m());
    // A borrowed thread is given back by `return_thread` only.
    let least = u32::from(g.debug_caller.get().is_some());
    let depth = g.lock_depth.get().saturating_sub(1).max(least);
    g.lock_depth.set(depth);
    if depth == 0 {
        g.locked_m.set(null_mut());
        m.locked_g.set(null_mut());
    }
}

/// `next`, which runs on this M after `g`, gets the lock that `g` has, if any.
pub fn hand_over_thread(g: GRef, next: GRef) {
    let owner = g.locked_m.replace(null_mut());
    if owner.is_null() {
        return;
    }
    next.lock_depth.set(g.lock_depth.replace(0));
    next.locked_m.set(owner);
    m().locked_g.set(next.as_ptr());
}

/// `borrower` gets this M for itself while `g`, which runs here now, waits for it. How often `g` is locked stays noted.
pub fn lend_thread(g: GRef, borrower: GRef) {
    let m = m();
    g.locked_m.set(null_mut());
    borrower.lock_depth.set(1);
    borrower.locked_m.set(core::ptr::from_ref(m).cast_mut());
    m.locked_g.set(borrower.as_ptr());
}

/// `borrower`, about to end on this M, gives it back to `g`.
pub fn return_thread(borrower: GRef, g: GRef) {
    let m = m();
    crate::kassert!(
        core::ptr::eq(borrower.locked_m.get(), m),
        "a borrowed thread is given back on another"
    );
    borrower.lock_depth.set(0);
    borrower.locked_m.set(null_mut());
    let locked = g.lock_depth.get() > 0;
    g.locked_m.set(if locked {
        core::ptr::from_ref(m).cast_mut()
    } else {
        null_mut()
    });
    m.locked_g.set(if locked { g.as_ptr() } else { null_mut() });
}

/// This M's locked G is not running: gives the P away and sleeps until another M hands it one together with the G.
pub fn wait_for_locked_g(m: &'static M) -> ! {
    if let Some(p) = super::try_p() {
        release_p(m, p);
        p.set_status(super::PStatus::Idle);
        hand_off_p(p);
    }
    let mut sched = SCHED.lock();
    sched.idle_locked_ms += 1;
    check_dead(&sched);
    sched.release();
    m.note.sleep();
    m.note.clear();
    // SAFETY: the waker set a P before the wake.
    if let Some(p) = unsafe { m.next_p.replace(null_mut()).as_ref() } {
        acquire_p(m, p);
    }
    let Some(g) = GRef::from_ptr(m.locked_g.get()) else {
        unreachable!("a locked M has a G")
    };
    execute(g, false)
}

/// `g` was found ready but belongs to another M: that M gets this P.
pub fn give_p_to_locked_m(me: &'static M, g: GRef) {
    let mine = p();
    // SAFETY: a locked G's M exists as long as the G; Ms are type-stable.
    let owner = unsafe { &*g.locked_m.get() };
    release_p(me, mine);
    owner.next_p.set(core::ptr::from_ref(mine).cast_mut());
    SCHED.lock().idle_locked_ms -= 1;
    owner.note.wake();
    stop_m(me);
}
