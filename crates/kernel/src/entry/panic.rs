//! Entry functions of panics, stacks and symbols: thin, they unpack the argument words and call the module.

use super::{Ret2, slice_mut};
use crate::panic::{self, traceback};
use crate::sched::{self, GRef};
use crate::stack;
use crate::unwind::{self, Func, LogicalFrames};
use core::fmt;
use goxide_abi::layout::{Defer, Panic};

/// `kpanicnext(p *_panic) (fn func(), more bool)`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kpanicnext(p: *const Panic) -> Ret2 {
    // SAFETY: the record lies in the frame of the calling `gopanic` or `Goexit`.
    let next = panic::next(sched::current(), unsafe { &*p });
    Ret2 {
        a: next.unwrap_or(0),
        b: usize::from(next.is_some()),
    }
}

/// `kpanicstate() int32`: 0 quiet, 1 deferred calls of a panic are running, 2 the process is dying of one.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kpanicstate() -> usize {
    if panic::is_dying() {
        2
    } else {
        usize::from(panic::running() > 0)
    }
}

/// `kstartdying()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kstartdying() {
    panic::start_dying();
}

/// `kdiepanic(bubble uintptr)`: `bubble` is a synctest bubble whose deadlock is the cause, or 0.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdiepanic(bubble: usize) {
    panic::die_panic(bubble);
}

/// `kdefernew() *_defer`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdefernew() -> *mut Defer {
    panic::new_record()
}

/// `kdeferat(d *_defer, fn func())`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdeferat(outer: *const Defer, func: usize) {
    // SAFETY: the token that compiled code got from `deferrangefunc`.
    panic::push_range(unsafe { &*outer }, func);
}

/// `kdefersplice()`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kdefersplice() {
    panic::splice_range(&sched::current());
}

/// `ksetcrashfd(fd uintptr) uintptr`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksetcrashfd(fd: usize) -> usize {
    panic::set_crash_fd(fd as i32) as usize
}

/// `ksetmaxstack(n int) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_ksetmaxstack(n: usize) -> usize {
    stack::set_max_bytes(n)
}

/// A prologue found no room; called by `morestack` on the kernel stack.
#[unsafe(no_mangle)]
pub extern "C" fn gx_newstack() -> ! {
    stack::grow(sched::current())
}

/// `kcallers(skip int, pcs []uintptr) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kcallers(skip: usize, pcs: *mut usize, len: usize) -> usize {
    // SAFETY: a Go slice.
    unwind::callers(&sched::current(), skip, unsafe { slice_mut(pcs, len) })
}

/// What Go code wants to know of a PC: `pcInfo` in symtab.go.
#[repr(C)]
pub struct PcInfo {
    pc: usize,
    func: usize,
    entry: usize,
    name: (usize, usize),
    file: (usize, usize),
    line: usize,
    start_line: usize,
    inlined: u8,
}

/// `kpcinfo(pc uintptr, isReturn bool, out *pcInfo) bool`. A return address stands for the call before it, unless it is
/// an entry point, which nobody returns to.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kpcinfo(pc: usize, is_return: usize, out: *mut PcInfo) -> usize {
    let back = is_return & 0xff;
    let Some(func) = unwind::find_func(pc).or_else(|| unwind::find_func(pc.wrapping_sub(back)))
    else {
        return 0;
    };
    let pc = if pc > func.entry() { pc - back } else { pc };
    let Some(call) = LogicalFrames::new(func, pc).next() else {
        return 0;
    };
    let (file, line) = call.file_line();
    let words = |s: &'static str| (s.as_ptr() as usize, s.len());
    let info = PcInfo {
        pc,
        func: Func::addr(call.func),
        entry: call.func.entry(),
        name: words(call.name()),
        file: words(file),
        line: line as usize,
        start_line: call.start_line as usize,
        inlined: u8::from(call.inlined),
    };
    // SAFETY: `out` is a Go variable of this layout; the addresses written are those of read-only data.
    unsafe { out.write(info) };
    1
}

/// `kfuncat(pc uintptr) (fn uintptr, inlined bool)`: the linker's record, 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kfuncat(pc: usize) -> Ret2 {
    match unwind::find_func(pc) {
        Some(func) => Ret2 {
            a: func.addr(),
            b: usize::from(func.inlined_at(pc).is_some()),
        },
        None => Ret2 { a: 0, b: 0 },
    }
}

/// `kinlinepcs(pc uintptr, pcs []uintptr) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kinlinepcs(pc: usize, pcs: *mut usize, len: usize) -> usize {
    // SAFETY: a Go slice.
    unwind::inline_pcs(pc, unsafe { slice_mut(pcs, len) })
}

/// `kstack(buf []byte, all bool) int`
#[unsafe(no_mangle)]
pub extern "C" fn gx_kstack(buf: *mut u8, len: usize, _cap: usize, all: usize) -> usize {
    let g = sched::current();
    if all & 0xff == 0 {
        return write_stacks(g, buf, len, false);
    }
    sched::stop_world_or_retry(g, sched::StopReason::AllStacks, retry_stack);
    let n = write_stacks(g, buf, len, true);
    sched::start_world();
    n
}

/// The world was being stopped by somebody else: tries again.
fn retry_stack(g: GRef) {
    let [buf, len, cap, all] = g.kargs.get();
    let n = gx_kstack(buf as *mut u8, len, cap, all);
    g.set_ret(0, n);
}

fn write_stacks(g: GRef, buf: *mut u8, len: usize, all: bool) -> usize {
    let mut out = Buffer { at: buf, room: len };
    let _ = traceback::write_stacks(&mut out, g, all);
    len - out.room
}

/// A Go byte slice that is filled up to its end.
struct Buffer {
    at: *mut u8,
    room: usize,
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let n = s.len().min(self.room);
        // SAFETY: `room` bytes at `at` are left in the caller's slice.
        unsafe {
            core::ptr::copy_nonoverlapping(s.as_ptr(), self.at, n);
            self.at = self.at.add(n);
        }
        self.room -= n;
        if n == s.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
