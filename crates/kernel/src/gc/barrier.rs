//! The one door for stores of Go pointers into the Go heap by the kernel, and the drain of the compiled code's buffers.
//!
//! The barrier is the hybrid one (Yuasa's deletion and Dijkstra's insertion barrier together; Go proposal 17503): while
//! marking runs, the old value of an overwritten slot and the new one are both shaded. With it a goroutine's stack is
//! scanned once; a scanned stack needs no second look, since whatever it can reach was reachable when marking began, or
//! was allocated since, or was shaded on its way.
//!
//! Words go into the buffer of the current P, which compiled code fills as well, and are greyed in batches.

use super::mark::Marker;
use super::phase::marking;
use crate::sched;
use crate::types::{Type, gc_mask};

/// Stores a Go pointer into a slot of the Go heap.
///
/// # Safety
/// `slot` is a pointer slot of a heap object, or lies on a goroutine's stack.
#[inline]
pub unsafe fn store(slot: *mut usize, value: usize) {
    if marking() {
        // SAFETY: the caller's promise.
        shade(unsafe { *slot });
        shade(value);
    }
    // SAFETY: the caller's promise.
    unsafe { slot.write(value) };
}

/// Copies a value of type `typ`.
///
/// # Safety
/// Both places hold a value of `typ`; they may overlap.
#[inline]
pub unsafe fn typed_copy(typ: &Type, dst: *mut u8, src: *const u8) {
    if marking() {
        // SAFETY: the caller's promise.
        unsafe { for_each_pointer(typ, dst, shade) };
        // SAFETY: the caller's promise.
        unsafe { for_each_pointer(typ, src, shade) };
    }
    // SAFETY: the caller's promise.
    unsafe { core::ptr::copy(src, dst, typ.size) };
}

/// Sets a value of type `typ` to zero.
///
/// # Safety
/// `dst` holds a value of `typ`.
#[inline]
pub unsafe fn typed_clear(typ: &Type, dst: *mut u8) {
    if marking() {
        // SAFETY: the caller's promise.
        unsafe { for_each_pointer(typ, dst, shade) };
    }
    // SAFETY: the caller's promise.
    unsafe { core::ptr::write_bytes(dst, 0, typ.size) };
}

/// Before the pointers of an array move to a fresh one, which is black and will not be scanned.
///
/// # Safety
/// `n` values of `typ` stand at `src`.
pub unsafe fn shade_array(typ: &Type, src: *const u8, n: usize) {
    if !marking() || typ.noscan() {
        return;
    }
    for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe { for_each_pointer(typ, src.add(i * typ.size), shade) };
    }
}

/// # Safety
/// A value of `typ` stands at `at`.
unsafe fn for_each_pointer(typ: &Type, at: *const u8, f: impl Fn(usize)) {
    let mask = gc_mask(typ);
    for i in 0..typ.ptr_bytes / 8 {
        // SAFETY: the mask has a bit for each word of the value's pointer part.
        unsafe {
            if *mask.add(i / 8) >> (i % 8) & 1 != 0 {
                f(*at.cast::<usize>().add(i));
            }
        }
    }
}

/// Records a Go pointer that is overwritten, or that is on its way to a place that was scanned already.
pub fn shade(word: usize) {
    if word == 0 || !marking() {
        return;
    }
    let Some(p) = sched::try_p() else {
        let mut marker = Marker::new();
        marker.grey_doubtful(word);
        return marker.finish();
    };
    if p.wb_next.get() + 8 > p.wb_end.get() {
        flush(p);
    }
    // SAFETY: the buffer has room for a word, and the current M holds the P.
    unsafe { *(p.wb_next.get() as *mut usize) = word };
    p.wb_next.set(p.wb_next.get() + 8);
}

/// Empties the write-barrier buffer of the current P.
pub fn flush_write_barrier() {
    flush(sched::p());
}

/// Greys what a P's buffer holds. By the P's holder, or with the world stopped.
pub fn flush(p: &'static sched::P) {
    let start = p.wb_buf.get() as usize;
    let words = (p.wb_next.get() - start) / 8;
    if marking() && words > 0 {
        let mut marker = Marker::new();
        for i in 0..words {
            // SAFETY: words below `wb_next` were reserved and filled by this P.
            marker.grey_doubtful(unsafe { *(start as *const usize).add(i) });
        }
        marker.finish();
    }
    p.wb_next.set(start);
}
