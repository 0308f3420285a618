//! Handing over to the go command of goxide's GOROOT.
//!
//! goxide replaces itself by it, so signals, terminal and exit code are go's own and nothing stays in between.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cache::Cache;
use crate::goroot::{Goroot, go_command_env};
use crate::toolchain;

/// Finds (or fetches) the toolchain and lays out the GOROOT.
pub fn prepare() -> Result<Goroot> {
    let cache = Cache::from_env()?;
    let toolchain = toolchain::find(&cache)?;
    Goroot::ensure(&cache, &toolchain)
}

/// The go command on goxide's GOROOT, everything else as the user has it.
pub fn command(goroot: &Goroot) -> Command {
    let mut go = Command::new(goroot.go());
    go.envs(go_command_env(goroot.dir()));
    go
}

/// Becomes `go <subcommand> <args>`; returns only if that fails.
pub fn pass(subcommand: &str, args: Vec<OsString>) -> Result<ExitCode> {
    let goroot = prepare()?;
    let failure = command(&goroot).arg(subcommand).args(args).exec();
    Err(failure).with_context(|| format!("cannot start {}", goroot.go().display()))
}
