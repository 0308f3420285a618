//! The verdicts as a table for the documentation, between two marks of a Markdown file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::PackageVerdict;

/// One line of the table.
pub type Row = (String, PackageVerdict);

/// Replaces what stands between `<!-- NAME -->` and `<!-- end NAME -->`.
pub fn write(path: &Path, name: &str, text: &str) -> Result<()> {
    let old = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let new = between_marks(&old, name, text)
        .with_context(|| format!("{} has no marks for {name}", path.display()))?;
    fs::write(path, new)?;
    Ok(())
}

fn between_marks(old: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
    let from = old.find(&begin)? + begin.len();
    let to = from + old[from..].find(&end)?;
    Some(format!("{}\n{text}\n{}", &old[..from], &old[to..]))
}

/// Adds up neighbours of the same name.
pub fn join(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut joined: Vec<Row> = Vec::new();
    for (name, verdict) in rows {
        match joined.last_mut().filter(|last| last.0 == name) {
            Some((_, sum)) => sum.add(verdict),
            None => joined.push((name, verdict)),
        }
    }
    joined
}

/// A row per name, and the sum.
pub fn markdown(what: &str, rows: &[Row]) -> String {
    let mut text = format!(
        "| {what} | stock passes | goxide passes | not the same |\n| --- | ---: | ---: | --- |\n"
    );
    let (mut all, mut same) = (0, 0);
    for (package, verdict) in rows {
        all += verdict.expected;
        same += verdict.passed();
        let failed: Vec<&str> = verdict.failures.iter().map(|f| f.test.as_str()).collect();
        text.push_str(&format!(
            "| {package} | {} | {} | {} |\n",
            verdict.expected,
            verdict.passed(),
            failed.join(", ")
        ));
    }
    text.push_str(&format!(
        "| **{} in all** | **{all}** | **{same}** | |\n",
        rows.len()
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_marks_is_replaced() {
        let old = "a\n<!-- t -->\nold\n<!-- end t -->\nb\n";
        let new = between_marks(old, "t", "new").unwrap();
        assert_eq!(new, "a\n<!-- t -->\n\nnew\n<!-- end t -->\nb\n");
        assert_eq!(between_marks(old, "u", ""), None);
    }
}
