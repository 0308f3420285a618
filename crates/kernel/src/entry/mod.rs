//! One `extern "C"` function per row of the entry table, by part. They unpack argument words; the modules do the work.
//!
//! Only the generated stubs call them: what their pointers point to is the Go signature in the table.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

pub mod api;
pub mod core;
pub mod lang;
pub mod panic;
pub mod sync;
pub mod trace;

/// Two result words, in RAX and RDX.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Ret2 {
    /// First result.
    pub a: usize,
    /// Second result.
    pub b: usize,
}

/// The elements of a Go slice argument, or the bytes of a Go string.
///
/// # Safety
/// `ptr` and `len` are words of a Go slice or string that lives during the kernel call and does not change meanwhile.
unsafe fn slice<'a, T>(ptr: *const T, len: usize) -> &'a [T] {
    match len {
        0 => &[], // the pointer may be null
        // SAFETY: the caller's promise.
        _ => unsafe { ::core::slice::from_raw_parts(ptr, len) },
    }
}

/// As [`slice`], to be written.
///
/// # Safety
/// As there, and only this kernel call uses the elements meanwhile.
unsafe fn slice_mut<'a, T>(ptr: *mut T, len: usize) -> &'a mut [T] {
    match len {
        0 => &mut [],
        // SAFETY: the caller's promise.
        _ => unsafe { ::core::slice::from_raw_parts_mut(ptr, len) },
    }
}
