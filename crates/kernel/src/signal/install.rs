//! Dispositions: at start, for `os/signal`, and for a child.

use super::handler::{Default, default_of};
use super::{num, queue};
use crate::prim::Racy;
use crate::sched::{M, m};
use crate::sys::{SigAction, SigAltStack};
use crate::{arch, boot, sys};
use goxide_abi::layout::GoFn;

const SA_SIGINFO: u64 = 4;
const SA_RESTORER: u64 = 0x0400_0000;
const SA_ONSTACK: u64 = 0x0800_0000;
const SA_RESTART: u64 = 0x1000_0000;
const IGNORE: usize = 1;

/// Signals that were ignored when the process started: they stay so unless asked for. Written at boot.
static IGNORED_AT_START: Racy<u64> = Racy::new(0);

fn ours() -> SigAction {
    SigAction {
        handler: boot::go_fn(GoFn::Sigtramp),
        flags: SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_RESTORER,
        restorer: arch::sigreturn(),
        mask: u64::MAX,
    }
}

/// Installs the handler for everything that Go looks at, and this thread's signal stack.
pub fn init() {
    init_thread(m());
    for sig in 1..=queue::LAST_SIGNAL {
        // 32 and 33 belong to a libc's threads; a program without one leaves them alone, too.
        if default_of(sig) == Default::System || sig == 32 || sig == 33 {
            continue;
        }
        let inherited = matches!(sig, num::HUP | num::INT) && is_ignored(sig);
        if inherited {
            IGNORED_AT_START.set(IGNORED_AT_START.get() | 1 << (sig - 1));
            queue::set_ignored(sig, true);
            continue;
        }
        let _ = sys::rt_sigaction(sig, Some(&ours()));
    }
}

fn is_ignored(sig: u32) -> bool {
    sys::rt_sigaction(sig, None).is_ok_and(|old| old.handler == IGNORE)
}

/// Gives the thread its signal stack.
pub fn init_thread(m: &M) {
    let (lo, hi) = m.sigstack.get();
    sys::sigaltstack(Some(&SigAltStack {
        sp: lo,
        flags: 0,
        size: hi - lo,
    }));
}

/// A channel wants the signal.
pub fn enable(sig: u32) {
    let _ = sys::rt_sigaction(sig, Some(&ours()));
}

/// No channel wants the signal any more: back to how it was at the start.
pub fn disable(sig: u32) {
    if sig == 0 || sig > queue::LAST_SIGNAL || default_of(sig) == Default::System {
        return set_default(sig);
    }
    if IGNORED_AT_START.get() >> (sig - 1) & 1 != 0 {
        ignore(sig);
    }
}

/// The program ignores the signal.
pub fn ignore(sig: u32) {
    let _ = sys::rt_sigaction(
        sig,
        Some(&SigAction {
            handler: IGNORE,
            ..SigAction::default()
        }),
    );
}

/// The system's own reaction.
pub fn set_default(sig: u32) {
    let action = SigAction {
        flags: SA_RESTORER,
        restorer: arch::sigreturn(),
        ..SigAction::default()
    };
    let _ = sys::rt_sigaction(sig, Some(&action));
}

/// In a child between fork and exec: no handler of ours may run there.
pub fn reset_for_child() {
    for sig in 1..=queue::LAST_SIGNAL {
        match sys::rt_sigaction(sig, None) {
            Ok(old) if old.handler > IGNORE => set_default(sig),
            _ => {}
        }
    }
}
