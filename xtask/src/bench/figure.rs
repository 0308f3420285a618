//! From samples to figures: medians, the ratio with its spread, the noise, and the verdict.

use serde::{Deserialize, Deserializer, Serialize};

use super::sample::{Samples, Series};
use super::subject::Kind;
use super::target::{Target, Targets};

/// Rounds from which the spread is the distance between the quartiles; with fewer it is all of it.
const RUNS_FOR_QUARTILES: usize = 7;

/// One metric of one benchmark.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    pub benchmark: String,
    pub metric: String,
    pub unit: String,
    #[serde(deserialize_with = "number")]
    pub stock: f64,
    #[serde(deserialize_with = "number")]
    pub goxide: f64,
    /// Median of the rounds' ratios, goxide ÷ stock: below 1 is less.
    #[serde(deserialize_with = "number")]
    pub ratio: f64,
    /// The ratios' quartiles, or all of their range.
    #[serde(deserialize_with = "numbers")]
    pub spread: (f64, f64),
    /// How far two builds of stock were apart, as a share.
    #[serde(deserialize_with = "number")]
    pub noise: f64,
    pub verdict: Verdict,
    /// Stock with its other collector ÷ stock.
    pub greentea: Option<f64>,
    pub target: Option<Target>,
    pub met: Option<bool>,
    pub rounds: usize,
    /// Load average of the last five minutes when they had been run: above the number of CPUs others took part.
    #[serde(deserialize_with = "number")]
    pub load: f64,
}

/// JSON has no NaN: it is written as null.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f64::NAN))
}

fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<(f64, f64), D::Error> {
    let (low, high): (Option<f64>, Option<f64>) = Deserialize::deserialize(from)?;
    Ok((low.unwrap_or(f64::NAN), high.unwrap_or(f64::NAN)))
}

/// Which way a difference goes, if it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Less,
    More,
    None,
}

impl Figure {
    pub fn family(&self) -> &str {
        self.benchmark.split('/').next().unwrap_or_default()
    }
}

/// All figures of a benchmark.
pub fn of_benchmark(name: &str, samples: &Samples, targets: &Targets) -> Vec<Figure> {
    samples
        .0
        .iter()
        .map(|series| figure(name, series, targets.of(name, &series.name)))
        .collect()
}

fn figure(benchmark: &str, series: &Series, target: Option<Target>) -> Figure {
    let of = |kind: Kind| &series.values[kind as usize][..];
    let ratios = ratios(of(Kind::Goxide), of(Kind::Stock));
    let noise = noise(of(Kind::Stock), of(Kind::StockAgain));
    let (ratio, goxide) = (median(&ratios), median(of(Kind::Goxide)));
    let greentea = median(&self::ratios(of(Kind::GreenTea), of(Kind::Stock)));
    Figure {
        benchmark: benchmark.to_owned(),
        metric: series.name.clone(),
        unit: series.unit.clone(),
        stock: median(of(Kind::Stock)),
        goxide,
        ratio,
        spread: spread(&ratios),
        noise,
        verdict: verdict(ratio, noise),
        greentea: greentea.is_finite().then_some(greentea),
        target,
        met: target.map(|t| t.is_met(ratio, goxide)),
        rounds: ratios.len(),
        load: load(),
    }
}

/// Of each round.
fn ratios(upper: &[f64], lower: &[f64]) -> Vec<f64> {
    let pairs = upper.iter().zip(lower).filter(|(_, l)| **l != 0.0);
    pairs.map(|(u, l)| u / l).collect()
}

/// Half the spread of stock against stock, but at least how far their median is from 1.
fn noise(stock: &[f64], again: &[f64]) -> f64 {
    let same = ratios(again, stock);
    let (low, high) = spread(&same);
    ((high - low) / 2.0).max((median(&same) - 1.0).abs())
}

fn verdict(ratio: f64, noise: f64) -> Verdict {
    if !ratio.is_finite() || (ratio - 1.0).abs() <= noise {
        Verdict::None
    } else if ratio < 1.0 {
        Verdict::Less
    } else {
        Verdict::More
    }
}

/// The middle value; the mean of two when there is no middle one; NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    match sorted.len() {
        0 => f64::NAN,
        n => (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0,
    }
}

fn spread(values: &[f64]) -> (f64, f64) {
    let sorted = sorted(values);
    let Some(last) = sorted.len().checked_sub(1) else {
        return (f64::NAN, f64::NAN);
    };
    let cut = if sorted.len() >= RUNS_FOR_QUARTILES {
        sorted.len() / 4
    } else {
        0
    };
    (sorted[cut], sorted[last - cut])
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Of the ratios of a family in one metric.
pub fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> Option<f64> {
    let logs: Vec<f64> = ratios
        .into_iter()
        .filter(|r| r.is_finite() && *r > 0.0)
        .map(f64::ln)
        .collect();
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
}

/// Runnable threads on average.
fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let five_minutes = text.split(' ').nth(1);
    five_minutes
        .and_then(|n| n.parse().ok())
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_no_values() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_difference_inside_the_noise_is_none() {
        let noise = noise(&[10.0, 10.0, 10.0], &[9.0, 10.0, 11.0]);
        assert!((noise - 0.1).abs() < 1e-9);
        assert_eq!(verdict(0.95, noise), Verdict::None);
        assert_eq!(verdict(0.85, noise), Verdict::Less);
        assert_eq!(verdict(1.2, noise), Verdict::More);
        assert_eq!(verdict(f64::NAN, noise), Verdict::None);
    }

    #[test]
    fn means_multiply() {
        let mean = geometric_mean([0.5, 2.0, f64::NAN]).unwrap();
        assert!((mean - 1.0).abs() < 1e-9);
        assert_eq!(geometric_mean([]), None);
    }

    #[test]
    fn many_rounds_are_spread_by_quartiles() {
        let values: Vec<f64> = (1..=8).map(f64::from).collect();
        assert_eq!(spread(&values), (3.0, 6.0));
        assert_eq!(spread(&values[..3]), (1.0, 3.0));
    }
}
