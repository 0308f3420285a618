//! What proves that goxide works: the same Go program built by stock Go and by goxide, run, and compared.
//!
//!   case ──▶ build ──▶ exec ──▶ mask ──▶ report        programs, stress: whole programs, byte for byte
//!              ▲                            ▲
//!          toolchain                    std_tests, gotest, tools
//!
//! I1  Expected output is never written down; stock Go is the expectation, on this machine, now.
//! I2  Nothing hangs: every process has a time limit, and is killed with its group.
//! I3  The last line of every suite is `N passed, N failed[, N skipped]`; the exit code is 0 only without failures.
//! I4  A filter that names nothing is an error: what was not run has not passed.

mod build;
mod builds;
mod case;
mod debuggers;
mod dying;
mod exec;
mod filter;
mod gotest;
mod journal;
mod mask;
mod modules;
mod programs;
mod quota;
mod report;
mod std_tests;
mod stress;
pub mod toolchain;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use regex::Regex;

use case::Program;
use filter::Names;
use programs::Matrix;
use report::Counts;
use toolchain::Toolchains;

/// `cargo xtask conformance …`
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    suite: Suite,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Common {
    /// Which kernel goxide links: `release` or `debug`.
    #[arg(long, global = true)]
    kernel: Option<String>,
    /// Compare stock with itself: whatever differs is noise of the test.
    #[arg(long = "self", global = true)]
    stock_only: bool,
    /// Programs run at the same time (default: number of CPUs).
    #[arg(long, global = true)]
    jobs: Option<usize>,
    /// Seconds until a program is killed, unless its case says otherwise.
    #[arg(long, global = true, default_value_t = 60)]
    timeout: u64,
    /// Also name what passes.
    #[arg(long, short, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Suite {
    /// conformance/programs and examples, compared with stock byte for byte.
    Programs(ProgramArgs),
    /// The standard library's own tests, compared with stock test by test.
    Std(std_tests::Args),
    /// Well-known modules' own tests, compared with stock test by test.
    Modules(modules::Args),
    /// Go's own test directory: whatever stock passes.
    Gotest(gotest::Args),
    /// gofmt, vet, asm, nm, link and compile built by goxide, on real input.
    Tools(tools::Args),
    /// cmd/compile, cmd/asm and cmd/link built by goxide, on every call of whole builds.
    Builds(builds::Args),
    /// What `builds` has the go command call.
    #[command(hide = true)]
    PassOn(builds::Call),
    /// Examples and schedule-dependent programs, many runs under several GOMAXPROCS.
    Stress(stress::Args),
    /// Faults of the debug kernel with its locks held: the process ends.
    Dying(dying::Args),
    /// Delve and gdb on a program built by goxide.
    Debuggers(debuggers::Args),
    /// GOMAXPROCS under a cgroup's CPU quota, on the debug kernel.
    Quota,
    /// A sample of all suites, as part of `cargo xtask test`.
    Quick,
}

#[derive(Debug, Clone, clap::Args)]
struct ProgramArgs {
    /// Regular expression on `<area>/<name>`.
    filter: Option<String>,
    /// Runs of each comparison.
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// Values of GOMAXPROCS.
    #[arg(long, value_delimiter = ',', default_value = "2")]
    gomaxprocs: Vec<u32>,
    /// Only name the programs.
    #[arg(long)]
    list: bool,
}

/// What all suites need to know.
pub(crate) struct Session {
    root: PathBuf,
    out: PathBuf,
    tools: Toolchains,
    common: Common,
}

/// Runs one suite.
pub fn run(args: &Args) -> Result<ExitCode> {
    let root = workspace_root()?;
    if let Suite::Programs(ProgramArgs {
        filter, list: true, ..
    }) = &args.suite
    {
        for program in select(&root, filter.as_deref(), |_| true)? {
            println!("{}", program.name);
        }
        return Ok(ExitCode::SUCCESS);
    }
    // One of thousands of calls: no session.
    if let Suite::PassOn(call) = &args.suite {
        return builds::pass_on(call);
    }
    let session = Session::open(root, args.common.clone())?;
    let counts = match &args.suite {
        Suite::Programs(own) => session.programs(own)?,
        Suite::Std(own) => std_tests::run(&session, own)?,
        Suite::Modules(own) => modules::run(&session, own)?,
        Suite::Gotest(own) => gotest::run(&session, own)?,
        Suite::Tools(own) => tools::run(&session, own)?,
        Suite::Builds(own) => builds::run(&session, own)?,
        Suite::PassOn(_) => unreachable!("it needs no session"),
        Suite::Stress(own) => stress::run(&session, own)?,
        Suite::Dying(own) => dying::run(&session.on_debug_kernel()?, own)?,
        Suite::Debuggers(own) => debuggers::run(&session, own)?,
        Suite::Quota => quota::run(&session.on_debug_kernel()?)?,
        Suite::Quick => quick()?,
    };
    Ok(close(counts))
}

