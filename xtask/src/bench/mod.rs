//! `cargo xtask bench`: goxide against stock Go, as ratios.
//!
//!   subject ─▶ process ─▶ sample ─▶ figure ─▶ report
//!   (builds)   (one run)  (a round: A A' B …)  (median, ratio, noise)  (terminal, JSON, docs/bench.md)
//!
//! Every round runs a benchmark once with each subject, one after the other, and a ratio is formed within the round: the
//! machine's mood hits all alike. Stock takes part twice, as two builds, first of all: what differs between those two is
//! noise, and a difference inside the noise is called none. The noise is measured in the same rounds as the ratios,
//! because on a shared machine it changes within a minute. `bench/targets.toml` holds what is to be reached.

mod figure;
mod process;
mod report;
mod sample;
mod subject;
mod target;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use regex::Regex;

use figure::Figure;
use sample::Samples;
use subject::Subjects;
use target::Targets;

/// Rounds unless told otherwise.
const RUNS: usize = 7;
const QUICK_RUNS: usize = 3;
/// Families in which the collector's cost decides: stock takes part with its other collector, too.
const COLLECTOR_FAMILIES: [&str; 4] = ["collector", "pauses", "latency", "memory"];

/// `cargo xtask bench`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Only benchmarks whose `family/name` matches this regular expression.
    #[arg(long)]
    only: Option<String>,
    /// Rounds.
    #[arg(long)]
    runs: Option<usize>,
    /// Less work and fewer rounds: under three minutes.
    #[arg(long)]
    quick: bool,
    /// Leave out stock with GOEXPERIMENT=greenteagc.
    #[arg(long)]
    no_greentea: bool,
    /// Print JSON instead of the table.
    #[arg(long)]
    json: bool,
    /// Write docs/bench.md and docs/bench.json after each benchmark; what they say about others stays.
    #[arg(long)]
    write: bool,
}

/// Builds, measures, prints.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let only = Regex::new(args.only.as_deref().unwrap_or("")).context("--only")?;
    let with_greentea = !args.quick && !args.no_greentea;
    let subjects = Subjects::build(root, with_greentea)?;
    let targets = Targets::read(&root.join("bench/targets.toml"))?;
    let runs = args
        .runs
        .unwrap_or(if args.quick { QUICK_RUNS } else { RUNS });
    let mut figures: Vec<Figure> = Vec::new();
    let mut failed = 0;
    let all = subjects.benchmarks()?;
    let mut names = all.clone();
    names.retain(|name| only.is_match(name));
    if names.is_empty() {
        bail!("`--only {only}` names no benchmark; the families are the files of bench/suite");
    }
    for name in names {
        let samples = match measure(&subjects, &name, runs, args.quick) {
            Ok(samples) => samples,
            Err(e) => {
                eprintln!("FAILED {e:#}");
                failed += 1;
                continue;
            }
        };
        let new = figure::of_benchmark(&name, &samples, &targets);
        if !args.json {
            report::print(&new);
        }
        figures.extend(new);
        if args.write {
            let docs = root.join("docs");
            report::Report::new(figures.clone(), args.quick)
                .beside_those_of(&docs, &all)?
                .write(&docs)?;
        }
    }
    let result = report::Report::new(figures, args.quick);
    if args.json {
        println!("{}", result.json()?);
    } else {
        result.print_summary();
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn measure(subjects: &Subjects, name: &str, runs: usize, quick: bool) -> Result<Samples> {
    let family = name.split('/').next().unwrap_or_default();
    let mut samples = Samples::default();
    for _ in 0..runs {
        for subject in subjects.all() {
            if subject.only_for_collector && !COLLECTOR_FAMILIES.contains(&family) {
                continue;
            }
            let metrics = subjects.run(subject, name, quick);
            samples.add(subject.kind, metrics.with_context(|| name.to_owned())?);
        }
    }
    Ok(samples)
}
