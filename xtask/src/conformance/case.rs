//! What is run: a directory with `main.go`, and beside it, where the defaults do not do, a `case.toml`.
//!
//!   conformance/programs/<area>/<name>/main.go     name of the case: `<area>/<name>`
//!   conformance/programs/<area>/<name>/case.toml   defaults for the program, then one `[[run]]` for each way to run it
//!
//! A program without `[[run]]` is run once, without arguments. The expected output is never written down: it is
//! whatever stock Go's build of the same program prints.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// One program and the ways to run it.
#[derive(Debug, Clone)]
pub struct Program {
    /// `<area>/<name>`, as filters see it.
    pub name: String,
    /// The directory of `main.go`.
    pub dir: PathBuf,
    /// Settings of the whole program.
    pub spec: ProgramSpec,
}

/// `case.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProgramSpec {
    /// Why the program is not run at all. Shown, and counted as skipped.
    pub skip: Option<String>,
    /// Extra arguments for `go build`.
    pub build: Vec<String>,
    /// `true`: a schedule-dependent program, worth many runs under several GOMAXPROCS.
    pub stress: bool,
    /// `false`: too slow for the debug kernel.
    pub debug: Option<bool>,
    /// What the runs have in common.
    pub default: RunSpec,
    /// One run for each word, with that word as the only argument.
    pub each: Vec<String>,
    /// The other ways to run it. None at all means one run with `default` alone.
    pub run: Vec<RunSpec>,
}

/// How one run is started and how its output is compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunSpec {
    /// Short name; the arguments if absent.
    pub name: Option<String>,
    pub args: Vec<String>,
    pub stdin: Option<String>,
    pub env: BTreeMap<String, String>,
    /// Seconds until the process group is killed.
    pub timeout: Option<u64>,
    /// Regular expressions; each match becomes `<masked>` in both outputs.
    pub mask: Vec<String>,
    /// How standard error is compared.
    pub stderr: Option<Stderr>,
    /// How standard output is compared.
    pub stdout: Option<Stdout>,
    /// Limits set before exec, by resource.
    pub limit: Limits,
    /// Standard streams closed before exec: 0, 1, 2.
    pub close: Vec<i32>,
    /// GOMAXPROCS for this run only, whatever the matrix says.
    pub gomaxprocs: Option<u32>,
}

/// Resource limits, soft and hard alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// RLIMIT_AS in MiB.
    pub address_space_mib: Option<u64>,
    /// RLIMIT_NPROC. Root is not bound by it, so the runner changes to `nobody` when it is root.
    pub processes: Option<u64>,
    /// RLIMIT_NOFILE.
    pub files: Option<u64>,
    /// RLIMIT_STACK in KiB.
    pub stack_kib: Option<u64>,
}

/// How standard error is compared. Tracebacks are masked in all modes (see `mask`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stderr {
    /// All of it.
    #[default]
    Exact,
    /// Everything before the first goroutine of the traceback, and that goroutine.
    First,
    /// Only what comes before the traceback: the message.
    Message,
    /// Only the first line.
    Line,
    /// Not at all.
    Ignore,
}

/// How standard output is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stdout {
    /// All of it.
    #[default]
    Exact,
    /// As a set of lines: for programs whose goroutines print in any order.
    Sorted,
    /// Not at all.
    Ignore,
}

impl RunSpec {
    /// This run with the program's settings underneath.
    fn over(&self, common: &RunSpec) -> RunSpec {
        let mut env = common.env.clone();
        env.extend(self.env.clone());
        let limit = if self.limit == Limits::default() {
            common.limit
        } else {
            self.limit
        };
        RunSpec {
            name: self.name.clone(),
            args: [common.args.clone(), self.args.clone()].concat(),
            stdin: self.stdin.clone().or_else(|| common.stdin.clone()),
            env,
            timeout: self.timeout.or(common.timeout),
            mask: [common.mask.clone(), self.mask.clone()].concat(),
            stderr: self.stderr.or(common.stderr),
            stdout: self.stdout.or(common.stdout),
            limit,
            close: [common.close.clone(), self.close.clone()].concat(),
            gomaxprocs: self.gomaxprocs.or(common.gomaxprocs),
        }
    }

    /// What the report calls this run; empty for the plain one.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.args.join(" "))
    }
}

impl Program {
    /// The runs, with defaults filled in.
    pub fn runs(&self) -> Vec<RunSpec> {
        let words = self.spec.each.iter().map(|word| RunSpec {
            args: vec![word.clone()],
            ..RunSpec::default()
        });
        let mut runs: Vec<RunSpec> = words.chain(self.spec.run.iter().cloned()).collect();
        if runs.is_empty() {
            runs.push(RunSpec::default());
        }
        // A run that is written out replaces the word of the same name.
        let written: Vec<String> = self.spec.run.iter().map(RunSpec::label).collect();
        let words = self.spec.each.len();
        let kept = runs
            .iter()
            .enumerate()
            .filter(|(i, run)| *i >= words || !written.contains(&run.label()));
        kept.map(|(_, run)| run.over(&self.spec.default)).collect()
    }

    /// The first part of the name.
    pub fn area(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    fn load(name: String, dir: PathBuf) -> Result<Program> {
        let file = dir.join("case.toml");
        let spec = if file.exists() {
            let text =
                fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            toml::from_str(&text).with_context(|| format!("in {}", file.display()))?
        } else {
            ProgramSpec::default()
        };
        Ok(Program { name, dir, spec })
    }
}

/// All programs below `root`, sorted by name.
pub fn discover(root: &Path) -> Result<Vec<Program>> {
    let mut found = Vec::new();
    for area in directories(root)? {
        for dir in directories(&area)? {
            if dir.join("main.go").exists() {
                found.push(Program::load(
                    format!("{}/{}", file_name(&area), file_name(&dir)),
                    dir,
                )?);
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The programs of `examples/`, each a module of its own, as programs of the area `examples`.
pub fn discover_examples(root: &Path) -> Result<Vec<Program>> {
    let mut found = Vec::new();
    for dir in directories(root)? {
        if dir.join("go.mod").exists() {
            let mut program = Program::load(format!("examples/{}", file_name(&dir)), dir)?;
            program.spec.stress = true;
            found.push(program);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn directories(root: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(root).with_context(|| format!("reading {}", root.display()))?;
    let paths = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|p| p.is_dir()).collect())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_inherits_what_it_does_not_say() {
        let spec: ProgramSpec = toml::from_str(
            r#"
            [default]
            timeout = 5
            env = { A = "1", B = "1" }
            [[run]]
            args = ["x"]
            env = { B = "2" }
            [[run]]
            timeout = 9
            "#,
        )
        .unwrap();
        let runs = Program {
            name: "a/b".into(),
            dir: PathBuf::new(),
            spec,
        }
        .runs();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].timeout, Some(5));
        assert_eq!(runs[0].env["A"], "1");
        assert_eq!(runs[0].env["B"], "2");
        assert_eq!(runs[0].label(), "x");
        assert_eq!(runs[1].timeout, Some(9));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(toml::from_str::<RunSpec>("tmeout = 1").is_err());
    }
}
