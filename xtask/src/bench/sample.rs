//! What the rounds of one benchmark gave, by metric and subject.

use super::subject::Kind;

/// One figure of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub name: String,
    pub unit: String,
    pub value: f64,
}

impl Metric {
    pub fn new(name: &str, unit: &str, value: f64) -> Metric {
        Metric {
            name: name.to_owned(),
            unit: unit.to_owned(),
            value,
        }
    }

    /// `name<TAB>unit<TAB>value`
    pub fn parse(line: &str) -> Option<Metric> {
        let mut parts = line.split('\t');
        let (name, unit) = (parts.next()?, parts.next()?);
        Some(Metric::new(name, unit, parts.next()?.parse().ok()?))
    }
}

/// One metric in all rounds.
#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    pub unit: String,
    /// By [`Kind`], in order of rounds.
    pub values: [Vec<f64>; Kind::COUNT],
}

/// All metrics of a benchmark, in the order in which they were first seen.
#[derive(Debug, Clone, Default)]
pub struct Samples(pub Vec<Series>);

impl Samples {
    pub fn add(&mut self, kind: Kind, metrics: Vec<Metric>) {
        for metric in metrics {
            self.series(&metric).values[kind as usize].push(metric.value);
        }
    }

    fn series(&mut self, metric: &Metric) -> &mut Series {
        let known = self.0.iter().position(|s| s.name == metric.name);
        let at = known.unwrap_or_else(|| {
            self.0.push(Series {
                name: metric.name.clone(),
                unit: metric.unit.clone(),
                values: Default::default(),
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}
