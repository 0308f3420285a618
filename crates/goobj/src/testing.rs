//! Inputs for tests, made by the rustc that compiles them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The static library of `tests/payload`.
pub fn payload(flags: &[&str]) -> Vec<u8> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload/lib.rs");
    rustc(
        &source,
        &[&["--crate-type=staticlib", "-Copt-level=3", "-g"], flags].concat(),
    )
}

/// One object with `asm` in it, in GNU syntax.
pub fn assembled(asm: &str) -> Vec<u8> {
    let source = scratch("rs");
    let text = format!("#![no_std]\ncore::arch::global_asm!(r###\"{asm}\"###);\n");
    std::fs::write(&source, text).unwrap();
    let object = rustc(&source, &["--crate-type=lib", "--emit=obj"]);
    std::fs::remove_file(&source).unwrap();
    object
}

fn rustc(source: &Path, flags: &[&str]) -> Vec<u8> {
    let out = scratch("out");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = Command::new(rustc)
        .args([
            "--edition=2024",
            "--crate-name=payload",
            "-Cpanic=abort",
            "-Crelocation-model=pic",
        ])
        .args(flags)
        .arg("-o")
        .args([&out, source])
        .status()
        .expect("rustc runs");
    assert!(status.success(), "rustc {flags:?}");
    let bytes = std::fs::read(&out).unwrap();
    std::fs::remove_file(&out).unwrap();
    bytes
}

fn scratch(extension: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("goobj-{}-{n}.{extension}", std::process::id()))
}
