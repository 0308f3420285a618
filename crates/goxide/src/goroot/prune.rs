//! Removing GOROOTs that nobody uses any more. Only on request: a build may be running in any of them.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use super::{Key, MARKER};
use crate::cache::Cache;

/// A GOROOT used within this time is never removed: longer than any build takes.
const IN_USE: Duration = Duration::from_secs(24 * 3600);

/// What was done about one GOROOT.
pub enum Pruned {
    Removed(PathBuf),
    KeptInUse(PathBuf),
}

/// Removes every GOROOT except `current` and those used within a day (or, with `all`, even those).
pub fn prune(cache: &Cache, current: Option<&Key>, all: bool) -> Result<Vec<Pruned>> {
    let lock = cache.lock()?;
    let mut report = Vec::new();
    for entry in fs::read_dir(cache.goroots())
        .into_iter()
        .flatten()
        .flatten()
    {
        let dir = entry.path();
        if current.is_some_and(|key| dir.ends_with(key.as_str())) {
            continue;
        }
        if !all && used_lately(&dir.join(MARKER)) {
            report.push(Pruned::KeptInUse(dir));
        } else {
            lock.discard(&dir)?;
            report.push(Pruned::Removed(dir));
        }
    }
    Ok(report)
}

fn used_lately(marker: &std::path::Path) -> bool {
    let noted = fs::metadata(marker).and_then(|m| m.modified());
    noted.is_ok_and(|t| {
        SystemTime::now()
            .duration_since(t)
            .map_or(true, |age| age < IN_USE)
    })
}
