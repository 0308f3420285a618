//! Makes what goxide carries inside itself: the kernel, release and debug, as Go objects, and the Go side.
//!
//!   crates/kernel ─ nested cargo ─▶ lib.a ─ goobj ─▶ body ─ deflate ─▶ payload.rs ◀─ deflate ─ goside/
//!
//! The kernel is built by a cargo of its own because it needs another profile (`kernel`) and other code generation
//! (position independent, frame pointers, baseline CPU) than the command that carries it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use flate2::{Compression, write::DeflateEncoder};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// The crates that make up the kernel.
const KERNEL_CRATES: [&str; 4] = ["kernel", "abi", "algo", "lockfree"];

fn main() -> Result<()> {
    let workspace = env_path("CARGO_MANIFEST_DIR")?
        .join("../..")
        .canonicalize()?;
    let out = env_path("OUT_DIR")?;
    let crates = KERNEL_CRATES.map(|name| workspace.join("crates").join(name));
    let go_side = workspace.join("goside");
    for dir in crates
        .iter()
        .chain([&go_side, &workspace.join("Cargo.toml")])
    {
        println!("cargo::rerun-if-changed={}", dir.display());
    }
    let kernel_hash = hash_sources(&crates)?;
    let kernels = build_kernels(&workspace, &out, &kernel_hash)?;
    write_payload(&out, &kernel_hash, kernels, &read_go_side(&go_side)?)
}

fn env_path(name: &str) -> Result<PathBuf> {
    std::env::var_os(name)
        .map(PathBuf::from)
        .with_context(|| format!("{name} is not set"))
}

/// Sixteen digits that name a kernel: its sources and the compiler.
fn hash_sources(dirs: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    hash.update(Command::new(rustc).arg("-vV").output()?.stdout);
    for dir in dirs {
        hash_tree(&mut hash, dir)?;
    }
    Ok(short_hex(hash))
}

