//! Every chore of the project as one command: `cargo xtask <chore>`.

mod conformance;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Compare goxide with stock Go.
    Conformance(conformance::Args),
}

fn main() -> Result<ExitCode> {
    match Cli::parse().chore {
        Chore::Conformance(args) => conformance::run(&args),
    }
}
