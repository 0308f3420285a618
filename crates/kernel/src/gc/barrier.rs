//! The one door for stores of Go pointers into the Go heap by the kernel, and the drain of the compiled code's buffers.
//!
//! While marking stops the world the barrier is never armed between two stores of a mutator: `writeBarrier.enabled`
//! stays false and the door is a plain store. The buffer protocol is nevertheless complete, so that arming it is all
//! that the concurrent collector has to add.

use crate::types::Type;

/// Stores a Go pointer into a slot of the Go heap.
///
/// # Safety
/// `slot` is a pointer slot of a heap object, or lies on a goroutine's stack.
#[inline]
pub unsafe fn store(slot: *mut usize, value: usize) {
    // SAFETY: the caller's promise.
    unsafe { slot.write(value) };
}

/// Copies a value of type `typ`.
///
/// # Safety
/// Both places hold a value of `typ`; they may overlap.
#[inline]
pub unsafe fn typed_copy(typ: &Type, dst: *mut u8, src: *const u8) {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::copy(src, dst, typ.size) };
}

/// Sets a value of type `typ` to zero.
///
/// # Safety
/// `dst` holds a value of `typ`.
#[inline]
pub unsafe fn typed_clear(typ: &Type, dst: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::write_bytes(dst, 0, typ.size) };
}

/// Empties the write-barrier buffer of the current P: shades what it holds.
pub fn flush_write_barrier() {
    let p = crate::sched::p();
    let start = p.wb_buf.get() as usize;
    if super::is_running() {
        let words = (p.wb_next.get() - start) / 8;
        for i in 0..words {
            // SAFETY: words below `wb_next` were reserved and filled by this P.
            super::mark::shade(unsafe { *(start as *const usize).add(i) });
        }
    }
    p.wb_next.set(start);
}
