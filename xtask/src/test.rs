//! `cargo xtask test`: every test of the project, in order of cost, each with its closing lines.
//!
//!   form ─▶ lints ─▶ generated files ─▶ host tests ─▶ loom models ─▶ goxide itself ─▶ gofmt ─▶ Go programs
//!
//! A failing step does not stop the ones behind it, so that one run tells everything.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::{conformance, generate, shell, tidy};

/// A step and its result: closing lines, or what went wrong.
type Run = fn(&Path) -> Result<String>;

const STEPS: [(&str, Run); 8] = [
    ("rustfmt", rustfmt),
    ("tidy", |root| tidy::check(root).map(|()| String::new())),
    ("generated files", |root| {
        generate::check(root).map(|()| String::new())
    }),
    ("clippy", clippy),
    ("host tests", host_tests),
    ("loom models", loom_models),
    ("gofmt", gofmt),
    ("conformance", conformance_sample),
];

/// Runs everything.
pub fn run(root: &Path) -> Result<ExitCode> {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        println!("=== {name}");
        let start = Instant::now();
        match step(root) {
            Ok(closing) => println!("{closing}ok, {} s", start.elapsed().as_secs()),
            Err(e) => {
                println!("{e:#}");
                failed.push(name);
            }
        }
    }
    println!(
        "=== {} steps, {} failed {failed:?}",
        STEPS.len(),
        failed.len()
    );
    Ok(if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rustfmt(root: &Path) -> Result<String> {
    shell::cargo(
        root,
        &["fmt", "--all", "--", "--check", "--files-with-diff"],
    )
    .output()
}

fn clippy(root: &Path) -> Result<String> {
    let args = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    shell::cargo(root, &args).output()
}

fn host_tests(root: &Path) -> Result<String> {
    let said = shell::cargo(root, &["test", "--workspace", "--no-fail-fast"]).output()?;
    Ok(closing_lines(&said))
}

fn loom_models(root: &Path) -> Result<String> {
    let args = [
        "test",
        "--release",
        "--package=goxide-lockfree",
        "--target-dir=target/loom",
    ];
    let said = shell::cargo(root, &args)
        .env("RUSTFLAGS", "--cfg loom")
        .output()?;
    Ok(closing_lines(&said))
}

/// The verdict of every test binary that held a test.
fn closing_lines(said: &str) -> String {
    let is_verdict =
        |line: &&str| line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed");
    said.lines()
        .filter(is_verdict)
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The Go code of the project is in gofmt's form; the gofmt is the one of the toolchain in use.
fn gofmt(root: &Path) -> Result<String> {
    let dirs: Vec<&str> = ["goside", "examples", "conformance"]
        .into_iter()
        .filter(|d| root.join(d).exists())
        .collect();
    let gofmt = toolchain_dir(root)?.join("bin/gofmt");
    let unformatted = shell::step(&gofmt, root, &[&["-l"], &dirs[..]].concat()).output()?;
    ensure!(
        unformatted.is_empty(),
        "not in gofmt's form:\n{unformatted}"
    );
    Ok(String::new())
}

fn toolchain_dir(root: &Path) -> Result<PathBuf> {
    let args = [
        "run",
        "--release",
        "--quiet",
        "--package=goxide",
        "--",
        "toolchain",
        "path",
    ];
    Ok(shell::cargo(root, &args)
        .output()?
        .trim_end_matches('\n')
        .into())
}

fn conformance_sample(_root: &Path) -> Result<String> {
    let counts = conformance::quick()?;
    if !counts.ok() {
        bail!("{counts}");
    }
    Ok(format!("{counts}\n"))
}
