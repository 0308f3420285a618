//! The external tests of package runtime, without what refers to the unexported insides of stock's.
//!
//!   stock's src/runtime/*_test.go ─▶ conformance/outside (type-check, take out) ─▶ overlay for both GOROOTs ─▶ go test
//!
//! Nothing of the tests is committed. What was taken out is told one by one, with the name that it refers to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::super::Session;

/// The package whose tests cannot be run as they are.
pub const RUNTIME: &str = "runtime";

/// The tests that are left.
#[derive(Debug)]
pub struct Outside {
    overlay: PathBuf,
    report: Report,
}

/// What conformance/outside says.
#[derive(Debug, Default, Deserialize)]
pub struct Report {
    files: Vec<String>,
    kept: usize,
    dropped: Vec<Dropped>,
}

#[derive(Debug, Deserialize)]
struct Dropped {
    file: String,
    name: String,
    why: String,
}

/// The file that `go build -overlay` reads: for each path, which file to read instead; empty: none.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Overlay {
    replace: BTreeMap<PathBuf, PathBuf>,
}

impl Outside {
    /// Makes the copy of the tests, for both sides.
    pub fn prepare(session: &Session) -> Result<Outside> {
        let place = session.out.join("std/outside");
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place)?;
        let tests = session.tools.goroot.join("src/runtime");
        let report = take_out(session, &tests, &place)?;
        let goxide = session
            .tools
            .goxide
            .output(Path::new("/"), &["env", "GOROOT"])?;
        let mut overlay = Overlay::default();
        overlay.hide_tests_of(&tests)?;
        for dir in [tests, Path::new(goxide.trim()).join("src/runtime")] {
            overlay.put(&dir, &place, &report.files);
        }
        let path = place.join("overlay.json");
        fs::write(&path, serde_json::to_string(&overlay)?)?;
        Ok(Outside {
            overlay: path,
            report,
        })
    }

    /// What `go test` needs.
    pub fn flags(&self) -> Vec<String> {
        vec![format!("-overlay={}", self.overlay.display())]
    }

    /// The go command does not let files of the module cache be replaced, and a toolchain may lie there.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let nowhere = self.overlay.with_file_name("no-modules");
        vec![("GOMODCACHE", nowhere.display().to_string())]
    }

    /// What was taken out, for the documentation.
    pub fn markdown(&self) -> String {
        self.report.markdown()
    }
}

fn take_out(session: &Session, tests: &Path, place: &Path) -> Result<Report> {
    let dir = session.root.join("conformance/outside");
    let (tests, place) = (tests.to_string_lossy(), place.to_string_lossy());
    let said = session
        .tools
        .stock
        .output(&dir, &["run", ".", &tests, &place])?;
    serde_json::from_str(&said).context("conformance/outside")
}

impl Overlay {
    fn hide_tests_of(&mut self, dir: &Path) -> Result<()> {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with("_test.go") {
                self.replace.insert(path, PathBuf::new());
            }
        }
        Ok(())
    }

    fn put(&mut self, dir: &Path, place: &Path, files: &[String]) {
        let pairs = files.iter().map(|name| (dir.join(name), place.join(name)));
        self.replace.extend(pairs);
    }
}

impl Report {
    fn markdown(&self) -> String {
        let mut text = format!(
            "{} tests are left, {} are taken out:\n\n| file | test | why |\n| --- | --- | --- |\n",
            self.kept,
            self.dropped.len()
        );
        for test in &self.dropped {
            let why = test.why.replace('|', "\\|");
            text.push_str(&format!("| {} | {} | {why} |\n", test.file, test.name));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_hides_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a_test.go", "b_test.go", "a.go"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let mut overlay = Overlay::default();
        overlay.hide_tests_of(dir.path()).unwrap();
        overlay.put(dir.path(), Path::new("/place"), &["b_test.go".to_owned()]);
        let expected = [
            (dir.path().join("a_test.go"), PathBuf::new()),
            (
                dir.path().join("b_test.go"),
                PathBuf::from("/place/b_test.go"),
            ),
        ];
        assert_eq!(overlay.replace, expected.into());
    }

    #[test]
    fn each_test_taken_out_has_a_row() {
        let text = r#"{"files": [], "kept": 1, "dropped": [{"file": "f", "name": "TestA", "why": "a|b"}]}"#;
        let report: Report = serde_json::from_str(text).unwrap();
        assert!(report.markdown().ends_with("| f | TestA | a\\|b |\n"));
    }
}
