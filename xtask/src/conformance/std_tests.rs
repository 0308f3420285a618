//! The standard library's own tests: what passes with stock Go must pass with goxide, test by test.
//!
//! A crash ends a package's test binary and hides the verdict of every later test. So after a crash the package is run
//! again without the test that was running, until it comes through or `ROUNDS_MAX` is reached.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use super::Session;
use super::exec;
use super::report::{Counts, Report};
use super::toolchain::Builder;

const PACKAGES: &[&str] = &[
    "errors",
    "strings",
    "bytes",
    "bufio",
    "sort",
    "slices",
    "maps",
    "strconv",
    "unicode/utf8",
    "fmt",
    "io",
    "container/...",
    "context",
    "sync",
    "sync/atomic",
    "encoding/json",
    "encoding/binary",
    "regexp",
    "text/template",
    "math/...",
    "path/filepath",
    "time",
];
const QUICK: &[&str] = &[
    "errors",
    "strings",
    "sort",
    "maps",
    "fmt",
    "context",
    "sync",
    "encoding/json",
    "time",
];
const ROUNDS_MAX: usize = 6;
const TIMEOUT: Duration = Duration::from_secs(3600);
const OUTPUT_LINES_MAX: usize = 40;

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("0x[0-9a-f]+").expect("the pattern is a constant"));

/// `cargo xtask conformance std`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Package patterns (default: the list that must pass).
    packages: Vec<String>,
    /// As `go test -short`.
    #[arg(long)]
    short: bool,
    /// As `go test -run`.
    #[arg(long)]
    run: Option<String>,
    /// Per-package time limit, as `go test -timeout`.
    #[arg(long, default_value = "10m")]
    test_timeout: String,
}

impl Args {
    /// A few packages with `-short`.
    pub fn quick() -> Args {
        let packages = QUICK.iter().map(|p| (*p).to_owned()).collect();
        Args {
            packages,
            short: true,
            run: None,
            test_timeout: "3m".to_owned(),
        }
    }
}

/// One line of `go test -json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    #[serde(default)]
    package: String,
    test: Option<String>,
    output: Option<String>,
}

/// Verdicts and outputs by package and test; the empty name is the package itself.
#[derive(Debug, Default)]
struct Results {
    verdicts: BTreeMap<(String, String), String>,
    output: HashMap<(String, String), String>,
    started: BTreeSet<(String, String)>,
    /// What came on standard error or between the events: build errors.
    noise: String,
}

/// Runs the tests with both sides and compares.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let report = Report::new(session.common.verbose);
    let patterns = args.packages.iter().map(String::as_str).collect::<Vec<_>>();
    let patterns = if patterns.is_empty() {
        PACKAGES
    } else {
        &patterns[..]
    };
    println!("running the tests of {} with stock", patterns.join(" "));
    let stock = test(&session.tools.stock, patterns, args, &[], true)?;
    println!("running the same tests with goxide");
    let goxide = test_past_crashes(&session.tools.goxide, patterns, args)?;
    for (key, verdict) in &stock.verdicts {
        let (package, name) = key;
        let title = format!("{package} {name}");
        match (
            verdict.as_str(),
            goxide.verdicts.get(key).map(String::as_str),
        ) {
            ("skip", _) => report.skip(&title, "stock skips it"),
            ("fail", _) => report.skip(&title, "stock fails it"),
            ("pass", Some("pass")) => report.pass(&title),
            (_, found) => report.fail(&title, &goxide.explain(key, found)),
        }
    }
    if !goxide.noise.is_empty() {
        println!("goxide test also said:\n{}", goxide.noise);
    }
    summary(&stock, &goxide);
    Ok(report.counts())
}

/// One line per package, so that a long report has a readable end.
fn summary(stock: &Results, goxide: &Results) {
    let mut packages: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (key, verdict) in &stock.verdicts {
        if verdict == "pass" && !key.1.is_empty() {
            let counts = packages.entry(&key.0).or_default();
            counts.1 += 1;
            counts.0 += usize::from(goxide.verdicts.get(key).is_some_and(|v| v == "pass"));
        }
    }
    for (package, (passed, all)) in packages {
        println!("{package:24} {passed} of {all}");
    }
}

