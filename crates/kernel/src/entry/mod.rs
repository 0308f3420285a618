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