/// The sample of all suites that `cargo xtask test` runs; the full suites are `cargo xtask conformance …`.
pub fn quick() -> Result<Counts> {
    let common = Common {
        kernel: None,
        stock_only: false,
        jobs: None,
        timeout: 60,
        verbose: false,
    };
    let root = workspace_root()?;
    let session = Session::open(root, common)?;
    let all = ProgramArgs {
        filter: None,
        runs: 1,
        gomaxprocs: vec![2],
        list: false,
    };
    heading("programs");
    let mut counts = session.programs(&all)?;
    heading("stress, sampled");
    counts = counts.add(stress::run(&session, &stress::Args::quick())?);
    heading("standard library, sampled");
    counts = counts.add(std_tests::run(&session, &std_tests::Args::quick())?);
    heading("Go's test directory, sampled");
    match gotest::run(&session, &gotest::Args::quick()) {
        Ok(more) => counts = counts.add(more),
        // Not every machine has Debian's packages; the other suites do not need them.
        Err(why) => println!("skip  Go's test directory: {why:#}"),
    }
    heading("tools, sampled");
    counts = counts.add(tools::run(&session, &tools::Args::quick())?);
    heading("debuggers");
    counts = counts.add(debuggers::run(&session, &debuggers::Args::quick())?);
    heading("programs on the debug kernel, sampled");
    let debug = session.on_debug_kernel()?;
    counts = counts.add(stress::run(&debug, &stress::Args::quick_debug())?);
    heading("faults inside the kernel, sampled");
    counts = counts.add(dying::run(&debug, &dying::Args::quick())?);
    heading("GOMAXPROCS under a quota");
    counts = counts.add(quota::run(&debug)?);
    Ok(counts)
}

fn heading(text: &str) {
    println!("== {text}");
}

fn close(counts: Counts) -> ExitCode {
    println!("{counts}");
    if counts.ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Session {
    fn open(root: PathBuf, common: Common) -> Result<Session> {
        let tools = Toolchains::find(&root, common.kernel.as_deref(), common.stock_only)?;
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let out = target
            .join("conformance")
            .join(common.kernel.as_deref().unwrap_or("release"));
        exec::open_directory(&out)?;
        Ok(Session {
            root,
            out,
            tools,
            common,
        })
    }

    fn on_debug_kernel(&self) -> Result<Session> {
        let common = Common {
            kernel: Some("debug".to_owned()),
            ..self.common.clone()
        };
        Session::open(self.root.clone(), common)
    }

    fn programs(&self, args: &ProgramArgs) -> Result<Counts> {
        let programs = select(&self.root, args.filter.as_deref(), |_| true)?;
        programs::compare(
            &programs,
            &self.tools,
            &self.matrix(args.runs, &args.gomaxprocs),
        )
    }

    fn matrix(&self, runs: u32, gomaxprocs: &[u32]) -> Matrix {
        Matrix {
            runs,
            gomaxprocs: gomaxprocs.to_vec(),
            jobs: self.jobs(),
            timeout: Duration::from_secs(self.common.timeout),
            debug_kernel: self.common.kernel.as_deref() == Some("debug"),
            verbose: self.common.verbose,
            out: self.out.join("bin"),
        }
    }

    fn jobs(&self) -> usize {
        self.common
            .jobs
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into))
    }
}

fn workspace_root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own
        .parent()
        .context("xtask lies in the workspace")?
        .to_path_buf())
}

const PROGRAMS: Names = Names {
    what: "program",
    list: "`cargo xtask conformance programs --list` lists them (stress runs the examples and those marked `stress`)",
};

/// The programs and examples that pass the filter.
fn select(
    root: &Path,
    filter: Option<&str>,
    also: impl Fn(&Program) -> bool,
) -> Result<Vec<Program>> {
    let expression =
        Regex::new(filter.unwrap_or("")).context("the filter is a regular expression")?;
    let mut programs = case::discover(&root.join("conformance/programs"))?;
    programs.extend(case::discover_examples(&root.join("examples"))?);
    programs.retain(|p| expression.is_match(&p.name) && also(p));
    let filters: Vec<String> = filter.into_iter().map(str::to_owned).collect();
    PROGRAMS.check(&filters, |_| !programs.is_empty())?;
    Ok(programs)
}
