//! The machine: stack switches, thread-local storage, system call instruction. No other folder holds assembly.

pub mod amd64;
pub use amd64::*;
