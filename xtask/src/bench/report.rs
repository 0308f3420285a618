//! Figures for people and for programs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::figure::{Figure, Verdict, geometric_mean};

/// Metrics of the whole process say little where the benchmark has measured its own part; the JSON has them.
const ONLY_IN_JSON: [&str; 2] = ["process CPU", "process wall"];

/// What was measured, by one invocation or by several.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    machine: String,
    quick: bool,
    #[serde(skip_deserializing)] // follow from the figures
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
    pub fn new(figures: Vec<Figure>, quick: bool) -> Report {
        Report {
            machine: machine(),
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
        println!(
            "{}, load {}",
            self.machine,
            range(&self.figures, |f| f.load, 1)
        );
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

    /// These figures, and those of other benchmarks that `dir` has of this machine and of the same amount of work, in the
    /// order of `benchmarks`; those of benchmarks that no longer exist are dropped.
    pub fn beside_those_of(self, dir: &Path, benchmarks: &[String]) -> Result<Report> {
        let path = dir.join("bench.json");
        let Ok(text) = fs::read_to_string(&path) else {
            return Ok(self);
        };
        let old: Report = serde_json::from_str(&text)
            .with_context(|| format!("{} is not of this form; remove it", path.display()))?;
        if old.machine != self.machine || old.quick != self.quick {
            return Ok(self);
        }
        let mut all = Vec::new();
        for name in benchmarks {
            let of = |figures: &[Figure]| -> Vec<Figure> {
                let mine = figures.iter().filter(|f| f.benchmark == *name);
                mine.cloned().collect()
            };
            let new = of(&self.figures);
            all.extend(if new.is_empty() {
                of(&old.figures)
            } else {
                new
            });
        }
        Ok(Report::new(all, self.quick))
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
            "goxide against stock Go 1.25 on {} under a load of {}, written by `cargo xtask bench{} --write`; medians of {} rounds.\n\
             A ratio is goxide ÷ stock within a round: below 1 is faster or smaller. The noise is how far two builds of \
             stock were apart in the same rounds; a difference inside it is called none. Under a load above the number of \
             CPUs stock's collector comes late, its heaps grow, and ratios flatter goxide. Green Tea is stock with \
             GOEXPERIMENT=greenteagc ÷ stock. {met} of {all} targets are met.\n",
            self.machine,
            range(&self.figures, |f| f.load, 1),
            if self.quick { " --quick" } else { "" },
            range(&self.figures, |f| f.rounds as f64, 0),
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

/// The least and the greatest.
fn range(figures: &[Figure], of: impl Fn(&Figure) -> f64, places: usize) -> String {
    let (low, high) = figures
        .iter()
        .map(of)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
    let (low, high) = (format!("{low:.places$}"), format!("{high:.places$}"));
    if low == high {
        low
    } else {
        format!("{low}–{high}")
    }
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

#[cfg(test)]
mod tests {
    use super::super::figure;
    use super::super::sample::{Metric, Samples};
    use super::super::subject::Kind;
    use super::super::target::Targets;
    use super::*;

    fn report(benchmark: &str, value: f64) -> Report {
        let mut samples = Samples::default();
        for kind in [Kind::Stock, Kind::StockAgain, Kind::Goxide] {
            samples.add(kind, vec![Metric::new("cpu/op", "ns", value)]);
        }
        let figures = figure::of_benchmark(benchmark, &samples, &Targets::default());
        Report::new(figures, false)
    }

    #[test]
    fn what_was_not_measured_again_stays() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["a/x".to_owned(), "a/y".to_owned()];
        report("a/y", 1.0).write(dir.path()).unwrap();
        let both = report("a/x", 2.0)
            .beside_those_of(dir.path(), &names)
            .unwrap();
        both.write(dir.path()).unwrap();
        let again = report("a/y", 3.0)
            .beside_those_of(dir.path(), &names)
            .unwrap();
        let values: Vec<_> = again
            .figures
            .iter()
            .map(|f| (&*f.benchmark, f.stock))
            .collect();
        assert_eq!(values, [("a/x", 2.0), ("a/y", 3.0)]);
    }
}