fn test_past_crashes(builder: &Builder, patterns: &[&str], args: &Args) -> Result<Results> {
    let mut all = test(builder, patterns, args, &[], false)?;
    let mut crashed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 1..ROUNDS_MAX {
        let new = all.crashed();
        if new.is_empty() {
            break;
        }
        for (package, test) in new {
            println!("{package} {test} did not come to an end: once more without it");
            all.verdicts
                .insert((package.clone(), test.clone()), "crash".to_owned());
            crashed.entry(package.clone()).or_default().push(test);
            let rest = self::test(builder, &[&package], args, &crashed[&package], false)?;
            all.add(rest);
        }
    }
    Ok(all)
}

fn test(
    builder: &Builder,
    patterns: &[&str],
    args: &Args,
    skip: &[String],
    cached: bool,
) -> Result<Results> {
    let mut command = builder.command(&["test", "-json", "-vet=off"]);
    command
        .arg(format!("-timeout={}", args.test_timeout))
        .current_dir("/")
        .env("GOTRACEBACK", "all");
    if args.short {
        command.arg("-short");
    }
    if !cached {
        command.arg("-count=1");
    }
    if let Some(run) = &args.run {
        command.arg(format!("-run={run}"));
    }
    if !skip.is_empty() {
        command.arg(format!("-skip=^({})$", skip.join("|")));
    }
    command.args(patterns);
    let outcome = exec::run(command, None, TIMEOUT)?;
    Ok(Results::read(&outcome.stdout, &outcome.stderr))
}

impl Results {
    fn read(events: &str, noise: &str) -> Results {
        let mut results = Results {
            noise: noise.to_owned(),
            ..Results::default()
        };
        for line in events.lines() {
            match serde_json::from_str::<Event>(line) {
                Ok(event) => results.take(event),
                Err(_) => results.noise.push_str(&format!("{line}\n")),
            }
        }
        results
    }

    fn take(&mut self, event: Event) {
        // Some tests put an address into the name of a sub-test.
        let test = event.test.unwrap_or_default();
        let key = (
            event.package,
            ADDRESS.replace_all(&test, "0xX").into_owned(),
        );
        match event.action.as_str() {
            "run" => drop(self.started.insert(key)),
            "output" => self
                .output
                .entry(key)
                .or_default()
                .push_str(&event.output.unwrap_or_default()),
            "pass" | "fail" | "skip" => drop(self.verdicts.insert(key, event.action)),
            "build-output" => self.noise.push_str(&event.output.unwrap_or_default()),
            _ => {}
        }
    }

    /// Top-level tests that began and never ended, and were not told of before.
    ///
    /// When a binary dies, `go test -json` closes open tests with `fail`; the sign of a crash is therefore a failed
    /// test with a traceback or a runtime error, in a package of which other tests have no verdict.
    fn crashed(&self) -> Vec<(String, String)> {
        let died = |key: &(String, String)| {
            let verdict = self.verdicts.get(key).map(String::as_str);
            let text = self.output.get(key).map_or("", String::as_str);
            let traceback = text.contains("\ngoroutine ")
                || text.contains("fatal error: ")
                || text.contains("panic: ");
            verdict.is_none()
                || (verdict == Some("fail") && (traceback || !text.contains("--- FAIL")))
        };
        let top = self.started.iter().filter(|(_, test)| !test.contains('/'));
        top.filter(|key| died(key)).cloned().collect()
    }

    fn add(&mut self, other: Results) {
        for (key, verdict) in other.verdicts {
            self.verdicts.insert(key, verdict);
        }
        self.started = &self.started | &other.started;
        // The tests that were left out keep their verdict and are not looked at again.
        let told: Vec<_> = self
            .verdicts
            .iter()
            .filter(|(_, v)| *v == "crash")
            .map(|(k, _)| k.clone())
            .collect();
        for key in told {
            self.started.remove(&key);
        }
        self.output.extend(other.output);
    }

    fn explain(&self, key: &(String, String), verdict: Option<&str>) -> String {
        let what = match verdict {
            Some(verdict) => format!("goxide: {verdict}"),
            None => "goxide: no verdict (the package did not build or crashed before)".to_owned(),
        };
        let output = self.output.get(key).map_or("", String::as_str);
        let lines: Vec<&str> = output.lines().take(OUTPUT_LINES_MAX).collect();
        format!("{what}\n{}", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_become_verdicts() {
        let events = r#"{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"hello\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestB","Output":"fatal error: x\n"}
{"Action":"fail","Package":"p","Test":"TestB","Elapsed":0}
{"Action":"fail","Package":"p","Elapsed":0}"#;
        let results = Results::read(events, "");
        assert_eq!(results.verdicts[&("p".into(), "TestA".into())], "pass");
        assert_eq!(results.crashed(), [("p".to_owned(), "TestB".to_owned())]);
    }
}
