//! What `go test -json` says, as verdicts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::super::report::first_lines;

/// Verdict of a test during which the binary died.
const CRASH: &str = "crash";

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("0x[0-9a-f]+").expect("the pattern is a constant"));

/// One line of `go test -json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    test: Option<String>,
    output: Option<String>,
}

/// Verdict by test of one package; the empty name is the package itself.
pub type Verdicts = BTreeMap<String, String>;

/// Verdicts and outputs of one package.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    pub verdicts: Verdicts,
    #[serde(skip)]
    output: HashMap<String, String>,
    #[serde(skip)]
    started: BTreeSet<String>,
    /// Parallel tests whose turn has not come.
    #[serde(skip)]
    paused: BTreeSet<String>,
    /// What came on standard error or between the events: build errors.
    #[serde(skip)]
    pub noise: String,
}

impl Results {
    /// Reads the events of one package's test binary.
    pub fn read(events: &str, noise: &str) -> Results {
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
        let key = ADDRESS.replace_all(&test, "0xX").into_owned();
        match event.action.as_str() {
            "run" => drop(self.started.insert(key)),
            "pause" => drop(self.paused.insert(key)),
            "cont" => drop(self.paused.remove(&key)),
            "output" => self
                .output
                .entry(key)
                .or_default()
                .push_str(&event.output.unwrap_or_default()),
            "pass" | "fail" | "skip" => self.settle(key, event.action),
            "build-output" => self.noise.push_str(&event.output.unwrap_or_default()),
            _ => {}
        }
    }

    /// With `-count` and `-cpu` a test has several verdicts: one failure is enough.
    fn settle(&mut self, test: String, verdict: String) {
        let known = self.verdicts.entry(test).or_insert_with(|| verdict.clone());
        if verdict == "fail" {
            *known = verdict;
        }
    }

    /// Top-level tests that were running and never ended, and were not told of before.
    ///
    /// When a binary dies, `go test -json` closes open tests with `fail`; the sign of a crash is therefore a failed
    /// test with a traceback or a runtime error.
    pub fn crashed(&self) -> Vec<String> {
        let died = |test: &String| {
            let verdict = self.verdicts.get(test).map(String::as_str);
            let text = self.output.get(test).map_or("", String::as_str);
            let dying = ["goroutine ", "fatal error: ", "panic: "];
            let traceback = text
                .lines()
                .any(|line| dying.iter().any(|sign| line.starts_with(sign)));
            verdict.is_none()
                || (verdict == Some("fail") && (traceback || !text.contains("--- FAIL")))
        };
        let top = self.started.iter().filter(|test| !test.contains('/'));
        top.filter(|test| !self.paused.contains(*test) && died(test))
            .cloned()
            .collect()
    }

    /// The binary died in this test.
    pub fn set_crashed(&mut self, test: &str) {
        self.verdicts.insert(test.to_owned(), CRASH.to_owned());
    }

    /// Takes over the verdicts of another run; what crashed keeps its verdict and is not looked at again.
    pub fn add(&mut self, other: Results) {
        self.verdicts.extend(other.verdicts);
        self.started.extend(other.started);
        self.paused = other.paused;
        let verdicts = &self.verdicts;
        self.started
            .retain(|test| verdicts.get(test).is_none_or(|v| v != CRASH));
        self.output.extend(other.output);
    }

    /// Why this test is no pass.
    pub fn explain(&self, test: &str) -> String {
        let what = match self.verdicts.get(test) {
            Some(verdict) => format!("goxide: {verdict}"),
            None => format!(
                "goxide: no verdict (the package did not build or crashed before)\n{}",
                first_lines(&self.noise)
            ),
        };
        let output = self.output.get(test).map_or("", String::as_str);
        format!("{what}\n{}", first_lines(output))
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
        assert_eq!(results.verdicts["TestA"], "pass");
        assert_eq!(results.crashed(), ["TestB"]);
    }

    #[test]
    fn a_test_whose_turn_had_not_come_has_not_crashed() {
        let events = r#"{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pause","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"pause","Package":"p","Test":"TestB"}
{"Action":"cont","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"fail","Package":"p","Elapsed":0}"#;
        assert_eq!(Results::read(events, "").crashed(), ["TestB"]);
    }

    #[test]
    fn a_test_that_quotes_a_crash_has_not_crashed() {
        let events = r#"{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    want fatal error: x\n--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}"#;
        assert!(Results::read(events, "").crashed().is_empty());
    }

    #[test]
    fn one_failure_of_many_runs_is_a_failure() {
        let events = r#"{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}"#;
        assert_eq!(Results::read(events, "").verdicts["TestA"], "fail");
    }
}
