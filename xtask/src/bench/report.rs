//! Figures for people and for programs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use super::figure::{Figure, Verdict, geometric_mean};

/// Metrics of the whole process say little where the benchmark has measured its own part; the JSON has them.
const ONLY_IN_JSON: [&str; 2] = ["process CPU", "process wall"];

/// Everything that one invocation measured.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: String,
    /// Load average of the last five minutes: above the number of CPUs others took part.
    load: f64,
    runs: usize,
    quick: bool,
    means: Vec<Mean>,
    figures: Vec<Figure>,
}

/// A family's geometric mean in one metric.
#[derive(Debug, Serialize)]
struct Mean {
    family: String,
    metric: String,
    of: usize,
    ratio: f64,
}

/// The lines of one benchmark.
pub fn print(figures: &[Figure]) {
    for figure in figures.iter().filter(|f| is_shown(f)) {
        let name = format!("{} {}", figure.benchmark, figure.metric);
        println!(
            "{name:48} {:>10} {:>10} {:>2} {:>7.3} [{:.3} {:.3}] noise {:>3.0}% {:4} {}",
            short(figure.stock),
            short(figure.goxide),
            figure.unit,
            figure.ratio,
            figure.spread.0,
            figure.spread.1,
            figure.noise * 100.0,
            verdict(figure.verdict),
            target(figure),
        );
    }
}

impl Report {
    pub fn new(figures: Vec<Figure>, runs: usize, quick: bool) -> Report {
        Report {
            machine: machine(),
            load: load(),
            runs,
            quick,
            means: means(&figures),
            figures,
        }
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Means, and how many targets are met.
    pub fn print_summary(&self) {
        for mean in &self.means {
            println!(
                "{:12} {:14} geometric mean of {:2}: {:.3}",
                mean.family, mean.metric, mean.of, mean.ratio
            );
        }
        println!("{}, load {:.1}", self.machine, self.load);
        let (met, all) = self.targets();
        println!("{met} of {all} targets met");
    }

    fn targets(&self) -> (usize, usize) {
        let verdicts = self.figures.iter().filter_map(|f| f.met);
        (
            verdicts.clone().filter(|met| *met).count(),
            verdicts.count(),
        )
    }

    /// `bench.md` and `bench.json` in `dir`.
    pub fn write(&self, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir)?;
        fs::write(dir.join("bench.json"), self.json()? + "\n")?;
        fs::write(dir.join("bench.md"), self.markdown()?)?;
        Ok(())
    }

    fn markdown(&self) -> Result<String> {
        let (met, all) = self.targets();
        let mut text = String::new();
        writeln!(text, "# Benchmarks\n")?;
        writeln!(
            text,
            "goxide against stock Go 1.25 on {} under a load of {:.1}, written by `cargo xtask bench{} --write`; medians of {} rounds.\n\
             A ratio is goxide ÷ stock within a round: below 1 is faster or smaller. The noise is how far two builds of \
             stock were apart in the same rounds; a difference inside it is called none. Under a load above the number of \
             CPUs stock's collector comes late, its heaps grow, and ratios flatter goxide. Green Tea is stock with \
             GOEXPERIMENT=greenteagc ÷ stock. {met} of {all} targets are met.\n",
            self.machine,
            self.load,
            if self.quick { " --quick" } else { "" },
            self.runs,
        )?;
        writeln!(
            text,
            "| family | metric | benchmarks | geometric mean |\n| --- | --- | ---: | ---: |"
        )?;
        for mean in &self.means {
            writeln!(
                text,
                "| {} | {} | {} | {:.2} |",
                mean.family, mean.metric, mean.of, mean.ratio
            )?;
        }
        for family in self.families() {
            writeln!(text, "\n## {family}\n")?;
            writeln!(
                text,
                "| benchmark | metric | stock | goxide | ratio | spread | noise | difference | Green Tea | target |\n\
                 | --- | --- | ---: | ---: | ---: | --- | ---: | --- | ---: | --- |"
            )?;
            for figure in self
                .figures
                .iter()
                .filter(|f| f.family() == family && is_shown(f))
            {
                writeln!(text, "{}", row(figure))?;
            }
        }
        Ok(text)
    }

    fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = self.figures.iter().map(Figure::family).collect();
        families.dedup();
        families
    }
}

fn row(figure: &Figure) -> String {
    let name = figure
        .benchmark
        .split_once('/')
        .map_or("", |(_, name)| name);
    format!(
        "| {name} | {} | {} {} | {} {} | {:.2} | {:.2}–{:.2} | {:.0} % | {} | {} | {} |",
        figure.metric,
        short(figure.stock),
        figure.unit,
        short(figure.goxide),
        figure.unit,
        figure.ratio,
        figure.spread.0,
        figure.spread.1,
        figure.noise * 100.0,
        verdict(figure.verdict),
        figure.greentea.map_or(String::new(), |r| format!("{r:.2}")),
        target(figure),
    )
}

fn means(figures: &[Figure]) -> Vec<Mean> {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for figure in figures.iter().filter(|f| is_shown(f)) {
        let key = (figure.family(), &*figure.metric);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let of_key = |(family, metric): (&str, &str)| {
        let ratios: Vec<f64> = figures
            .iter()
            .filter(|f| f.family() == family && f.metric == metric)
            .map(|f| f.ratio)
            .collect();
        Some(Mean {
            family: family.to_owned(),
            metric: metric.to_owned(),
            of: ratios.len(),
            ratio: geometric_mean(ratios)?,
        })
    };
    keys.into_iter().filter_map(of_key).collect()
}

fn is_shown(figure: &Figure) -> bool {
    !ONLY_IN_JSON.contains(&&*figure.metric)
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Less => "less",
        Verdict::More => "more",
        Verdict::None => "none",
    }
}

fn target(figure: &Figure) -> String {
    match (figure.target, figure.met) {
        (Some(target), Some(true)) => format!("{target} met"),
        (Some(target), _) => format!("{target} MISSED"),
        _ => String::new(),
    }
}

/// Three or more digits, no exponent.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Processor and number of CPUs.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    let cpus = std::thread::available_parallelism().map_or(1, Into::into);
    format!("{model}, {cpus} CPUs")
}

/// Runnable threads on average.
fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let five_minutes = text.split(' ').nth(1);
    five_minutes
        .and_then(|n| n.parse().ok())
        .unwrap_or(f64::NAN)
}
