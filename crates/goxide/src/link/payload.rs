//! The embedded data: two kernel bodies and the Go side, compressed.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result};
use flate2::read::DeflateDecoder;

// PAYLOAD_HASH, KERNEL_HASH, RELEASE_BODY, DEBUG_BODY and GO_SIDE, written by build.rs.
include!(concat!(env!("OUT_DIR"), "/payload.rs"));

/// Which of the two kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kernel {
    #[default]
    Release,
    /// Invariants checked, freed memory poisoned, stacks moved, random yields.
    Debug,
}

impl Kernel {
    /// As `-kernel` and GOXIDE_KERNEL spell it.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "release" => Some(Self::Release),
            "debug" => Some(Self::Debug),
            _ => None,
        }
    }

    /// The inverse of [`parse`](Self::parse).
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }

    /// The leaf package that the runtime imports to get this kernel.
    pub fn import_path(self) -> &'static str {
        match self {
            Self::Release => "internal/goxide/kernel",
            Self::Debug => "internal/goxide/kerneldebug",
        }
    }

    /// The Go object without its header line.
    pub fn body(self) -> Result<Vec<u8>> {
        inflate(match self {
            Self::Release => RELEASE_BODY,
            Self::Debug => DEBUG_BODY,
        })
    }
}

/// Every file of the Go side: its path below `$GOROOT/src`, and its content.
pub fn go_side() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    GO_SIDE
        .iter()
        .map(|(path, packed)| Ok((PathBuf::from(path), inflate(packed)?)))
        .collect()
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>> {
    let mut data = Vec::new();
    DeflateDecoder::new(packed)
        .read_to_end(&mut data)
        .context("goxide's own data is damaged")?;
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kernels_are_go_objects_and_the_go_side_holds_the_runtime() {
        for kernel in [Kernel::Release, Kernel::Debug] {
            assert!(
                kernel.body().unwrap().starts_with(b"\0go120ld"),
                "{}",
                kernel.name()
            );
        }
        assert!(
            go_side()
                .unwrap()
                .iter()
                .any(|(path, _)| path.starts_with("runtime"))
        );
    }
}
