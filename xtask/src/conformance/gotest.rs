//! Go's own test directory: what passes with stock must pass with goxide.
//!
//!   fetch ──▶ recipe ──▶ batches ──▶ build with goxide ──▶ run ──▶ fails? the same with stock ──▶ verdict
//!
//! The directory is that of Debian's package golang-1.19-src, fetched through apt into target/conformance and never
//! committed. A case passes when the program ends with exit code 0 and has written what its `.out` file says. Cases
//! that goxide passes need no second opinion; for the others stock decides between a failure and a skip.
//!
//! Verdicts are written down as they come: `--resume` goes on where a stopped run ended.

mod recipe;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::Session;
use super::exec::{self, End, Outcome};
use super::filter::Names;
use super::journal::Journal;
use super::report::{self, Counts, Report, first_lines};
use super::toolchain::{Builder, Side};
use recipe::{Case, Recipe};

const PACKAGE: &str = "golang-1.19-src";
const TESTS_IN_PACKAGE: &str = "usr/share/go-1.19/test";
const CASES: Names = Names {
    what: "case",
    list: "`cargo xtask conformance gotest --list` lists them",
};
const BATCH: usize = 24;
/// Cases of the sample in `cargo xtask test`.
const QUICK: usize = 60;
const BUILD_TIMEOUT: Duration = Duration::from_secs(900);
const PROGRESS_EVERY: Duration = Duration::from_secs(10);
/// The debug kernel collects and checks all the time.
const DEBUG_PATIENCE: u32 = 10;

/// `cargo xtask conformance gotest`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Cases, as `fixedbugs/*` or `chan/select3` (default: all).
    glob: Vec<String>,
    /// Values of GOMAXPROCS; empty: not set.
    #[arg(long, value_delimiter = ',')]
    gomaxprocs: Vec<u32>,
    /// Values of GOGC; empty: not set.
    #[arg(long, value_delimiter = ',')]
    gogc: Vec<String>,
    /// Only so many cases, spread evenly.
    #[arg(long)]
    sample: Option<usize>,
    /// Keep the verdicts of the last run that was stopped.
    #[arg(long)]
    resume: bool,
    /// A test directory that is already there.
    #[arg(long)]
    tests: Option<PathBuf>,
    /// Only name the cases.
    #[arg(long)]
    list: bool,
}

impl Args {
    /// A few cases, for `cargo xtask test`.
    pub fn quick() -> Args {
        Args {
            glob: Vec::new(),
            gomaxprocs: Vec::new(),
            gogc: Vec::new(),
            sample: Some(QUICK),
            resume: false,
            tests: None,
            list: false,
        }
    }
}

/// One verdict; the text is the reason or the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Verdict {
    Pass,
    Fail(String),
    Skip(String),
}

/// A go command's failure to make a binary is an answer, not an error.
type Binary = Result<PathBuf, String>;

/// What the program is run with besides its arguments.
#[derive(Debug, Clone, Default)]
struct Setting {
    gomaxprocs: Option<u32>,
    gogc: Option<String>,
}

struct Suite<'a> {
    session: &'a Session,
    tests: PathBuf,
    work: PathBuf,
    settings: Vec<Setting>,
    report: Report,
    journal: Journal<Verdict>,
}

/// Runs the cases.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let cache = session
        .out
        .parent()
        .context("target/conformance has a parent")?;
    let tests = match &args.tests {
        Some(tests) => tests.clone(),
        None => fetch(cache)?,
    };
    let cases = choose(recipe::discover(&tests)?, args)?;
    if args.list {
        cases.iter().for_each(|case| println!("{}", case.name));
        return Ok(Counts::default());
    }
    let work = session.out.join("gotest");
    exec::open_directory(&work)?;
    let suite = Suite {
        tests,
        settings: settings(args),
        report: Report::new(session.common.verbose),
        journal: Journal::open(&work.join("journal"), args.resume)?,
        work,
        session,
    };
    suite.lay_path()?;
    suite.run(&cases);
    Ok(suite.report.counts())
}

