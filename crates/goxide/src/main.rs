//! The `goxide` command: drives the Go toolchain so that a program gets goxide's runtime.
//!
//!   cmd (one file per subcommand)
//!    ├─▶ toolchain   find or fetch a Go 1.25 tree
//!    ├─▶ goroot      lay out that tree, with goxide's runtime in it, once per kernel, in the cache
//!    │     └─▶ link  the embedded kernel bodies and the Go side; the object header of one toolchain
//!    └─▶ exec `<goroot>/bin/go <subcommand> …`
//!
//! I1  What `go` takes, `goxide` takes: arguments pass through untouched except `-kernel` and, for the debug
//!     kernel, `-tags`.
//! I2  What goxide cannot do is refused before `go` starts, with what to do instead (exit code 2).
//! I3  Nothing in the cache is seen half-written: everything is made in a temporary directory and renamed.
//! Absent on purpose: logic of the runtime; a build of anything but the GOROOT (Go's own build cache does that).

mod cache;
mod cmd;
mod error;
mod goenv;
mod goroot;
mod link;
mod toolchain;
mod view;

fn main() -> std::process::ExitCode {
    cmd::main()
}
