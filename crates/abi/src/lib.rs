//! What Rust, Go and assembly must agree on: layouts, constants, and the table of kernel entries.
//!
//! Everything is written once, here. `cargo xtask gen` writes `goside/runtime/zlayout.go`, `zlayout.h`,
//! `zstubs.go` and `zstubs_amd64.s` from it, and a test fails when the written files have drifted.
//! There is no logic in this crate.

#![no_std]
#[cfg(any(feature = "gen", test))]
extern crate std;

pub mod entries;
#[cfg(any(feature = "gen", test))]
pub mod generate;
pub mod layout;
