//! `goxide help`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use super::go;

const USAGE: &str = "\
goxide builds and runs Go programs on the Go 1.25 runtime written in Rust.

Usage:

	goxide <command> [arguments]

Commands as in go, with go's flags and package patterns:

	build, run, test, install, list, vet
	mod, fmt, get, work, generate, clean, doc, fix, tool, telemetry
	env         go's environment and goxide's

The first row also takes -kernel=release (default) or -kernel=debug: the debug
kernel checks its invariants, poisons freed memory and moves stacks often.

Commands of goxide's own:

	version     print versions; with files, which kernel and which Go they hold
	doctor      say what is found, what is missing and how to mend it
	toolchain   list, install, path, prune: the Go toolchains underneath
	help        this text; with a topic, go's help on it

Environment:

	GOXIDE_GO      a Go 1.25 GOROOT or go command to build on
	GOXIDE_CACHE   where toolchains and GOROOTs are kept
	GOXIDE_KERNEL  release or debug, where -kernel is not given

Not supported: cgo, -race, -msan, -asan, other systems than linux/amd64, build
modes other than exe and pie, Go versions other than 1.25.x.
";

/// Prints the overview, or go's help on a topic.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    if args.is_empty() {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    match args[0].to_str() {
        Some("toolchain" | "doctor" | "version") => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => go::pass("help", args),
    }
}

/// For a command line without a command.
pub fn usage() -> Result<ExitCode> {
    eprint!("{USAGE}");
    Ok(ExitCode::from(2))
}