/// The test directory, fetched unless it is there.
fn fetch(cache: &Path) -> Result<PathBuf> {
    let (place, new) = (cache.join(PACKAGE), cache.join("golang-src.new"));
    let tests = place.join(TESTS_IN_PACKAGE);
    if tests.join("run.go").exists() {
        return Ok(tests);
    }
    println!("fetching {PACKAGE} (Go's test directory)");
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(&new)?;
    let mut download = Command::new("apt-get");
    download.args(["download", PACKAGE]).current_dir(&new);
    let got = said(&mut download).or_else(|_| {
        // A new machine has no package lists yet.
        said(Command::new("apt-get").args(["update", "-qq"])).and_then(|()| said(&mut download))
    });
    got.with_context(|| {
        format!(
            "Go's test directory is not here and cannot be fetched: this suite needs Debian's {PACKAGE} \
             (`apt-get download`, perhaps after `apt-get update`), or `--tests DIR` with such a directory"
        )
    })?;
    let deb = fs::read_dir(&new)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "deb"))
        .context("apt-get download left no .deb")?;
    said(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(&new))?;
    fs::remove_file(deb)?;
    let _ = fs::remove_dir_all(&place);
    fs::rename(&new, &place)?;
    Ok(tests)
}

fn said(command: &mut Command) -> Result<()> {
    let out = command
        .output()
        .with_context(|| format!("{}", command.get_program().display()))?;
    if !out.status.success() {
        bail!("{}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}

/// The cases that the globs name, or an even sample of them.
fn choose(mut cases: Vec<Case>, args: &Args) -> Result<Vec<Case>> {
    let globs = args
        .glob
        .iter()
        .map(|glob| pattern(glob))
        .collect::<Result<Vec<_>>>()?;
    CASES.check(&args.glob, |glob| {
        pattern(glob).is_ok_and(|glob| cases.iter().any(|case| glob.is_match(&case.name)))
    })?;
    cases.retain(|case| globs.is_empty() || globs.iter().any(|g| g.is_match(&case.name)));
    if let Some(sample) = args.sample.filter(|&n| n > 0 && n < cases.len()) {
        let all = cases.len();
        cases = (0..sample)
            .map(|i| cases[i * all / sample].clone())
            .collect();
    }
    if cases.is_empty() {
        bail!("no such case");
    }
    Ok(cases)
}

/// `*` and `?` as in a shell, except that `*` also crosses `/`.
fn pattern(glob: &str) -> Result<Regex> {
    let text = regex::escape(glob.trim_end_matches(".go"))
        .replace(r"\*", ".*")
        .replace(r"\?", ".");
    Regex::new(&format!("^{text}$")).context("the glob")
}

fn settings(args: &Args) -> Vec<Setting> {
    let gomaxprocs = some_or_unset(&args.gomaxprocs);
    let gogc = some_or_unset(&args.gogc);
    let both = gomaxprocs.iter().flat_map(|n| {
        gogc.iter().map(|gogc| Setting {
            gomaxprocs: *n,
            gogc: gogc.clone(),
        })
    });
    both.collect()
}

fn some_or_unset<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() {
        vec![None]
    } else {
        values.iter().cloned().map(Some).collect()
    }
}

impl Setting {
    fn title(&self, case: &Case) -> String {
        let mut title = case.name.clone();
        if let Some(n) = self.gomaxprocs {
            title.push_str(&format!(" GOMAXPROCS={n}"));
        }
        if let Some(gogc) = &self.gogc {
            title.push_str(&format!(" GOGC={gogc}"));
        }
        title
    }

    fn apply(&self, command: &mut Command) {
        if let Some(n) = self.gomaxprocs {
            command.env("GOMAXPROCS", n.to_string());
        }
        if let Some(gogc) = &self.gogc {
            command.env("GOGC", gogc);
        }
    }
}

impl Suite<'_> {
    /// Workers take batches until none is left.
    fn run(&self, cases: &[Case]) {
        let open: Vec<Case> = cases
            .iter()
            .filter(|case| !self.told_before(case))
            .cloned()
            .collect();
        let batches = batches(open);
        println!("{} cases in {} batches", cases.len(), batches.len());
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let spoken = Mutex::new(Instant::now());
        std::thread::scope(|scope| {
            for _ in 0..self.session.jobs().max(1) {
                scope.spawn(|| {
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        self.batch(batch);
                        done.fetch_add(1, Ordering::Relaxed);
                        let mut spoken = spoken.lock().unwrap_or_else(|e| e.into_inner());
                        if spoken.elapsed() > PROGRESS_EVERY {
                            *spoken = Instant::now();
                            let done = done.load(Ordering::Relaxed);
                            println!(
                                "… {done} of {} batches, {}",
                                batches.len(),
                                self.report.counts()
                            );
                        }
                    }
                });
            }
        });
    }

    /// Takes over the verdicts of an earlier run, if it has all of this case.
    fn told_before(&self, case: &Case) -> bool {
        let titles: Vec<String> = self.settings.iter().map(|s| s.title(case)).collect();
        let told: Option<Vec<_>> = titles.iter().map(|t| self.journal.told(t)).collect();
        let Some(told) = told else { return false };
        for (title, verdict) in titles.iter().zip(told) {
            self.tell(title, verdict);
        }
        true
    }

    fn batch(&self, cases: &[Case]) {
        if let [case] = cases
            && let Some(experiment) = &case.experiment
        {
            let why = format!("goxide refuses GOEXPERIMENT={experiment}");
            return self.judge_all(case, &Verdict::Skip(why));
        }
        let verdicts = self.try_batch(cases);
        if let Err(error) = verdicts {
            for case in cases {
                self.judge_all(case, &Verdict::Fail(format!("{error:#}")));
            }
        }
    }

    fn try_batch(&self, cases: &[Case]) -> Result<()> {
        let dir = tempfile::Builder::new()
            .prefix("batch")
            .tempdir_in(&self.work)?;
        let binaries = self.build(cases, Side::Goxide, dir.path())?;
        for (case, binary) in cases.iter().zip(&binaries) {
            match binary {
                Ok(None) => self.judge_all(
                    case,
                    &Verdict::Skip("excluded by build constraints".to_owned()),
                ),
                Ok(Some(binary)) => self.run_case(case, &Ok(binary.clone()), dir.path()),
                Err(why) => self.run_case(case, &Err(why.clone()), dir.path()),
            }
        }
        Ok(())
    }

    /// All settings of one case; stock is asked only where goxide fails.
    fn run_case(&self, case: &Case, binary: &Binary, dir: &Path) {
        let mut stock: Option<Binary> = None;
        for setting in &self.settings {
            let verdict = match self.one(case, binary, Side::Goxide, setting, dir) {
                Ok(None) => Verdict::Pass,
                Ok(Some(found)) => {
                    let stock = stock.get_or_insert_with(|| self.build_stock(case, dir));
                    match self.one(case, stock, Side::Stock, setting, dir) {
                        Ok(None) => Verdict::Fail(found),
                        Ok(Some(why)) => {
                            Verdict::Skip(format!("stock fails it: {}", summary(&why)))
                        }
                        Err(error) => Verdict::Fail(format!("stock: {error:#}\n{found}")),
                    }
                }
                Err(error) => Verdict::Fail(format!("{error:#}")),
            };
            self.settle(&setting.title(case), &verdict);
        }
    }

    fn build_stock(&self, case: &Case, dir: &Path) -> Binary {
        let cases = std::slice::from_ref(case);
        match self.build(cases, Side::Stock, dir) {
            Ok(mut built) => match built.pop() {
                Some(Ok(Some(binary))) => Ok(binary),
                Some(Err(why)) => Err(why),
                _ => Err("nothing to build".to_owned()),
            },
            Err(error) => Err(format!("{error:#}")),
        }
    }

    /// What is wrong with one run, if anything.
    fn one(
        &self,
        case: &Case,
        binary: &Binary,
        side: Side,
        setting: &Setting,
        dir: &Path,
    ) -> Result<Option<String>> {
        let binary = match binary {
            Ok(binary) => binary,
            Err(why) => return Ok(Some(format!("does not build:\n{}", first_lines(why)))),
        };
        let mut outcome = self.execute(case, binary, side, setting)?;
        if case.recipe == Recipe::RunOutput && outcome.end == End::Exit(0) {
            let second = dir.join(format!("{}-second", side.name()));
            match self.build_output(case, &outcome.stdout, side, &second)? {
                Ok(binary) => outcome = self.execute(case, &binary, side, setting)?,
                Err(why) => {
                    return Ok(Some(format!(
                        "its output does not build:\n{}",
                        first_lines(&why)
                    )));
                }
            }
        }
        let expected = case.expected(&self.tests);
        if outcome.end != End::Exit(0) {
            let (end, output) = (&outcome.end, first_lines(&outcome.stdout));
            return Ok(Some(format!("{end} after {:.1?}\n{output}", outcome.time)));
        }
        let found = outcome.stdout.replace("\r\n", "\n");
        Ok((found != expected.replace("\r\n", "\n")).then(|| report::diff(&expected, &found)))
    }

    fn execute(
        &self,
        case: &Case,
        binary: &Path,
        side: Side,
        setting: &Setting,
    ) -> Result<Outcome> {
        let mut command = Command::new(binary);
        let path = std::env::var("PATH").unwrap_or_default();
        let own = self.work.join("path").join(side.name());
        command
            .args(&case.args)
            .current_dir(&self.tests)
            .env_remove("GOROOT")
            .env_remove("GOFLAGS")
            .env("PATH", format!("{}:{path}", own.display()))
            .envs([("GOTOOLCHAIN", "local"), ("CGO_ENABLED", "0")])
            // As `go run` would; one case looks.
            .envs([("GOOS", "linux"), ("GOARCH", "amd64")]);
        setting.apply(&mut command);
        let debug = self.session.common.kernel.as_deref() == Some("debug");
        let patience = case.patience * if debug { DEBUG_PATIENCE } else { 1 };
        let limit = Duration::from_secs(self.session.common.timeout) * patience;
        exec::run_joined(command, limit)
    }

    /// The programs of the cases; `None` where constraints exclude every file.
    fn build(
        &self,
        cases: &[Case],
        side: Side,
        dir: &Path,
    ) -> Result<Vec<Result<Option<PathBuf>, String>>> {
        let builder = self.session.tools.of(side);
        if let [case] = cases
            && !case.plain()
        {
            let module = dir.join(side.name()).join("module");
            self.lay(case, &module)?;
            let target = dir.join(side.name()).join("program");
            return Ok(vec![
                build_one(builder, case, &module, ".", &target)?.map(Some),
            ]);
        }
        let module = dir.join(side.name()).join("module");
        recipe::write_go_mod(&module, "test")?;
        for case in cases {
            case.lay_files(&self.tests, &module.join(case.flat_name()))?;
        }
        let known = buildable(builder, &module)?;
        let out = dir.join(side.name()).join("bin");
        exec::open_directory(&out)?;
        let together: Vec<&Case> = cases
            .iter()
            .filter(|case| known.get(&case.flat_name()).copied().unwrap_or(false))
            .collect();
        build_many(builder, &together, &module, &out)?;
        cases
            .iter()
            .map(|case| {
                let binary = out.join(case.flat_name());
                if binary.exists() {
                    return Ok(Ok(Some(binary)));
                }
                if known.contains_key(&case.flat_name()) {
                    let package = format!("./{}", case.flat_name());
                    return Ok(build_one(builder, case, &module, &package, &binary)?.map(Some));
                }
                Ok(Ok(None))
            })
            .collect()
    }

    fn lay(&self, case: &Case, module: &Path) -> Result<()> {
        match case.recipe {
            Recipe::Run | Recipe::RunOutput => {
                recipe::write_go_mod(module, "test")?;
                case.lay_files(&self.tests, module)
            }
            Recipe::RunDir | Recipe::RunInDir => case.lay_module(&self.tests, module),
        }
    }

    /// The program that a `runoutput` case has written.
    fn build_output(&self, case: &Case, source: &str, side: Side, dir: &Path) -> Result<Binary> {
        let _ = fs::remove_dir_all(dir);
        recipe::write_go_mod(dir, "test")?;
        fs::write(dir.join("tmp.go"), source)?;
        build_one(
            self.session.tools.of(side),
            case,
            dir,
            ".",
            &dir.join("program"),
        )
    }

    /// A directory with `go` for each side: some cases run the go command.
    fn lay_path(&self) -> Result<()> {
        for side in Side::BOTH {
            let dir = self.work.join("path").join(side.name());
            exec::open_directory(&dir)?;
            let link = dir.join("go");
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&self.session.tools.of(side).program, link)?;
        }
        Ok(())
    }

    fn judge_all(&self, case: &Case, verdict: &Verdict) {
        for setting in &self.settings {
            self.settle(&setting.title(case), verdict);
        }
    }

    fn settle(&self, title: &str, verdict: &Verdict) {
        self.journal.write(title, verdict);
        self.tell(title, verdict);
    }

    fn tell(&self, title: &str, verdict: &Verdict) {
        match verdict {
            Verdict::Pass => self.report.pass(title),
            Verdict::Fail(how) => self.report.fail(title, how),
            Verdict::Skip(why) => self.report.skip(title, why),
        }
    }
}

