//! The first line of a Go object: it names system, exact toolchain, GOAMD64 level and experiments, and `cmd/link`
//! wants it equal in every object of a program. The toolchain's own assembler writes it for us.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Variant;

/// The header lines that this assembler writes, one for each variant.
pub fn headers(asm: &Path, scratch: &Path) -> Result<Vec<String>> {
    let source = scratch.join("empty.s");
    fs::write(&source, "").with_context(|| source.display().to_string())?;
    Variant::all()
        .map(|variant| header(asm, &source, variant))
        .collect()
}

fn header(asm: &Path, source: &Path, variant: Variant) -> Result<String> {
    let object = source.with_extension("o");
    let out = Command::new(asm)
        .args(["-p", "empty", "-o"])
        .args([&object, source])
        .env("GOOS", "linux")
        .env("GOARCH", "amd64")
        .env("GOAMD64", variant.level())
        .env("GOEXPERIMENT", variant.experiment().unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", asm.display()))?;
    if !out.status.success() {
        bail!(
            "{} failed: {}",
            asm.display(),
            String::from_utf8_lossy(&out.stderr).trim_end()
        );
    }
    first_line(&fs::read(&object)?).with_context(|| format!("{} wrote no Go object", asm.display()))
}

fn first_line(object: &[u8]) -> Option<String> {
    let line = object.split(|&b| b == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.starts_with("go object linux amd64 ")
        .then(|| line.to_string())
}

/// A whole object file: header line, end of headers, body.
pub fn object(header: &str, body: &[u8]) -> Vec<u8> {
    [header.as_bytes(), b"\n!\n", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_object_for_linux_amd64_has_a_header() {
        assert_eq!(
            first_line(b"go object linux amd64 go1.25.3 X\n!\n"),
            Some("go object linux amd64 go1.25.3 X".into())
        );
        assert_eq!(first_line(b"go object linux arm64 go1.25.3\n!\n"), None);
        assert_eq!(first_line(b""), None);
    }
}
