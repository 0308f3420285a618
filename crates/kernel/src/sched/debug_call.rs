//! Calls that a debugger makes in a goroutine which it has stopped, at whatever instruction (`debugcall_amd64.s` has the
//! debugger's side).
//!
//! ```text
//!   stopped G ─▶ debugCallV2 ─▶ check ─▶ begin: waits        gets the thread back ─▶ its registers, and on it goes
//!                                          │ lends the thread        ▲
//!                                          ▼                         │
//!                                      new G ─▶ debugCall32, … ─▶ end
//! ```
//!
//! D1  From `check` to the first breakpoint of the new G nothing else runs on the thread: debuggers know a call by its
//!     thread until then. So `check` does not give way, and the new G runs at once, locked to the thread.
//! D2  The stopped G is innermost in `debugCallV2` as long as it waits: its stack stays where it is and is read
//!     conservatively (`FuncId::holds_registers`).

use super::lockos::{lend_thread, return_thread};
use super::{GState, WaitReason, current, goexit_to, m, park_and_switch, spawn_parked};
use crate::boot;
use crate::types::FuncVal;
use crate::unwind::{Func, PcData, find_func};
use goxide_abi::layout::GoFn;

const UNKNOWN: &str = "call from unknown function";
const RUNTIME: &str = "call from within the Go runtime";
const UNSAFE: &str = "call not at safe point";
const TOO_LARGE: &str = "call frame too large";

/// Bytes in the smallest room (`debugCall32`); each of the others is twice as large as the one before.
const SMALLEST_ROOM: usize = 32;
const ROOMS: usize = 12;

/// Whether the current goroutine, stopped at `pc`, can wait for a call; then the index of the room that holds `bytes`.
pub fn check(pc: usize, bytes: usize) -> Result<usize, &'static str> {
    let func = find_func(pc).ok_or(UNKNOWN)?;
    if !is_room(func) {
        check_place(func, pc)?;
    }
    let m = m();
    if current().state() != GState::Running || m.locks.get() != 0 || m.p.get().is_null() {
        return Err(UNSAFE);
    }
    room_for(bytes).ok_or(TOO_LARGE)
}

/// In a room, about to make a call, the debugger may first make another one, for an argument.
fn is_room(func: Func) -> bool {
    func.is_asm() && func.name().starts_with("debugCall")
}

fn check_place(func: Func, pc: usize) -> Result<(), &'static str> {
    const ANYWHERE: i32 = -1;
    if func.name().starts_with("runtime.") {
        return Err(RUNTIME);
    }
    // The instruction before has ended: what it was part of must be over too. `pc` itself has not begun.
    let last = if pc == func.entry() { pc } else { pc - 1 };
    // Functions whose arguments only their callers know are stubs of package reflect.
    if func.pcdata(PcData::UnsafePoint, last) != ANYWHERE || func.args_unknown() {
        return Err(UNSAFE);
    }
    Ok(())
}

fn room_for(bytes: usize) -> Option<usize> {
    let rooms = bytes.div_ceil(SMALLEST_ROOM).checked_next_power_of_two()?;
    let index = rooms.trailing_zeros() as usize;
    (index < ROOMS).then_some(index)
}

/// The current goroutine waits; a new one runs the code of `room` in its place.
pub fn begin(room: usize) -> ! {
    let g = current();
    let func = boot::go_fn(GoFn::InjectedCallFuncval) as *const FuncVal;
    let callee = spawn_parked(func, g.sched_pc.get(), false, WaitReason::DebugCall);
    callee.param.set(room);
    callee.debug_caller.set(Some(g));
    lend_thread(g, callee);
    park_and_switch(g, WaitReason::DebugCall, callee)
}

/// The current goroutine has made the call and ends; the one that waits for it goes on here.
pub fn end() -> ! {
    let g = current();
    let Some(caller) = g.debug_caller.take() else {
        crate::throw!("no goroutine waits for the end of this call")
    };
    return_thread(g, caller);
    goexit_to(g, caller)
}

#[cfg(test)]
mod tests {
    use super::room_for;

    #[test]
    fn the_room_is_the_smallest_that_holds_the_arguments() {
        for (bytes, index) in [(0, 0), (1, 0), (32, 0), (33, 1), (64, 1), (65, 2)] {
            assert_eq!(room_for(bytes), Some(index), "{bytes}");
        }
        assert_eq!(room_for(65536), Some(11));
        assert_eq!(room_for(65537), None);
        assert_eq!(room_for(usize::MAX), None);
    }
}
