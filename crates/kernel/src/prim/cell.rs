//! Cells for kernel statics whose synchronisation is written in prose where they are declared.

use core::cell::{Cell, UnsafeCell};

/// A `Cell` in a static. The declaration says who may write it, and when.
#[repr(transparent)]
pub struct Racy<T>(Cell<T>);

// SAFETY: every declaration of a `Racy` states which single thread writes it or which lock orders the accesses.
unsafe impl<T> Sync for Racy<T> {}

impl<T: Copy> Racy<T> {
    /// A cell with its first value.
    pub const fn new(value: T) -> Self {
        Self(Cell::new(value))
    }
    /// The value.
    pub fn get(&self) -> T {
        self.0.get()
    }
    /// Replaces the value.
    pub fn set(&self, value: T) {
        self.0.set(value);
    }
}

/// An object in a static that is reached through a raw pointer under its owner's rules.
#[repr(transparent)]
pub struct KernelCell<T>(UnsafeCell<T>);

// SAFETY: access goes through `get`, whose callers state their exclusion.
unsafe impl<T> Sync for KernelCell<T> {}

impl<T> KernelCell<T> {
    /// A cell with its first value.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }
    /// The address of the value.
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}
