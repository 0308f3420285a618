//! goxide's GOROOT: the user's Go tree with goxide's `package runtime` in it, laid out once in the cache.
//!
//!   key (what it is made of) ─▶ present? ─ yes ─▶ use it: one small read
//!                                  └─ no ─▶ lock ─▶ copy ─▶ overlay ─▶ try it ─▶ marker ─▶ rename
//!
//! I1  The key names kernel, Go side, Go version and source tree. Equal key, equal GOROOT: nothing is ever changed
//!     in place, and a new kernel has a new directory.
//! I2  A directory under its key is complete: the marker is written last, and the rename comes after it.
//! I3  It is a copy. Links would be seen through by the go command, or would let an edit reach the user's Go.

pub mod copy;
mod key;
mod layout;
mod prune;

pub use key::Key;
pub use layout::go_command_env;
pub use prune::{Pruned, prune};

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::cache::Cache;
use crate::toolchain::Toolchain;

/// Name of the file that makes a directory a finished GOROOT of goxide's.
pub const MARKER: &str = "GOXIDE";

/// How often a use is noted; [`prune`] goes by these notes.
const NOTE_USE_EVERY: Duration = Duration::from_secs(3600);

/// A finished GOROOT.
#[derive(Clone, Debug)]
pub struct Goroot {
    dir: PathBuf,
}

impl Goroot {
    /// The GOROOT for this toolchain, laid out now if it is not there.
    pub fn ensure(cache: &Cache, toolchain: &Toolchain) -> Result<Self> {
        let key = Key::of(toolchain)?;
        if let Some(ready) = Self::ready(cache, &key) {
            return Ok(ready);
        }
        let lock = cache.lock()?;
        if let Some(made_meanwhile) = Self::ready(cache, &key) {
            return Ok(made_meanwhile);
        }
        let dir = place(cache, &key);
        layout::make(&lock, toolchain, &key, &dir)?;
        Ok(Self { dir })
    }

    /// The finished GOROOT under `key`, if there is one.
    pub fn ready(cache: &Cache, key: &Key) -> Option<Self> {
        let dir = place(cache, key);
        let marker = dir.join(MARKER);
        let text = fs::read_to_string(&marker).ok()?;
        text.starts_with(&layout::first_line(key)).then(|| {
            note_use(&marker);
            Self { dir }
        })
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its go command.
    pub fn go(&self) -> PathBuf {
        self.dir.join("bin/go")
    }
}

fn place(cache: &Cache, key: &Key) -> PathBuf {
    cache.goroots().join(key.as_str())
}

/// Failing is no harm: a cache that cannot be written cannot be pruned either.
fn note_use(marker: &Path) {
    let now = SystemTime::now();
    let noted = fs::metadata(marker).and_then(|m| m.modified());
    let old = noted.map_or(true, |t| {
        now.duration_since(t).is_ok_and(|age| age > NOTE_USE_EVERY)
    });
    if old && let Ok(file) = fs::File::options().append(true).open(marker) {
        let _ = file.set_modified(now);
    }
}
