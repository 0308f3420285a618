//! The kernel dies well: with the debug kernel's `GOXIDE_DEBUG=fault=N` the n-th taker of any kernel lock faults while it
//! holds it, at boot, in the middle of the program, or while it ends. The process must end, soon, and as Go does.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::exec::{self, End};
use super::report::{Counts, Report};
use super::{Session, build, select};

const LIMIT: Duration = Duration::from_secs(20);
const PROGRAM: &str = "^goroutine/pool$";
/// The first faults come before the handler of signals is there; the system ends the process then.
const BEFORE_HANDLER: u32 = 5;
const SIGSEGV: i32 = 11;

/// `cargo xtask conformance dying`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The largest N.
    #[arg(long, default_value_t = 2000)]
    upto: u32,
    /// From one N to the next.
    #[arg(long, default_value_t = 1)]
    step: usize,
}

impl Args {
    /// For `cargo xtask test`.
    pub fn quick() -> Args {
        Args {
            upto: 1200,
            step: 13,
        }
    }
}

/// Runs one program with each N. `session` has the debug kernel.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let report = Report::new(session.common.verbose);
    let program = select(&session.root, Some(PROGRAM), |_| true)?;
    let built = build::build_all(&program, &session.tools, &session.out.join("bin"))?;
    let wanted = |((_, side), _): &(_, _)| *side == super::toolchain::Side::Goxide;
    let Some((_, binary)) = built.into_iter().find(wanted) else {
        return Ok(report.counts());
    };
    match binary {
        Err(why) => report.fail("build", &why),
        Ok(binary) => (1..=args.upto)
            .step_by(args.step)
            .try_for_each(|n| one(&binary, n, &report))?,
    }
    Ok(report.counts())
}

fn one(binary: &Path, n: u32, report: &Report) -> Result<()> {
    let title = format!("fault={n}");
    let mut command = Command::new(binary);
    command
        .env("GOXIDE_DEBUG", format!("gc=0,yield=0,move=0,fault={n}"))
        .current_dir(Path::new("/"));
    let outcome = exec::run(command, None, LIMIT)?;
    match outcome.end {
        // So many locks are not taken.
        End::Exit(0) => report.pass(&title),
        End::Exit(2) if !outcome.stderr.is_empty() => report.pass(&title),
        End::Signal(SIGSEGV) if n < BEFORE_HANDLER => report.pass(&title),
        end => report.fail(&title, &format!("{end}\n{}", outcome.stderr)),
    }
    Ok(())
}
