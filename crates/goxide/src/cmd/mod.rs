//! One file per subcommand.
//!
//!   args    go's command line, as far as goxide must understand it
//!   refuse  what goxide does not do        build  the commands that compile
//!   go      handing over to the go command env, version, doctor, toolchain, help  goxide's own

mod args;
mod build;
mod buildinfo;
mod doctor;
mod env;
mod go;
mod help;
mod refuse;
mod toolchain;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::error::Error;
use crate::view;

/// Runs the command line and turns the outcome into an exit code.
pub fn main() -> ExitCode {
    if std::env::var_os(crate::toolchain::PROBE).is_some() {
        eprintln!("goxide: was asked to be its own Go toolchain");
        return ExitCode::FAILURE;
    }
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    run(args).unwrap_or_else(|e| {
        view::error(&e);
        let code = e.downcast_ref::<Error>().map_or(1, Error::exit_code);
        ExitCode::from(code)
    })
}

fn run(mut args: Vec<OsString>) -> Result<ExitCode> {
    if args.is_empty() {
        return help::usage();
    }
    let rest = args.split_off(1);
    let name = args[0].to_string_lossy();
    match name.as_ref() {
        "build" | "run" | "test" | "install" | "list" | "vet" => build::run(&name, rest),
        "mod" | "fmt" | "get" | "work" | "generate" | "clean" | "doc" | "fix" | "tool"
        | "telemetry" => go::pass(&name, rest),
        "env" => env::run(rest),
        "version" | "--version" => version::run(rest),
        "doctor" => doctor::run(rest),
        "toolchain" => toolchain::run(rest),
        "help" | "-h" | "-help" | "--help" => help::run(rest),
        "bug" => Err(Error::refused(
            "`goxide bug`",
            "It would report to the Go project. See whether stock `go` shows the same fault; if not, it is goxide's.",
        )),
        _ => Err(Error::Usage(format!(
            "{name}: unknown command\nRun 'goxide help' for usage."
        ))
        .into()),
    }
}
