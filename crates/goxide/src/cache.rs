//! goxide's cache directory: where toolchains and GOROOTs live, and the lock that keeps two goxide apart.
//!
//!   <cache>/lock                 held while something is made
//!   <cache>/toolchain/go1.25.3/  fetched Go trees
//!   <cache>/goroot/<key>/        laid-out GOROOTs
//!   <cache>/tmp/                 things being made; what is found here under the lock is left from a killed run
//!
//! I1  A directory under `toolchain/` or `goroot/` appears by rename, when it is complete.
//! I2  Only the holder of the lock creates, renames or removes anything below the cache.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::error::{Error, InCache};
use crate::view;

/// The cache directory; it need not exist yet.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$GOXIDE_CACHE`, else `$XDG_CACHE_HOME/goxide`, else `~/.cache/goxide`.
    pub fn from_env() -> Result<Self> {
        let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        let root = choose_root(set("GOXIDE_CACHE"), set("XDG_CACHE_HOME"), set("HOME"))?;
        let root = std::path::absolute(&root).with_context(|| root.display().to_string())?;
        Ok(Self { root })
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where fetched toolchains lie.
    pub fn toolchains(&self) -> PathBuf {
        self.root.join("toolchain")
    }

    /// Where laid-out GOROOTs lie.
    pub fn goroots(&self) -> PathBuf {
        self.root.join("goroot")
    }

    /// Waits for the lock, and removes what a killed run left behind.
    pub fn lock(&self) -> Result<CacheLock> {
        fs::create_dir_all(&self.root).in_cache(&self.root)?;
        let path = self.root.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .in_cache(&path)?;
        wait_for(&file, &path)?;
        let lock = CacheLock {
            cache: self.clone(),
            _file: file,
        };
        lock.sweep_leftovers()?;
        Ok(lock)
    }
}

fn choose_root(
    goxide: Option<OsString>,
    xdg: Option<OsString>,
    home: Option<OsString>,
) -> Result<PathBuf> {
    let xdg = xdg.map(PathBuf::from).filter(|p| p.is_absolute());
    goxide
        .map(PathBuf::from)
        .or_else(|| xdg.map(|x| x.join("goxide")))
        .or_else(|| home.map(|h| Path::new(&h).join(".cache/goxide")))
        .ok_or_else(|| {
            let why =
                "no place for goxide's cache: none of GOXIDE_CACHE, XDG_CACHE_HOME and HOME is set";
            Error::Usage(format!("{why}\nSet GOXIDE_CACHE to a directory.")).into()
        })
}

fn wait_for(file: &File, path: &Path) -> Result<()> {
    match fs4::FileExt::try_lock(file) {
        Ok(()) => return Ok(()),
        Err(fs4::TryLockError::WouldBlock) => {
            view::note("waiting for another goxide to finish with the cache")
        }
        Err(fs4::TryLockError::Error(e)) => return Err(Error::cache(path, e)),
    }
    fs4::FileExt::lock(file).in_cache(path)
}

/// The right to change the cache. The system drops it when the process ends, however it ends.
pub struct CacheLock {
    cache: Cache,
    _file: File,
}

impl CacheLock {
    fn tmp(&self) -> PathBuf {
        self.cache.root.join("tmp")
    }

    /// A client that outlived the goxide it worked for may still be writing: then it is left to the next run.
    fn sweep_leftovers(&self) -> Result<()> {
        let tmp = self.tmp();
        match fs::remove_dir_all(&tmp) {
            Err(e) if !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
                Err(Error::cache(&tmp, e))
            }
            _ => Ok(()),
        }
    }

    /// A fresh directory to make something in; removed unless it is [published](Self::publish).
    pub fn workshop(&self) -> Result<TempDir> {
        let tmp = self.tmp();
        fs::create_dir_all(&tmp).in_cache(&tmp)?;
        tempfile::tempdir_in(&tmp).in_cache(&tmp)
    }

    /// Moves a finished directory to its place, on disk before it is visible. An unfinished or damaged one that
    /// stands there is replaced.
    pub fn publish(&self, made: &Path, place: &Path) -> Result<()> {
        flush(made).in_cache(made)?;
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).in_cache(parent)?;
        }
        self.discard(place)?;
        fs::rename(made, place).in_cache(place)
    }

    /// Removes a directory of the cache: first out of sight, so that nobody sees it half-removed.
    pub fn discard(&self, place: &Path) -> Result<()> {
        if fs::symlink_metadata(place).is_err() {
            return Ok(());
        }
        let bin = self.workshop()?;
        fs::rename(place, bin.path().join("old")).in_cache(place)?;
        bin.close().in_cache(place)
    }
}

/// Writes everything on the file system of `dir` to disk: a rename must not overtake the data it reveals.
fn flush(dir: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(dir)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(goxide: Option<&str>, xdg: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
        choose_root(
            goxide.map(Into::into),
            xdg.map(Into::into),
            home.map(Into::into),
        )
        .ok()
    }

    #[test]
    fn the_more_specific_variable_wins() {
        let path = |s: &str| Some(PathBuf::from(s));
        assert_eq!(root(Some("/a"), Some("/b"), Some("/c")), path("/a"));
        assert_eq!(root(None, Some("/b"), Some("/c")), path("/b/goxide"));
        assert_eq!(
            root(None, Some("relative"), Some("/c")),
            path("/c/.cache/goxide")
        );
        assert_eq!(root(None, None, None), None);
    }

    #[test]
    fn leftovers_of_a_killed_run_are_gone_after_the_next_lock() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache {
            root: dir.path().join("cache"),
        };
        fs::create_dir_all(cache.root.join("tmp/half/made")).unwrap();
        let lock = cache.lock().unwrap();
        assert!(!cache.root.join("tmp").exists());
        let made = lock.workshop().unwrap().keep();
        fs::write(made.join("x"), "1").unwrap();
        let place = cache.goroots().join("k");
        fs::create_dir_all(place.join("stale")).unwrap();
        lock.publish(&made, &place).unwrap();
        assert!(place.join("x").exists() && !place.join("stale").exists());
    }
}
