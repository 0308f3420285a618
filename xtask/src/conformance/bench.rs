//! Ratios. The same program built both ways, run in turn A B A B …, so that the machine's mood hits both sides alike.
//!
//! A figure is the median of each side, their ratio (goxide ÷ stock: below 1 is faster or smaller) and the spread:
//! half the distance between the quartiles, as a share of the median. On a shared machine read the ratio, not the time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Session;
use super::exec::{self, End};
use super::toolchain::Side;

const TIMEOUT: Duration = Duration::from_secs(300);

/// `cargo xtask conformance bench`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Only figures whose name contains this.
    filter: Option<String>,
    /// Samples per side of each figure.
    #[arg(long, default_value_t = 11)]
    samples: usize,
}

/// Samples of one figure by side.
#[derive(Debug, Clone, Default)]
struct Figure {
    name: String,
    unit: &'static str,
    samples: [Vec<f64>; 2],
}

/// Measures and prints the table.
pub fn run(session: &Session, args: &Args) -> Result<ExitCode> {
    let wanted = |name: &str| args.filter.as_deref().is_none_or(|f| name.contains(f));
    println!(
        "{:32} {:>12} {:>12} {:>8}  spread",
        "figure", "stock", "goxide", "ratio"
    );
    let hello = build(session, &session.root.join("bench"), "./hello", "hello")?;
    if wanted("hello size") {
        size("hello size", &hello)?.print();
    }
    if wanted("hello wall") {
        wall("hello wall", &hello, &[], args.samples * 20)?.print();
    }
    if wanted("gofmt wall") {
        let gofmt = build(session, Path::new("/"), "cmd/gofmt", "gofmt")?;
        let src = session.tools.goroot.join("src").display().to_string();
        wall("gofmt wall", &gofmt, &["-l", &src], args.samples)?.print();
    }
    let micro = build(session, &session.root.join("bench"), "./micro", "micro")?;
    for figure in micro_figures(&micro, args)? {
        figure.print();
    }
    Ok(ExitCode::SUCCESS)
}

fn build(session: &Session, dir: &Path, package: &str, name: &str) -> Result<[PathBuf; 2]> {
    let mut paths = [PathBuf::new(), PathBuf::new()];
    for (path, side) in paths.iter_mut().zip(Side::BOTH) {
        let out = session.out.join("bench").join(side.name());
        fs::create_dir_all(&out)?;
        *path = out.join(name);
        session
            .tools
            .of(side)
            .output(dir, &["build", "-o", &path.display().to_string(), package])?;
    }
    Ok(paths)
}

fn size(name: &str, binaries: &[PathBuf; 2]) -> Result<Figure> {
    let mut figure = Figure {
        name: name.to_owned(),
        unit: "KB",
        ..Figure::default()
    };
    for (samples, binary) in figure.samples.iter_mut().zip(binaries) {
        samples.push(fs::metadata(binary)?.len() as f64 / 1000.0);
    }
    Ok(figure)
}

fn wall(name: &str, binaries: &[PathBuf; 2], args: &[&str], samples: usize) -> Result<Figure> {
    let mut figure = Figure {
        name: name.to_owned(),
        unit: "ms",
        ..Figure::default()
    };
    for _ in 0..samples {
        for (samples, binary) in figure.samples.iter_mut().zip(binaries) {
            let mut command = Command::new(binary);
            command.args(args);
            let outcome = exec::run(command, None, TIMEOUT).with_context(|| name.to_owned())?;
            if outcome.end == End::TimedOut || matches!(outcome.end, End::Signal(_)) {
                bail!("{name}: {}\n{}", outcome.end, outcome.stderr);
            }
            samples.push(outcome.time.as_secs_f64() * 1e3);
        }
    }
    Ok(figure)
}

/// `micro` prints `name<TAB>nanoseconds per operation`, one line per measurement.
fn micro_figures(binaries: &[PathBuf; 2], args: &Args) -> Result<Vec<Figure>> {
    let mut figures: Vec<Figure> = Vec::new();
    for _ in 0..args.samples {
        for (side, binary) in binaries.iter().enumerate() {
            let mut command = Command::new(binary);
            command.args(args.filter.as_deref());
            let outcome = exec::run(command, None, TIMEOUT)?;
            if outcome.end != End::Exit(0) {
                bail!("micro: {}\n{}", outcome.end, outcome.stderr);
            }
            for line in outcome.stdout.lines() {
                let (name, value) = line
                    .split_once('\t')
                    .context("a line of micro is name, tab, number")?;
                record(&mut figures, name, side, value.parse()?);
            }
        }
    }
    Ok(figures)
}

fn record(figures: &mut Vec<Figure>, name: &str, side: usize, value: f64) {
    let at = figures
        .iter()
        .position(|f| f.name == name)
        .unwrap_or_else(|| {
            figures.push(Figure {
                name: name.to_owned(),
                unit: "ns",
                ..Figure::default()
            });
            figures.len() - 1
        });
    figures[at].samples[side].push(value);
}

impl Figure {
    fn print(&self) {
        let [stock, goxide] = [&self.samples[0], &self.samples[1]].map(|s| Quartiles::of(s));
        let unit = self.unit;
        println!(
            "{:32} {:>9.2} {unit} {:>9.2} {unit} {:>8.3}  ±{:.0}% ±{:.0}%",
            self.name,
            stock.median,
            goxide.median,
            goxide.median / stock.median,
            stock.spread() * 100.0,
            goxide.spread() * 100.0,
        );
    }
}

/// The three quartiles of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Quartiles {
    low: f64,
    median: f64,
    high: f64,
}

impl Quartiles {
    fn of(samples: &[f64]) -> Quartiles {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| match sorted.len() {
            0 => f64::NAN,
            n => sorted[((n - 1) as f64 * share).round() as usize],
        };
        Quartiles {
            low: at(0.25),
            median: at(0.5),
            high: at(0.75),
        }
    }

    fn spread(self) -> f64 {
        (self.high - self.low) / 2.0 / self.median
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_a_small_sample() {
        let q = Quartiles::of(&[5.0, 1.0, 3.0, 2.0, 4.0]);
        assert_eq!(
            q,
            Quartiles {
                low: 2.0,
                median: 3.0,
                high: 4.0
            }
        );
    }
}
