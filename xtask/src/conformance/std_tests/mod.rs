//! The standard library's own tests: what passes with stock Go must pass with goxide, test by test.
//!
//!   go list ─▶ package by package: stock (remembered) ─▶ goxide, past crashes ─▶ compare ─▶ journal ─▶ table
//!
//! A crash ends a package's test binary and hides the verdict of every later test. So after a crash the package is run
//! again without the test that was running, until it comes through or `ROUNDS_MAX` is reached. What fails is run again
//! on both sides: where stock fails too on this machine, it is no failure; what goxide then passes is one, said to be
//! unsteady. Tests that look at stock's own runtime are listed with their reasons in conformance/std.toml.

mod events;
pub mod known;
mod outside;
pub mod table;

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use super::Session;
use super::exec;
use super::filter::Names;
use super::journal::Journal;
use super::report::{Counts, Report};
use super::toolchain::{Builder, Side};
use events::Results;
use known::Known;
use outside::Outside;

/// What must pass: `std` and `cmd` are longer, and not run unless they are named.
const PACKAGES: &[&str] = &["std"];
const PACKAGE_NAMES: Names = Names {
    what: "package with tests",
    list: "`go list std cmd` lists the packages of Go",
};
const QUICK: &[&str] = &[
    "errors",
    "strings",
    "sort",
    "maps",
    "fmt",
    "context",
    "sync",
    "encoding/json",
    "internal/synctest",
    "time",
];
const ROUNDS_MAX: usize = 6;
/// Runs of a test that failed, on both sides.
const AGAIN: usize = 3;
/// What a package may take to be built, besides the time of its tests.
const BUILD_TIMEOUT: Duration = Duration::from_secs(900);
const DEBUG_PATIENCE: u32 = 10;

/// `cargo xtask conformance std`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Package patterns (default: all of std).
    packages: Vec<String>,
    #[command(flatten)]
    options: Options,
}

/// How tests are run; the suite of modules has the same.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// As `go test -short`.
    #[arg(long)]
    short: bool,
    /// As `go test -run`.
    #[arg(long)]
    run: Option<String>,
    /// As `go test -cpu`.
    #[arg(long)]
    cpu: Option<String>,
    /// As `go test -count`.
    #[arg(long, default_value_t = 1)]
    count: u32,
    /// The value of GOGC for the tests.
    #[arg(long)]
    gogc: Option<String>,
    /// Seconds for the tests of one package.
    #[arg(long, default_value_t = 600)]
    test_timeout: u64,
    /// Keep the verdicts of the last run that was stopped.
    #[arg(long)]
    resume: bool,
    /// Write the table into this Markdown file.
    #[arg(long)]
    pub table: Option<PathBuf>,
}

impl Args {
    /// A few packages with `-short`.
    pub fn quick() -> Args {
        let packages = QUICK.iter().map(|p| (*p).to_owned()).collect();
        Args {
            packages,
            options: Options {
                short: true,
                run: None,
                cpu: None,
                count: 1,
                gogc: None,
                test_timeout: 180,
                resume: false,
                table: None,
            },
        }
    }
}

impl Options {
    /// The flags of `go test` that change what the tests do.
    fn flags(&self) -> Vec<String> {
        let mut flags = vec!["-vet=off".to_owned(), format!("-count={}", self.count)];
        flags.extend(self.short.then(|| "-short".to_owned()));
        flags.extend(self.run.as_ref().map(|run| format!("-run={run}")));
        flags.extend(self.cpu.as_ref().map(|cpu| format!("-cpu={cpu}")));
        flags
    }
}

/// A package whose tests are run.
#[derive(Debug, Clone)]
pub struct Package {
    pub path: String,
    /// Where the go command runs.
    pub dir: PathBuf,
    /// Flags of the go command that building it needs.
    pub build: Vec<String>,
    /// Environment that building and running it needs.
    pub env: Vec<(&'static str, String)>,
    /// The row of the table that it belongs to.
    pub row: String,
}

/// How one package compares.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PackageVerdict {
    /// Tests that stock passes.
    expected: usize,
    /// Tests that stock skips, or fails on this machine.
    skipped: usize,
    failures: Vec<Failure>,
    /// Tests that stock has run, and sub-tests.
    #[serde(default)]
    tests: usize,
}

