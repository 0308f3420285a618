//! conformance/std.toml: tests of std that look at stock's own runtime, each with the reason.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The list.
#[derive(Debug, Default, Deserialize)]
pub struct Known {
    #[serde(default)]
    test: Vec<Test>,
}

#[derive(Debug, Deserialize)]
struct Test {
    package: String,
    name: String,
    why: String,
}

impl Known {
    pub fn read(root: &Path) -> Result<Known> {
        let path = root.join("conformance/std.toml");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    }

    /// Why this test cannot pass, if that is known. A sub-test shares the reason of its test.
    pub fn why(&self, package: &str, test: &str) -> Option<&str> {
        let top = test.split('/').next().unwrap_or_default();
        let mut known = self.test.iter();
        let entry = known.find(|t| t.package == package && (t.name == test || t.name == top));
        entry.map(|t| t.why.as_str())
    }

    /// The tests of one package that are listed. They are not run with goxide: one that dies would take others with it.
    pub fn names(&self, package: &str) -> Vec<String> {
        let of_package = self.test.iter().filter(|t| t.package == package);
        of_package.map(|t| t.name.clone()).collect()
    }

    /// A row per test, for the documentation.
    pub fn markdown(&self) -> String {
        let mut text = String::from("| package | test | why |\n| --- | --- | --- |\n");
        for test in &self.test {
            text.push_str(&format!(
                "| {} | {} | {} |\n",
                test.package, test.name, test.why
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_test_shares_the_reason() {
        let text = "[[test]]\npackage = \"p\"\nname = \"TestA\"\nwhy = \"w\"\n";
        let known: Known = toml::from_str(text).unwrap();
        assert_eq!(known.why("p", "TestA/x"), Some("w"));
        assert_eq!(known.why("p", "TestAB"), None);
        assert_eq!(known.why("q", "TestA"), None);
        assert_eq!(known.names("p"), ["TestA"]);
        assert!(known.names("q").is_empty());
    }
}
