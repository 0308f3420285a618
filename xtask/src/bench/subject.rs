//! Who is measured: binaries of `bench/suite` and `bench/hello` by stock Go (twice), goxide, and stock's other collector.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::process::{self, Finished};
use super::sample::Metric;
use crate::conformance::toolchain::{Builder, Toolchains};

/// Runs of hello in one round; the least and the median of so many are steady.
const HELLOS: usize = 20;
const HELLO: &str = "start-up/hello";

/// A subject's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Stock,
    StockAgain,
    Goxide,
    GreenTea,
}

impl Kind {
    pub const COUNT: usize = 4;
}

/// One builder's binaries.
#[derive(Debug, Clone)]
pub struct Subject {
    pub kind: Kind,
    /// Takes part only where the collector decides.
    pub only_for_collector: bool,
    dir: PathBuf,
}

/// All of them, in the order of a round.
#[derive(Debug)]
pub struct Subjects {
    all: Vec<Subject>,
    /// Go files to parse: the standard library of the stock tree.
    src: PathBuf,
}

impl Subjects {
    /// Builds what is to be measured.
    pub fn build(root: &Path, with_greentea: bool) -> Result<Subjects> {
        let tools = Toolchains::find(root, None, false)?;
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let out = target.join("bench");
        let mut all = Vec::new();
        let mut add = |kind, builder: &Builder, name: &str, experiment: Option<&str>| {
            let dir = out.join(name);
            build(builder, &root.join("bench"), &dir, experiment)?;
            all.push(Subject {
                kind,
                only_for_collector: kind == Kind::GreenTea,
                dir,
            });
            anyhow::Ok(())
        };
        add(Kind::Stock, &tools.stock, "stock", None)?;
        add(Kind::StockAgain, &tools.stock, "stock-again", None)?;
        add(Kind::Goxide, &tools.goxide, "goxide", None)?;
        if with_greentea {
            add(Kind::GreenTea, &tools.stock, "greentea", Some("greenteagc"))?;
        }
        let src = tools.goroot.join("src");
        Ok(Subjects { all, src })
    }

    pub fn all(&self) -> &[Subject] {
        &self.all
    }

    /// `family/name` of every benchmark.
    pub fn benchmarks(&self) -> Result<Vec<String>> {
        let stock = self.all.first().context("no subject")?;
        let listed = process::run(Command::new(stock.dir.join("suite")))?.stdout;
        Ok([HELLO]
            .into_iter()
            .chain(listed.lines())
            .map(str::to_owned)
            .collect())
    }

    /// One run.
    pub fn run(&self, subject: &Subject, name: &str, quick: bool) -> Result<Vec<Metric>> {
        if name == HELLO {
            return subject.hello();
        }
        let mut command = subject.command("suite");
        command.arg("-src").arg(&self.src);
        if quick {
            command.arg("-quick");
        }
        command.arg(name);
        let finished = process::run(command).with_context(|| format!("{:?}", subject.kind))?;
        let mut metrics: Vec<Metric> = finished.stdout.lines().filter_map(Metric::parse).collect();
        if metrics.is_empty() {
            bail!("{:?} measured nothing", subject.kind);
        }
        metrics.push(Metric::new("process CPU", "ms", ms(finished.cpu)));
        metrics.push(Metric::new("process wall", "ms", ms(finished.wall)));
        Ok(metrics)
    }
}

impl Subject {
    fn command(&self, binary: &str) -> Command {
        let mut command = Command::new(self.dir.join(binary));
        for name in ["GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG"] {
            command.env_remove(name);
        }
        command
    }

    fn hello(&self) -> Result<Vec<Metric>> {
        let runs: Vec<Finished> = (0..HELLOS)
            .map(|_| process::run(self.command("hello")))
            .collect::<Result<_>>()?;
        let median = |of: fn(&Finished) -> f64| {
            super::figure::median(&runs.iter().map(of).collect::<Vec<_>>())
        };
        let bytes = fs::metadata(self.dir.join("hello"))?.len();
        let mut metrics = vec![
            Metric::new("wall", "ms", median(|f| ms(f.wall))),
            Metric::new("CPU", "ms", median(|f| ms(f.cpu))),
            Metric::new("page faults", "", median(|f| f.page_faults)),
            Metric::new("binary", "KB", bytes as f64 / 1e3),
        ];
        if let Some(calls) = self.system_calls() {
            metrics.push(Metric::new("system calls", "", calls));
        }
        Ok(metrics)
    }

    /// Counted by strace, if that is there and may trace.
    fn system_calls(&self) -> Option<f64> {
        let log = tempfile::NamedTempFile::new().ok()?;
        let mut command = Command::new("strace");
        command
            .arg("-f")
            .arg("-o")
            .arg(log.path())
            .arg(self.dir.join("hello"));
        process::run(command).ok()?;
        let text = fs::read_to_string(log.path()).ok()?;
        let calls = text
            .lines()
            .filter(|l| l.contains('(') && !l.contains("resumed>"));
        Some(calls.count() as f64)
    }
}

fn build(builder: &Builder, module: &Path, dir: &Path, experiment: Option<&str>) -> Result<()> {
    fs::create_dir_all(dir)?;
    for package in ["hello", "suite"] {
        let mut command = builder.command(&["build", "-o"]);
        command.arg(dir.join(package)).arg(format!("./{package}"));
        command.current_dir(module);
        if let Some(experiment) = experiment {
            command.env("GOEXPERIMENT", experiment);
        }
        let out = command.output()?;
        if !out.status.success() {
            bail!("{}", String::from_utf8_lossy(&out.stderr));
        }
    }
    Ok(())
}

fn ms(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
