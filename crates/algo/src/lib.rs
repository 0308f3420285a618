//! The kernel's decisions as pure functions.
//!
//! No addresses, no clock, no atomics, no allocation: what is here takes numbers and slices and gives numbers back, so
//! it runs and is tested on any host. The kernel gathers the inputs and carries out the answers.
//!
//! | module | question it answers |
//! | --- | --- |
//! | [`size_class`] | how large is the slot for n bytes, which object holds this offset, how far does append grow |
//! | [`page_alloc`] | where do n free pages lie, lowest address first |
//! | [`gcprog`] | which words of the data segments are pointers |
//! | [`pcvalue`] | what does a pclntab table say about this PC |
//! | [`arginfo`] | how does a traceback print a frame's arguments |
//! | [`heap4`] | which timer is due next |
//! | [`rng`] | whom to steal from, in which order |
//! | [`retain`] | how much free memory does the heap keep |
//! | [`gc_share`] | may the collector use more than half of the processor time |
//! | [`env_value`] | what do GOGC, GOMEMLIMIT and GOMAXPROCS say |
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(test)]
extern crate std;

pub mod arginfo;
pub mod env_value;
pub mod gc_share;
pub mod gcprog;
pub mod heap4;
pub mod page_alloc;
pub mod pcvalue;
pub mod retain;
pub mod rng;
pub mod size_class;
