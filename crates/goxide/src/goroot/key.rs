//! The name of a GOROOT: a hash of everything that it is made of.

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::link;
use crate::toolchain::Toolchain;

/// Hash of kernel, Go side, Go version and source tree, behind the version for people who look into the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key for the embedded kernel on this toolchain. The tree's identity is its path and the state of the two
    /// programs that any update replaces.
    pub fn of(toolchain: &Toolchain) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update(link::PAYLOAD_HASH);
        hash.update(toolchain.version().as_str());
        hash.update(toolchain.goroot().as_os_str().as_bytes());
        for file in [toolchain.goroot().join("bin/go"), toolchain.tool("compile")] {
            let meta = file
                .metadata()
                .with_context(|| file.display().to_string())?;
            for part in [
                meta.size().to_le_bytes(),
                meta.mtime().to_le_bytes(),
                meta.mtime_nsec().to_le_bytes(),
            ] {
                hash.update(part);
            }
        }
        let hex: String = hash.finalize()[..8]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Ok(Self(format!("{}-{hex}", toolchain.version())))
    }

    /// As the directory is called.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
