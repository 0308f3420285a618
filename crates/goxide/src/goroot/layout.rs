//! Making a GOROOT.
//!
//! `src/runtime` loses its own files (its sub-packages stay) and gets goxide's; the kernel goes into leaf packages
//! that the runtime imports, one per kernel (release, debug) with one sub-package per GOAMD64 level and experiment,
//! because an object's header names both and cmd/link compares headers.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{Key, MARKER, copy};
use crate::cache::CacheLock;
use crate::error::InCache;
use crate::link::{self, Kernel, Variant};
use crate::toolchain::Toolchain;

/// What the go command must be told for good: goxide is the toolchain, and there is no C compiler in the build.
const GO_ENV: [(&str, &str); 2] = [("GOTOOLCHAIN", "local"), ("CGO_ENABLED", "0")];

/// First line of the marker.
pub fn first_line(key: &Key) -> String {
    format!("goroot {key}\n")
}

/// Lays out the GOROOT for `key` at `place`.
pub fn make(lock: &CacheLock, toolchain: &Toolchain, key: &Key, place: &Path) -> Result<()> {
    let shop = lock.workshop()?;
    let dir = shop.path().join("goroot");
    let what = format!("laying out a GOROOT from {}", toolchain.version());
    copy::Plan::filtered(toolchain.goroot(), is_kept)?.run(&dir, &what)?;
    set_go_env(&dir.join("go.env"))?;
    write_go_side(&dir)?;
    write_kernels(toolchain, &dir, shop.path())?;
    try_out(&dir)?;
    write_marker(toolchain, key, &dir)?;
    lock.publish(&dir, place)
}

/// The files that lie directly in `src/runtime` are the ones that goxide replaces.
fn is_kept(below: &Path) -> bool {
    // gdb's helper for Go programs is the one exception: binaries name it, and it reads this runtime as well.
    below.parent() != Some(Path::new("src/runtime"))
        || below.file_name() == Some("runtime-gdb.py".as_ref())
}

fn set_go_env(path: &Path) -> Result<()> {
    let old = fs::read_to_string(path).unwrap_or_default();
    fs::write(path, go_env_text(&old)).in_cache(path)
}

fn go_env_text(old: &str) -> String {
    let ours = |line: &&str| {
        GO_ENV
            .iter()
            .any(|(name, _)| line.trim_start().starts_with(&format!("{name}=")))
    };
    let mut text: String = old
        .lines()
        .filter(|l| !ours(l))
        .map(|l| format!("{l}\n"))
        .collect();
    for (name, value) in GO_ENV {
        text.push_str(&format!("{name}={value}\n"));
    }
    text
}

fn write_go_side(dir: &Path) -> Result<()> {
    for (below, content) in link::go_side()? {
        write(&dir.join("src").join(below), &content)?;
    }
    Ok(())
}

/// Writes `<leaf>/<variant>/kernel_linux_amd64.syso` and the Go files that choose among the variants.
fn write_kernels(toolchain: &Toolchain, dir: &Path, shop: &Path) -> Result<()> {
    let headers = link::headers(&toolchain.tool("asm"), shop)?;
    for kernel in [Kernel::Release, Kernel::Debug] {
        let body = kernel.body()?;
        let leaf = dir.join("src").join(kernel.import_path());
        for (variant, header) in Variant::all().zip(&headers) {
            write(
                &leaf.join(variant.chooser_name()),
                variant.chooser(kernel).as_bytes(),
            )?;
            let sub = leaf.join(variant.path());
            write(&sub.join("doc.go"), variant.doc(kernel).as_bytes())?;
            write(
                &sub.join("kernel_linux_amd64.syso"),
                &link::object(header, &body),
            )?;
        }
    }
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).in_cache(parent)?;
    fs::write(path, content).in_cache(path)
}

/// Asks the new tree's go command, for each kernel, for all that the runtime imports: a tree that cannot answer is
/// not kept.
fn try_out(dir: &Path) -> Result<()> {
    for tags in ["", "goxide_debug"] {
        let out = Command::new(dir.join("bin/go"))
            .args(["list", "-deps", "-tags", tags, "runtime", "fmt"])
            .envs(go_command_env(dir))
            .env("GOFLAGS", "")
            .current_dir(dir.join("src"))
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start {}", dir.join("bin/go").display()))?;
        if !out.status.success() {
            bail!(
                "the GOROOT just made does not work\n{}",
                String::from_utf8_lossy(&out.stderr).trim_end()
            );
        }
    }
    Ok(())
}

/// What makes a go command work on this GOROOT and on no other.
pub fn go_command_env(dir: &Path) -> impl Iterator<Item = (&'static str, &OsStr)> {
    let fixed = GO_ENV.map(|(name, value)| (name, OsStr::new(value)));
    fixed.into_iter().chain([("GOROOT", dir.as_os_str())])
}

fn write_marker(toolchain: &Toolchain, key: &Key, dir: &Path) -> Result<()> {
    let text = format!(
        "{}goxide {}\nkernel {}\nsource {}\n",
        first_line(key),
        env!("CARGO_PKG_VERSION"),
        link::KERNEL_HASH,
        toolchain.goroot().display(),
    );
    let path = dir.join(MARKER);
    fs::write(&path, text).in_cache(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_env_keeps_the_other_lines() {
        let old = "# note\nGOPROXY=x\nGOTOOLCHAIN=auto\n";
        assert_eq!(
            go_env_text(old),
            "# note\nGOPROXY=x\nGOTOOLCHAIN=local\nCGO_ENABLED=0\n"
        );
    }

    #[test]
    fn only_top_level_runtime_files_go() {
        assert!(!is_kept(Path::new("src/runtime/proc.go")));
        assert!(is_kept(Path::new("src/runtime/runtime-gdb.py")));
        assert!(is_kept(Path::new("src/runtime/debug/stack.go")));
        assert!(is_kept(Path::new("src/sync/runtime.go")));
    }
}
