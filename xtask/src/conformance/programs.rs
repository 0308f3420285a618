//! The comparison: every program, every way to run it, every GOMAXPROCS; stock once, goxide as often as asked.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use regex::Regex;

use super::build::{self, Binaries};
use super::case::{Program, RunSpec};
use super::exec::{self, End, Outcome};
use super::mask;
use super::report::{self, Counts, Report};
use super::toolchain::{Side, Toolchains};

/// The debug kernel collects and checks all the time.
const DEBUG_PATIENCE: u32 = 10;

/// How the programs are run.
#[derive(Debug, Clone)]
pub struct Matrix {
    pub runs: u32,
    pub gomaxprocs: Vec<u32>,
    pub jobs: usize,
    pub timeout: Duration,
    pub debug_kernel: bool,
    pub verbose: bool,
    /// Binaries go here.
    pub out: PathBuf,
}

/// One line of the report: one program, one way to run it, one GOMAXPROCS.
struct Unit<'a> {
    program: &'a Program,
    spec: RunSpec,
    masks: Vec<Regex>,
    gomaxprocs: u32,
}

/// Builds and runs the programs; returns the verdicts.
pub fn compare(programs: &[Program], tools: &Toolchains, matrix: &Matrix) -> Result<Counts> {
    let report = Report::new(matrix.verbose);
    let programs = without_skipped(programs, matrix, &report);
    println!("building {} programs twice", programs.len());
    let binaries = build::build_all(&programs, tools, &matrix.out)?;
    let units = units(&programs, matrix)?;
    println!("{} comparisons, {} run(s) each", units.len(), matrix.runs);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..matrix.jobs.max(1) {
            scope.spawn(|| {
                while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
                    judge(unit, &binaries, matrix, &report);
                }
            });
        }
    });
    Ok(report.counts())
}

fn without_skipped(programs: &[Program], matrix: &Matrix, report: &Report) -> Vec<Program> {
    let mut kept = Vec::new();
    for program in programs {
        if let Some(why) = &program.spec.skip {
            report.skip(&program.name, why);
        } else if matrix.debug_kernel && program.spec.debug == Some(false) {
            report.skip(&program.name, "not on the debug kernel");
        } else {
            kept.push(program.clone());
        }
    }
    kept
}

fn units<'a>(programs: &'a [Program], matrix: &Matrix) -> Result<Vec<Unit<'a>>> {
    let mut units = Vec::new();
    for program in programs {
        for spec in program.runs() {
            let masks = spec
                .mask
                .iter()
                .map(|m| Regex::new(m))
                .collect::<Result<Vec<_>, _>>();
            let masks = masks.with_context(|| format!("mask of {}", program.name))?;
            for &gomaxprocs in &matrix.gomaxprocs {
                units.push(Unit {
                    program,
                    spec: spec.clone(),
                    masks: masks.clone(),
                    gomaxprocs,
                });
            }
        }
    }
    Ok(units)
}

fn judge(unit: &Unit<'_>, binaries: &Binaries, matrix: &Matrix, report: &Report) {
    match differences(unit, binaries, matrix) {
        Ok(None) => report.pass(&unit.title()),
        Ok(Some(details)) => report.fail(&unit.title(), &details),
        Err(error) => report.fail(&unit.title(), &format!("{error:#}")),
    }
}

/// What is wrong with this unit, if anything.
fn differences(unit: &Unit<'_>, binaries: &Binaries, matrix: &Matrix) -> Result<Option<String>> {
    let stock = match unit.binary(binaries, Side::Stock) {
        Ok(binary) => binary,
        Err(why) => return Ok(Some(format!("stock Go does not build it:\n{why}"))),
    };
    let goxide = match unit.binary(binaries, Side::Goxide) {
        Ok(binary) => binary,
        Err(why) => return Ok(Some(format!("goxide does not build it:\n{why}"))),
    };
    let timeout = unit
        .spec
        .timeout
        .map_or(matrix.timeout, Duration::from_secs);
    let expected = exec::run_case(stock, &unit.spec, unit.gomaxprocs, timeout)?;
    let patience = if matrix.debug_kernel {
        DEBUG_PATIENCE
    } else {
        1
    };
    for run in 1..=matrix.runs {
        let found = exec::run_case(goxide, &unit.spec, unit.gomaxprocs, timeout * patience)?;
        if let Some(difference) = unit.compare(&expected, &found) {
            if found.end == expected.end
                && unit.agrees_now(goxide, &expected, timeout * patience)?
            {
                println!(
                    "once   {}\n      differed in its output once, not in the next run:\n{difference}",
                    unit.title()
                );
                continue;
            }
            let again = exec::run_case(stock, &unit.spec, unit.gomaxprocs, timeout)?;
            let noise = unit
                .compare(&expected, &again)
                .map_or("", |_| "(stock differs from itself: mend the program)\n");
            return Ok(Some(format!(
                "run {run} of {}\n{noise}{difference}",
                matrix.runs
            )));
        }
    }
    Ok(None)
}

impl Unit<'_> {
    fn title(&self) -> String {
        let label = self.spec.label();
        let space = if label.is_empty() { "" } else { " " };
        let gomaxprocs = self.spec.gomaxprocs.unwrap_or(self.gomaxprocs);
        format!(
            "{}{space}{label} GOMAXPROCS={gomaxprocs}",
            self.program.name
        )
    }

    fn binary<'b>(&self, binaries: &'b Binaries, side: Side) -> Result<&'b Path, String> {
        match binaries.get(&(self.program.name.clone(), side)) {
            Some(Ok(path)) => Ok(path),
            Some(Err(why)) => Err(why.clone()),
            None => Err("not built".to_owned()),
        }
    }

    /// Whether another run agrees. Words about time ("in time: true") may be wrong once on a machine that is busy with
    /// something else; a wrong exit code or a hang is never excused.
    fn agrees_now(&self, goxide: &Path, expected: &Outcome, timeout: Duration) -> Result<bool> {
        let found = exec::run_case(goxide, &self.spec, self.gomaxprocs, timeout)?;
        Ok(self.compare(expected, &found).is_none())
    }

    /// The three things compared, in the order in which a reader wants them.
    fn compare(&self, stock: &Outcome, goxide: &Outcome) -> Option<String> {
        let mut parts = Vec::new();
        if goxide.end != stock.end || goxide.end == End::TimedOut {
            parts.push(format!(
                "end: stock {}, goxide {} after {:.1?}",
                stock.end, goxide.end, goxide.time
            ));
        }
        let how = self.spec.stdout.unwrap_or_default();
        let [a, b] = [stock, goxide].map(|o| mask::stdout(&o.stdout, how, &self.masks));
        if a != b {
            parts.push(format!("stdout:\n{}", report::diff(&a, &b)));
        }
        let how = self.spec.stderr.unwrap_or_default();
        let [a, b] = [stock, goxide].map(|o| mask::stderr(&o.stderr, how, &self.masks));
        if a != b {
            parts.push(format!("stderr:\n{}", report::diff(&a, &b)));
        }
        (!parts.is_empty()).then(|| parts.join("\n"))
    }
}
