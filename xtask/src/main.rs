//! Every chore of the project as one command: `cargo xtask <chore>`.

mod bench;
mod conformance;
mod generate;
mod shell;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Run every test of the project.
    Test,
    /// Write the generated files of the Go side.
    Gen,
    /// Look for what neither rustfmt nor clippy sees.
    Tidy,
    /// Compare goxide with stock Go.
    Conformance(conformance::Args),
    /// Measure goxide against stock Go.
    Bench(bench::Args),
}

/// An error is told as the chain of what was being done, without a backtrace: nearly all are about the command line, a
/// file or another program.
fn main() -> ExitCode {
    run(Cli::parse()).unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(cli: Cli) -> Result<ExitCode> {
    let root = root()?;
    match cli.chore {
        Chore::Test => test::run(&root),
        Chore::Gen => generate::write(&root).map(|()| ExitCode::SUCCESS),
        Chore::Tidy => tidy::check(&root).map(|()| ExitCode::SUCCESS),
        Chore::Conformance(args) => conformance::run(&args),
        Chore::Bench(args) => bench::run(&root, &args),
    }
}

/// The workspace.
fn root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own
        .parent()
        .context("xtask lies in the workspace")?
        .to_path_buf())
}