impl PackageVerdict {
    fn add(&mut self, other: PackageVerdict) {
        self.expected += other.expected;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
        self.tests += other.tests;
    }

    /// No test was found, and nothing went wrong with finding it.
    fn ran_nothing(&self) -> bool {
        self.tests == 0 && self.failures.is_empty()
    }

    fn passed(&self) -> usize {
        self.expected - self.failures.len().min(self.expected)
    }
}

/// A test that stock passes and goxide does not.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Failure {
    test: String,
    how: String,
}

struct Suite<'a> {
    session: &'a Session,
    args: &'a Options,
    report: Report,
    journal: Journal<PackageVerdict>,
    /// Where stock's verdicts are remembered.
    memory: PathBuf,
    known: &'a Known,
}

/// Runs the tests with both sides and compares.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let patterns: Vec<&str> = args.packages.iter().map(String::as_str).collect();
    let patterns = if patterns.is_empty() {
        PACKAGES
    } else {
        &patterns[..]
    };
    let paths = packages_with_tests(&session.tools.stock, Path::new("/"), &[], patterns)?;
    PACKAGE_NAMES.check(&args.packages, |pattern| {
        is_pattern(pattern) || paths.iter().any(|path| path == pattern)
    })?;
    let with_runtime = paths.iter().any(|path| path == outside::RUNTIME);
    let outside = with_runtime
        .then(|| Outside::prepare(session))
        .transpose()?;
    let packages: Vec<Package> = paths
        .into_iter()
        .map(|path| std_package(path, outside.as_ref()))
        .collect();
    let known = Known::read(&session.root)?;
    let (rows, counts) = compare(session, &args.options, "std", &packages, &known)?;
    if let Some(path) = &args.options.table {
        table::write(path, "std", &table::markdown("package", &rows))?;
        table::write(path, "std, known", &known.markdown())?;
        if let Some(outside) = &outside {
            table::write(path, "runtime, taken out", &outside.markdown())?;
        }
    }
    Ok(counts)
}

/// It stands for many packages; not each of them has tests.
fn is_pattern(name: &str) -> bool {
    matches!(name, "std" | "cmd") || name.contains("...") || name.starts_with('.')
}

fn std_package(path: String, outside: Option<&Outside>) -> Package {
    let outside = outside.filter(|_| path == outside::RUNTIME);
    Package {
        row: path.clone(),
        path,
        dir: "/".into(),
        build: outside.map(Outside::flags).unwrap_or_default(),
        env: outside.map(Outside::env).unwrap_or_default(),
    }
}

/// Compares the packages; one row for each name of a row, in the order of the packages.
pub fn compare(
    session: &Session,
    options: &Options,
    name: &str,
    packages: &[Package],
    known: &Known,
) -> Result<(Vec<table::Row>, Counts)> {
    let place = session.out.join(name);
    let memory = place.join("stock").join(version(&session.tools.stock)?);
    exec::open_directory(&memory)?;
    let suite = Suite {
        session,
        args: options,
        report: Report::new(session.common.verbose),
        journal: Journal::open(&place.join("journal"), options.resume)?,
        memory,
        known,
    };
    let rows = suite.run(packages);
    if let Some(run) = &options.run
        && rows.iter().all(|(_, verdict)| verdict.ran_nothing())
    {
        bail!("`--run {run}` names no test; `go test -list . PACKAGE` lists a package's tests");
    }
    Ok((rows, suite.report.counts()))
}

/// The packages that the patterns name and that have tests.
pub fn packages_with_tests(
    stock: &Builder,
    dir: &Path,
    build: &[String],
    patterns: &[&str],
) -> Result<Vec<String>> {
    let format = "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}";
    let mut args = vec!["list", "-f", format];
    args.extend(build.iter().map(String::as_str));
    args.extend(patterns);
    let list = stock.output(dir, &args)?;
    let packages: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
    if packages.is_empty() {
        bail!(
            "{} names no {}; {}",
            patterns.join(" "),
            PACKAGE_NAMES.what,
            PACKAGE_NAMES.list
        );
    }
    Ok(packages)
}

