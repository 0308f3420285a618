//! Many runs of what depends on the schedule: the examples and the programs marked `stress = true`.

use anyhow::Result;

use super::report::Counts;
use super::{Session, programs, select};

/// `cargo xtask conformance stress`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Regular expression on `<area>/<name>`.
    filter: Option<String>,
    /// Runs of each comparison.
    #[arg(long, default_value_t = 200)]
    runs: u32,
    /// Values of GOMAXPROCS.
    #[arg(long, value_delimiter = ',', default_value = "1,2,8")]
    gomaxprocs: Vec<u32>,
}

impl Args {
    /// A few runs of each: what fails one time in ten shows.
    pub fn quick() -> Args {
        Args {
            filter: None,
            runs: 5,
            gomaxprocs: vec![1, 8],
        }
    }

    /// One run of each, for the debug kernel.
    pub fn quick_debug() -> Args {
        Args {
            filter: None,
            runs: 1,
            gomaxprocs: vec![2],
        }
    }
}

/// Runs the programs.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let programs = select(&session.root, args.filter.as_deref(), |p| p.spec.stress)?;
    programs::compare(
        &programs,
        &session.tools,
        &session.matrix(args.runs, &args.gomaxprocs),
    )
}
