//! Verdicts of a long suite, written down as they come, so that `--resume` goes on where a stopped run ended.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One JSON line per title: `["title", verdict]`.
pub struct Journal<V> {
    file: Mutex<File>,
    told: HashMap<String, V>,
}

impl<V: Serialize + DeserializeOwned> Journal<V> {
    /// Begins a new journal, or goes on with the one that is there.
    pub fn open(path: &Path, resume: bool) -> Result<Journal<V>> {
        let old = if resume {
            fs::read_to_string(path).unwrap_or_default()
        } else {
            let _ = fs::remove_file(path);
            String::new()
        };
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Journal {
            file: Mutex::new(file),
            told: old.lines().filter_map(parse).collect(),
        })
    }

    /// What an earlier run said.
    pub fn told(&self, title: &str) -> Option<&V> {
        self.told.get(title)
    }

    /// A journal that cannot be written costs the resume, not the run.
    pub fn write(&self, title: &str, verdict: &V) {
        let mut file = self.file.lock().unwrap_or_else(|e| e.into_inner());
        let _ = writeln!(file, "{}", line(title, verdict));
    }
}

fn line<V: Serialize>(title: &str, verdict: &V) -> String {
    serde_json::json!([title, verdict]).to_string()
}

/// A line that was cut off by the stop is no verdict.
fn parse<V: DeserializeOwned>(line: &str) -> Option<(String, V)> {
    serde_json::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_gives_back_what_was_written() {
        let verdict = Err::<(), _>("a\n\"b\"".to_owned());
        let line = line("x GOGC=1", &verdict);
        assert_eq!(parse(&line), Some(("x GOGC=1".to_owned(), verdict)));
        assert_eq!(parse::<Result<(), String>>("[\"half"), None);
    }

    #[test]
    fn a_resumed_journal_keeps_what_was_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        Journal::open(&path, false).unwrap().write("a", &1);
        let resumed = Journal::<i32>::open(&path, true).unwrap();
        assert_eq!(resumed.told("a"), Some(&1));
        assert_eq!(Journal::<i32>::open(&path, false).unwrap().told("a"), None);
    }
}
