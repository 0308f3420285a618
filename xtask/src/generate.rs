//! `cargo xtask gen`: the files of the Go side that are written from the tables in `crates/abi`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

use crate::shell;

/// Where generated files go; their names start with `z`.
const GO_SIDE: &str = "goside/runtime";

/// Writes the files.
pub fn write(root: &Path) -> Result<()> {
    // A cargo of its own: the generator's feature must not reach the kernel, which has no std.
    let args = [
        "run",
        "--quiet",
        "--package=goxide-abi",
        "--features=gen",
        "--example=gen",
    ];
    shell::cargo(root, &args).run()
}

/// Fails if the files in the tree were not what the generator writes. They are afterwards.
pub fn check(root: &Path) -> Result<()> {
    let before = generated(root)?;
    write(root)?;
    let after = generated(root)?;
    let names = before.keys().chain(after.keys());
    let mut stale: Vec<&String> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    stale.dedup();
    if !stale.is_empty() {
        bail!("stale until now, written anew: {stale:?}");
    }
    Ok(())
}

fn generated(root: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(root.join(GO_SIDE))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('z') {
            files.insert(name, std::fs::read(path)?);
        }
    }
    Ok(files)
}