fn hash_tree(hash: &mut Sha256, dir: &Path) -> Result<()> {
    for (below, content) in read_tree(dir, |_| true)? {
        hash.update(&below);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    Ok(())
}

fn short_hex(hash: Sha256) -> String {
    hash.finalize()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

type Tree = Vec<(String, Vec<u8>)>;

/// The files below `dir`, sorted by path.
fn read_tree(dir: &Path, keep: impl Fn(&str) -> bool) -> Result<Tree> {
    let mut tree = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry?;
        let below = entry
            .path()
            .strip_prefix(dir)?
            .to_str()
            .context("a file name is not UTF-8")?;
        if entry.file_type().is_file() && keep(below) {
            tree.push((below.to_string(), fs::read(entry.path())?));
        }
    }
    Ok(tree)
}

/// Release and debug at the same time: each is one code unit, which is one thread's work.
fn build_kernels(workspace: &Path, out: &Path, hash: &str) -> Result<[Vec<u8>; 2]> {
    std::thread::scope(|scope| {
        let debug = scope.spawn(|| build_kernel(workspace, out, hash, true));
        let release = build_kernel(workspace, out, hash, false)?;
        let debug = debug
            .join()
            .map_err(|_| anyhow!("the debug kernel's thread panicked"))??;
        Ok([release, debug])
    })
}

/// Builds one kernel and returns the body of its Go object.
fn build_kernel(workspace: &Path, out: &Path, hash: &str, debug: bool) -> Result<Vec<u8>> {
    let target_dir = out.join(if debug { "kernel-debug" } else { "kernel" });
    let target = std::env::var("TARGET")?;
    let mut cargo = nested_cargo(workspace, hash)?;
    cargo.args([
        "rustc",
        "--lib",
        "--crate-type=staticlib",
        "--profile=kernel",
    ]);
    cargo.args([
        "--target",
        &target,
        "--package=goxide-kernel",
        "--manifest-path",
    ]);
    cargo.arg(workspace.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(&target_dir);
    if debug {
        cargo.arg("--features=debug-kernel");
    }
    if !cargo.status().context("cannot start cargo")?.success() {
        bail!("the kernel does not build");
    }
    convert(&target_dir.join(target).join("kernel/libgoxide_kernel.a"))
}

/// A cargo that is not disturbed by what the outer one (or clippy, or a coverage tool) put into the environment.
fn nested_cargo(workspace: &Path, hash: &str) -> Result<Command> {
    const LEAKS: [&str; 6] = [
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET",
    ];
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in LEAKS {
        cargo.env_remove(name);
    }
    let remap = format!(
        "--remap-path-prefix={}=goxide",
        workspace.to_str().context("workspace path is not UTF-8")?
    );
    let flags = [
        "-Crelocation-model=pic",
        "-Cforce-frame-pointers=yes",
        // Debuggers write below SP wherever a thread stands.
        "-Cno-redzone=yes",
        "-Ctarget-cpu=x86-64",
        &remap,
    ];
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    cargo.env("GOXIDE_KERNEL_HASH", hash);
    Ok(cargo)
}

fn convert(archive: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(archive).with_context(|| archive.display().to_string())?;
    let exports = |name: &str| name.starts_with("gx_");
    let body = goobj::convert(&bytes, &goobj::Options { exports: &exports })?;
    Ok(body.bytes)
}

/// `goside/` mirrors `$GOROOT/src`, except that `kernel/` stands for both leaf packages.
fn read_go_side(dir: &Path) -> Result<Tree> {
    let is_source =
        |path: &str| path.ends_with(".go") || path.ends_with(".s") || path.ends_with(".h");
    let mut tree = Vec::new();
    for (path, content) in read_tree(dir, is_source)? {
        match path.strip_prefix("kernel/") {
            None => tree.push((path, content)),
            Some(file) => {
                let text = String::from_utf8(content)?;
                let debug = text.replace("package kernel\n", "package kerneldebug\n");
                tree.push((format!("internal/goxide/kernel/{file}"), text.into_bytes()));
                tree.push((
                    format!("internal/goxide/kerneldebug/{file}"),
                    debug.into_bytes(),
                ));
            }
        }
    }
    Ok(tree)
}

fn write_payload(
    out: &Path,
    kernel_hash: &str,
    bodies: [Vec<u8>; 2],
    go_side: &Tree,
) -> Result<()> {
    let [release, debug] = &bodies;
    let mut source = String::new();
    writeln!(
        source,
        "/// Names all of the embedded data and the code that lays it out."
    )?;
    writeln!(
        source,
        "pub const PAYLOAD_HASH: &str = {:?};",
        payload_hash(&bodies, go_side)?
    )?;
    writeln!(
        source,
        "/// Names the kernel: its sources and their compiler."
    )?;
    writeln!(source, "pub const KERNEL_HASH: &str = {kernel_hash:?};")?;
    writeln!(
        source,
        "static RELEASE_BODY: &[u8] = {};",
        embed(out, "release.body", release)?
    )?;
    writeln!(
        source,
        "static DEBUG_BODY: &[u8] = {};",
        embed(out, "debug.body", debug)?
    )?;
    writeln!(source, "static GO_SIDE: &[(&str, &[u8])] = &[")?;
    for (i, (path, content)) in go_side.iter().enumerate() {
        writeln!(
            source,
            "    ({path:?}, {}),",
            embed(out, &format!("goside{i}"), content)?
        )?;
    }
    writeln!(source, "];")?;
    Ok(fs::write(out.join("payload.rs"), source)?)
}

fn payload_hash(bodies: &[Vec<u8>], go_side: &Tree) -> Result<String> {
    let mut hash = Sha256::new();
    for (path, content) in go_side {
        hash.update(path);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    for body in bodies {
        hash.update(body);
    }
    for dir in ["src/goroot", "src/link"] {
        println!("cargo::rerun-if-changed={dir}");
        hash_tree(&mut hash, Path::new(dir))?;
    }
    Ok(short_hex(hash))
}

/// Writes compressed data and returns the expression that includes it.
fn embed(out: &Path, name: &str, data: &[u8]) -> Result<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data)?;
    fs::write(out.join(name), encoder.finish()?)?;
    Ok(format!(
        "include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))"
    ))
}
