//! `bench/targets.toml`: what is to be reached.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A bound on one metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// On goxide ÷ stock.
    Ratio(f64),
    /// On goxide's own figure, in its unit.
    AtMost(f64),
}

impl Target {
    pub fn is_met(self, ratio: f64, value: f64) -> bool {
        match self {
            Target::Ratio(bound) => ratio <= bound,
            Target::AtMost(bound) => value <= bound,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Ratio(bound) => write!(f, "≤ {bound}×"),
            Target::AtMost(bound) => write!(f, "≤ {bound}"),
        }
    }
}

/// By benchmark and metric.
#[derive(Debug, Default, Deserialize)]
pub struct Targets(BTreeMap<String, BTreeMap<String, Target>>);

impl Targets {
    pub fn read(path: &Path) -> Result<Targets> {
        let text = std::fs::read_to_string(path)?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    }

    pub fn of(&self, benchmark: &str, metric: &str) -> Option<Target> {
        self.0.get(benchmark)?.get(metric).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_read_and_compared() {
        let text = "[\"a/b\"]\nx = { ratio = 0.5 }\ny = { at_most = 100 }\n";
        let targets: Targets = toml::from_str(text).unwrap();
        assert!(targets.of("a/b", "x").unwrap().is_met(0.5, 9e9));
        assert!(!targets.of("a/b", "y").unwrap().is_met(0.1, 101.0));
        assert_eq!(targets.of("a/b", "z"), None);
    }
}
