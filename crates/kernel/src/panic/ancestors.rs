//! GODEBUG=tracebackancestors=N: where a goroutine was started, where the goroutine that started it was, and so on.
//!
//! A goroutine's record is a copy of its creator's, cut at N, behind the creator's own stack at the `go` statement: copies
//! are dear, but nothing is shared, so that a chain of goroutines that start each other for ever holds N records and no more.

use super::traceback;
use crate::mem::meta;
use crate::sched::GRef;
use crate::stats::godebug;
use crate::unwind::{self, Logical};
use core::fmt::{self, Write};

/// Frames kept of each ancestor: Go keeps two more, which are its own.
const FRAMES: usize = 48;

/// One ancestor: its number, where it was created itself, and its calls at the `go` statement.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Ancestor {
    goid: u64,
    created_pc: usize,
    frames: usize,
    pcs: [usize; FRAMES],
}

/// What a G points to: a count, then the ancestors, nearest first. Null for none.
#[repr(C)]
pub struct Ancestors {
    len: usize,
}

impl Ancestors {
    const fn bytes(len: usize) -> usize {
        size_of::<Ancestors>() + len * size_of::<Ancestor>()
    }

    /// # Safety
    /// `at` is null or a list made by [`save`].
    unsafe fn as_slice<'a>(at: *const Ancestors) -> &'a [Ancestor] {
        if at.is_null() {
            return &[];
        }
        // SAFETY: `save` made room for `len` entries behind the count and filled them.
        unsafe { core::slice::from_raw_parts(at.add(1).cast(), (*at).len) }
    }
}

/// `child` is being started by the current goroutine `parent`.
#[cold]
pub fn save(child: GRef, parent: GRef) {
    let most = usize::try_from(godebug::tracebackancestors()).unwrap_or(0);
    if most == 0 || parent.goid.get() == 0 {
        return;
    }
    // SAFETY: the parent's list, which only its own end frees.
    let before = unsafe { Ancestors::as_slice(parent.ancestors.get()) };
    let kept = &before[..before.len().min(most - 1)];
    let list = meta::alloc_block(Ancestors::bytes(kept.len() + 1)).cast::<Ancestors>();
    // SAFETY: the block holds the count and so many entries; nobody else knows it yet.
    let entries = unsafe {
        (*list).len = kept.len() + 1;
        core::slice::from_raw_parts_mut(list.add(1).cast::<Ancestor>(), kept.len() + 1)
    };
    entries[1..].copy_from_slice(kept);
    let first = &mut entries[0];
    first.goid = parent.goid.get();
    first.created_pc = parent.created_pc.get();
    first.frames = unwind::callers(&parent, 0, &mut first.pcs);
    child.ancestors.set(list);
}

/// The goroutine has ended.
pub fn forget(g: GRef) {
    let list = g.ancestors.replace(core::ptr::null_mut());
    if !list.is_null() {
        // SAFETY: the list was made by `save` with this count, and only this G pointed to it.
        unsafe { meta::free(list.cast(), Ancestors::bytes((*list).len)) };
    }
}

/// The ancestors of `g`, below its own stack.
pub(super) fn write(out: &mut impl Write, g: GRef) -> fmt::Result {
    // SAFETY: `g` does not run, or is the caller's own: nobody frees its list now.
    for ancestor in unsafe { Ancestors::as_slice(g.ancestors.get()) } {
        writeln!(out, "[originating from goroutine {}]:", ancestor.goid)?;
        for (i, &pc) in ancestor.pcs[..ancestor.frames].iter().enumerate() {
            frame(out, pc, i == 0)?;
        }
        if ancestor.frames == FRAMES {
            out.write_str("...additional frames elided...\n")?;
        }
        traceback::creator(out, ancestor.goid, ancestor.created_pc, 0)?;
    }
    Ok(())
}

/// The line of a frame is that of its return address, as Go prints it here.
fn frame(out: &mut impl Write, pc: usize, first: bool) -> fmt::Result {
    let Some(call) = Logical::at(pc) else {
        return Ok(());
    };
    if !traceback::is_for_users(&call, first) {
        return Ok(());
    }
    traceback::function_name(out, call.name())?;
    out.write_str("(...)")?;
    traceback::place(out, &call, pc)
}
