//! Copying a Go tree: some ten thousand small files, so several threads, and by reference where the disk can.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, InCache};
use crate::view::Progress;

/// What is to be copied, as paths below `from`.
pub struct Plan {
    from: PathBuf,
    dirs: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Plan {
    /// All that a build can use: no test suite of the compiler, no documents, no leftovers of version control.
    pub fn whole(from: &Path) -> Result<Self> {
        Self::filtered(from, |_| true)
    }

    /// The same, without the files (not directories) that `keep` refuses.
    pub fn filtered(from: &Path, keep: impl Fn(&Path) -> bool) -> Result<Self> {
        let mut plan = Self {
            from: from.to_path_buf(),
            dirs: Vec::new(),
            files: Vec::new(),
        };
        let walk = WalkDir::new(from)
            .min_depth(1)
            .follow_links(true)
            .sort_by_file_name();
        for entry in walk.into_iter().filter_entry(is_wanted) {
            let entry = match entry {
                Err(e) if is_dangling(&e) => continue,
                entry => {
                    entry.with_context(|| format!("cannot read the Go tree {}", from.display()))?
                }
            };
            let below = entry.path().strip_prefix(from)?.to_path_buf();
            if entry.file_type().is_dir() {
                plan.dirs.push(below);
            } else if keep(&below) {
                plan.files.push(below);
            }
        }
        Ok(plan)
    }

    /// Copies to `to`, which is created.
    pub fn run(&self, to: &Path, what: &str) -> Result<()> {
        let step = Progress::counted(what, self.files.len() as u64);
        fs::create_dir_all(to).in_cache(to)?;
        for dir in &self.dirs {
            let dir = to.join(dir);
            fs::create_dir(&dir).in_cache(&dir)?;
        }
        self.copy_files(to, &step)
    }

    fn copy_files(&self, to: &Path, step: &Progress) -> Result<()> {
        let threads = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
        let next = AtomicUsize::new(0);
        let failure = Mutex::new(None);
        // Relaxed: the index only deals out work; the results are published by the join.
        let worker = || {
            while let Some(below) = self.files.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(e) = copy_file(&self.from.join(below), &to.join(below)) {
                    next.store(self.files.len(), Ordering::Relaxed);
                    failure
                        .lock()
                        .unwrap_or_else(|e| e.into_inner())
                        .get_or_insert(e);
                    return;
                }
                step.advance(1);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(worker);
            }
        });
        let failure = failure.into_inner().unwrap_or_else(|e| e.into_inner());
        failure.map_or(Ok(()), Err)
    }
}

/// Distributions leave links in their trees to packages that need not be installed.
fn is_dangling(e: &walkdir::Error) -> bool {
    e.io_error()
        .is_some_and(|io| io.kind() == io::ErrorKind::NotFound)
}

fn is_wanted(entry: &DirEntry) -> bool {
    const NOT_AT_TOP: [&str; 5] = ["test", "doc", "api", "misc", ".git"];
    const NOT_IN_PKG: [&str; 2] = ["include", "tool"];
    let name = entry.file_name().to_str().unwrap_or("");
    let parent = entry.path().parent().and_then(Path::file_name);
    match entry.depth() {
        1 => !NOT_AT_TOP.contains(&name) && name != crate::goroot::MARKER,
        2 if parent.is_some_and(|p| p == "pkg") => NOT_IN_PKG.contains(&name),
        _ => true,
    }
}

/// Copies content, time and the execute bit. The copy can always be written and removed by its owner: the module
/// cache's trees are read-only.
fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let (meta, source) = open(from).with_context(|| format!("cannot read {}", from.display()))?;
    let target = File::create(to).in_cache(to)?;
    clone_or_copy(&source, &target).map_err(|e| Error::cache(to, e))?;
    if let Ok(time) = meta.modified() {
        target.set_modified(time).in_cache(to)?;
    }
    let mode = if meta.permissions().mode() & 0o111 == 0 {
        0o644
    } else {
        0o755
    };
    target
        .set_permissions(fs::Permissions::from_mode(mode))
        .in_cache(to)
}

fn open(path: &Path) -> io::Result<(fs::Metadata, File)> {
    let file = File::open(path)?;
    Ok((file.metadata()?, file))
}

fn clone_or_copy(mut from: &File, mut to: &File) -> io::Result<()> {
    if rustix::fs::ioctl_ficlone(to, from).is_ok() {
        return Ok(());
    }
    io::copy(&mut from, &mut to).map(drop) // copy_file_range inside
}