fn version(builder: &Builder) -> Result<String> {
    let said = builder.output(Path::new("/"), &["env", "GOVERSION"])?;
    Ok(said.trim().to_owned())
}

impl Suite<'_> {
    /// Workers take packages until none is left; the rows come in the order of the packages.
    fn run(&self, packages: &[Package]) -> Vec<table::Row> {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut rows: Vec<(usize, table::Row)> = std::thread::scope(|scope| {
            let work = || {
                let mut own = Vec::new();
                while let Some((i, package)) = take(packages, &next) {
                    let (verdict, time) = self.verdict(package);
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    self.tell(
                        &package.path,
                        &verdict,
                        &format!("[{done}/{}] {time}", packages.len()),
                    );
                    own.push((i, (package.row.clone(), verdict)));
                }
                own
            };
            let workers: Vec<_> = (0..self.session.jobs().max(1))
                .map(|_| scope.spawn(work))
                .collect();
            let rows = workers.into_iter().map(|w| w.join().unwrap_or_default());
            rows.flatten().collect()
        });
        rows.sort_by_key(|(i, _)| *i);
        table::join(rows.into_iter().map(|(_, row)| row))
    }

    /// From the journal, or by running it.
    fn verdict(&self, package: &Package) -> (PackageVerdict, String) {
        let (flags, gogc) = (self.args.flags(), &self.args.gogc);
        let title = format!("{} {} {flags:?} {gogc:?}", package.row, package.path);
        if let Some(verdict) = self.journal.told(&title) {
            return (verdict.clone(), "as before".to_owned());
        }
        let start = Instant::now();
        let verdict = self
            .compare(package)
            .unwrap_or_else(|error| PackageVerdict {
                failures: vec![Failure {
                    test: "(runner)".to_owned(),
                    how: format!("{error:#}"),
                }],
                ..PackageVerdict::default()
            });
        self.journal.write(&title, &verdict);
        (verdict, format!("{} s", start.elapsed().as_secs()))
    }

    fn tell(&self, package: &str, verdict: &PackageVerdict, note: &str) {
        self.report.pass_many(verdict.passed(), verdict.skipped);
        for failure in &verdict.failures {
            self.report
                .fail(&format!("{package} {}", failure.test), &failure.how);
        }
        println!(
            "{package:32} {} of {} ({note})",
            verdict.passed(),
            verdict.expected
        );
    }

    fn compare(&self, package: &Package) -> Result<PackageVerdict> {
        let stock = self.stock(package)?;
        let goxide = self.goxide_past_crashes(package)?;
        let mut verdict = PackageVerdict {
            tests: stock.verdicts.keys().filter(|t| !t.is_empty()).count(),
            ..PackageVerdict::default()
        };
        for (test, said) in &stock.verdicts {
            if said != "pass" {
                verdict.skipped += 1;
                continue;
            }
            verdict.expected += 1;
            if goxide.verdicts.get(test).is_some_and(|v| v == "pass") {
                continue;
            }
            // The package's own verdict follows from its tests.
            if test.is_empty() && !self.only_the_package_failed(&package.path, &stock, &goxide) {
                verdict.expected -= 1;
                continue;
            }
            if self.known.why(&package.path, test).is_some() {
                verdict.expected -= 1;
                verdict.skipped += 1;
                continue;
            }
            match self.again(package, test)? {
                Again::StockFailsToo => {
                    verdict.expected -= 1;
                    verdict.skipped += 1;
                }
                Again::Said(note) => verdict.failures.push(Failure {
                    test: if test.is_empty() { "(package)" } else { test }.to_owned(),
                    how: format!("{note}{}", goxide.explain(test)),
                }),
            }
        }
        Ok(verdict)
    }

    /// The package failed although every test that should pass does.
    fn only_the_package_failed(&self, package: &str, stock: &Results, goxide: &Results) -> bool {
        let mut tests = stock
            .verdicts
            .iter()
            .filter(|(test, said)| !test.is_empty() && *said == "pass");
        tests.all(|(test, _)| {
            self.known.why(package, test).is_none()
                && goxide.verdicts.get(test).is_some_and(|v| v == "pass")
        })
    }

    /// Whether it is the machine: the same test alone, on both sides.
    fn again(&self, package: &Package, test: &str) -> Result<Again> {
        let top = test.split('/').next().unwrap_or_default();
        if top.is_empty() {
            return Ok(Again::Said(String::new()));
        }
        let mut passed = 0;
        for _ in 0..AGAIN {
            let only = format!("-run=^{top}$");
            let stock = self.test(Side::Stock, package, std::slice::from_ref(&only))?;
            if stock.verdicts.get(test).is_none_or(|v| v != "pass") {
                return Ok(Again::StockFailsToo);
            }
            let goxide = self.test(Side::Goxide, package, &[only])?;
            passed += usize::from(goxide.verdicts.get(test).is_some_and(|v| v == "pass"));
        }
        Ok(Again::Said(format!(
            "alone it passes {passed} of {AGAIN}; in the package:\n"
        )))
    }

    /// Stock's verdicts, from an earlier run with the same flags if there is one.
    fn stock(&self, package: &Package) -> Result<Results> {
        let mut hasher = DefaultHasher::new();
        let how = (self.args.flags(), &self.args.gogc, &package.build);
        (how, &package.row).hash(&mut hasher);
        let name = format!(
            "{}-{:016x}",
            package.path.replace('/', "_"),
            hasher.finish()
        );
        let file = self.memory.join(name);
        if let Ok(text) = fs::read_to_string(&file)
            && let Ok(results) = serde_json::from_str(&text)
        {
            return Ok(results);
        }
        let results = self.test(Side::Stock, package, &[])?;
        fs::write(&file, serde_json::to_string(&results)?)?;
        Ok(results)
    }

    fn goxide_past_crashes(&self, package: &Package) -> Result<Results> {
        let mut left_out = self.known.names(&package.path);
        let mut all = self.test(Side::Goxide, package, &skip(&left_out))?;
        for _ in 1..ROUNDS_MAX {
            let new = all.crashed();
            if new.is_empty() {
                break;
            }
            for test in new {
                println!(
                    "{} {test} did not come to an end: once more without it",
                    package.path
                );
                all.set_crashed(&test);
                left_out.push(test);
            }
            all.add(self.test(Side::Goxide, package, &skip(&left_out))?);
        }
        Ok(all)
    }

    fn test(&self, side: Side, package: &Package, more: &[String]) -> Result<Results> {
        let debug = side == Side::Goxide && self.session.common.kernel.as_deref() == Some("debug");
        let patience = if debug { DEBUG_PATIENCE } else { 1 };
        let limit = Duration::from_secs(self.args.test_timeout) * patience;
        let mut command = self
            .session
            .tools
            .of(side)
            .command(&["test", "-json", "-p=1"]);
        command
            .arg(format!("-timeout={}s", limit.as_secs()))
            .args(self.args.flags())
            .args(&package.build)
            .args(more)
            .arg(&package.path)
            .current_dir(&package.dir)
            .env("GOTRACEBACK", "all")
            .envs(package.env.iter().map(|(k, v)| (*k, v)));
        if let Some(gogc) = &self.args.gogc {
            command.env("GOGC", gogc);
        }
        let outcome = exec::run(command, None, limit + BUILD_TIMEOUT)?;
        Ok(Results::read(&outcome.stdout, &outcome.stderr))
    }
}

/// The flag that leaves tests out.
fn skip(tests: &[String]) -> Vec<String> {
    match tests {
        [] => Vec::new(),
        _ => vec![format!("-skip=^({})$", tests.join("|"))],
    }
}

/// What a repetition says.
enum Again {
    StockFailsToo,
    Said(String),
}

fn take<'a>(packages: &'a [Package], next: &AtomicUsize) -> Option<(usize, &'a Package)> {
    let i = next.fetch_add(1, Ordering::Relaxed);
    Some((i, packages.get(i)?))
}