/// Plain cases in tens, the others alone.
fn batches(cases: Vec<Case>) -> Vec<Vec<Case>> {
    let (plain, special): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(Case::plain);
    let mut batches: Vec<Vec<Case>> = plain.chunks(BATCH).map(<[Case]>::to_vec).collect();
    batches.extend(special.into_iter().map(|case| vec![case]));
    batches
}

/// The packages of the module that have files here, and whether they load without an error.
fn buildable(builder: &Builder, module: &Path) -> Result<HashMap<String, bool>> {
    let format = "{{.Dir}}\t{{len .GoFiles}}\t{{if .Error}}bad{{else if .DepsErrors}}bad{{end}}";
    let mut command = builder.command(&["list", "-e", "-f", format, "./..."]);
    command.current_dir(module);
    let outcome = exec::run(command, None, BUILD_TIMEOUT)?;
    let mut found = HashMap::new();
    for line in outcome.stdout.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [dir, files, state] = fields[..]
            && files != "0"
        {
            let name = Path::new(dir).file_name().unwrap_or_default();
            found.insert(name.to_string_lossy().into_owned(), state.is_empty());
        }
    }
    Ok(found)
}

/// One go command; a package that does not compile does not keep the others from it.
fn build_many(builder: &Builder, cases: &[&Case], module: &Path, out: &Path) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let mut command = builder.command(&["build", "-o"]);
    command
        .arg(format!("{}/", out.display()))
        .current_dir(module);
    command.args(cases.iter().map(|case| format!("./{}", case.flat_name())));
    exec::run(command, None, BUILD_TIMEOUT)?;
    Ok(())
}

fn build_one(
    builder: &Builder,
    case: &Case,
    module: &Path,
    package: &str,
    to: &Path,
) -> Result<Binary> {
    let mut command = builder.command(&["build", "-o"]);
    command
        .arg(to)
        .args(&case.flags)
        .arg(package)
        .current_dir(module);
    if let Some(experiment) = &case.experiment {
        command.env("GOEXPERIMENT", experiment);
    }
    let outcome = exec::run(command, None, BUILD_TIMEOUT)?;
    Ok(if outcome.end == End::Exit(0) {
        Ok(to.to_path_buf())
    } else {
        Err(outcome.stderr)
    })
}

/// The difference in one line.
fn summary(why: &str) -> String {
    let lines = why.lines().filter(|line| !line.trim().is_empty());
    lines.take(3).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_the_whole_name() {
        assert!(pattern("chan/*").unwrap().is_match("chan/select"));
        assert!(pattern("*/select?.go").unwrap().is_match("chan/select3"));
        assert!(!pattern("chan").unwrap().is_match("chan/select"));
    }
}
