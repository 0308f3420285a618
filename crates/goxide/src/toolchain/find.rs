//! Where a Go 1.25 may be, in the order of preference, and what was wrong with each place.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::{Source, Toolchain, fetch};
use crate::cache::Cache;
use crate::error::Error;

/// Set for the processes that goxide asks about themselves, so that a `go` that is goxide in disguise ends there.
pub const PROBE: &str = "GOXIDE_PROBE";

/// One place and what was found there.
pub struct Looked {
    pub place: String,
    pub outcome: Result<Toolchain, String>,
}

/// The toolchain to use, fetched if need be.
pub fn find(cache: &Cache) -> Result<Toolchain> {
    let mut looked = Vec::new();
    for (place, look) in places(cache) {
        match look() {
            Ok(found) => return Ok(found),
            Err(why) if place == "GOXIDE_GO" => return Err(bad_goxide_go(why)),
            Err(outcome) => looked.push((place, outcome)),
        }
    }
    fetch::fetch(cache, None, None).map_err(|e| no_toolchain(&looked, &e))
}

/// Looks everywhere, fetches nothing.
pub fn survey(cache: &Cache) -> Vec<Looked> {
    let look_at = |(place, look): Place| {
        let outcome = look();
        Looked { place, outcome }
    };
    places(cache).map(look_at).collect()
}

type Place = (String, Box<dyn FnOnce() -> Result<Toolchain, String>>);

/// The order is design: what the user names, what the user runs, what goxide fetched.
fn places(cache: &Cache) -> impl Iterator<Item = Place> {
    let place = |name: String,
                 path: PathBuf,
                 look: fn(&Path) -> Result<Toolchain, String>|
     -> Place { (name, Box::new(move || look(&path))) };
    let named = goxide_go().map(|v| place("GOXIDE_GO".into(), v, look_at_named));
    let on_path =
        gos_on_path().map(move |go| place(format!("{} on PATH", go.display()), go, look_at_go));
    let cached = cached(cache).into_iter();
    let cached = cached.map(move |dir| {
        place(dir.display().to_string(), dir, |d| {
            Toolchain::open(d, Source::Cache)
        })
    });
    named.into_iter().chain(on_path).chain(cached)
}

fn goxide_go() -> Option<PathBuf> {
    std::env::var_os("GOXIDE_GO")
        .filter(|v| !v.is_empty())
        .map(PathBuf::from)
}

/// Every `go` on PATH, the first of them first, each once.
pub fn gos_on_path() -> impl Iterator<Item = PathBuf> {
    let mut seen = Vec::new();
    let all = which::which_all("go").into_iter().flatten();
    all.filter(move |go| {
        let real = go.canonicalize().unwrap_or_else(|_| go.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    })
}

/// Toolchains in the cache, the default version first.
fn cached(cache: &Cache) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(cache.toolchains())
        .into_iter()
        .flatten()
        .flatten();
    let mut dirs: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    dirs.sort_by_key(|dir| (!dir.ends_with(super::DEFAULT_VERSION), dir.clone()));
    dirs
}

fn look_at_named(named: &Path) -> Result<Toolchain, String> {
    let found = if named.is_dir() {
        Toolchain::open(named, Source::GoxideGo)?
    } else {
        let go = which::which(named).map_err(|_| "no such directory or command".to_string())?;
        look_at_go(&go)?
    };
    let source = Source::GoxideGo;
    Ok(Toolchain { source, ..found })
}

fn look_at_go(go: &Path) -> Result<Toolchain, String> {
    Toolchain::open(&goroot_of(go)?, Source::Path)
}

/// The tree a go command belongs to: the one it lies in, or, for wrappers, the one it names.
pub fn goroot_of(go: &Path) -> Result<PathBuf, String> {
    let real = go.canonicalize().map_err(|e| e.to_string())?;
    if std::env::current_exe().is_ok_and(|me| me == real) {
        return Err("is goxide itself".into());
    }
    match real.parent().and_then(Path::parent) {
        Some(root) if root.join("VERSION").is_file() && root.join("bin/go").exists() => {
            Ok(root.into())
        }
        _ => ask_goroot(go, "local").map(|(goroot, _)| goroot),
    }
}

/// Runs `go env GOROOT GOVERSION` under the given GOTOOLCHAIN.
pub fn ask_goroot(go: &Path, gotoolchain: &str) -> Result<(PathBuf, String), String> {
    let out = Command::new(go)
        .args(["env", "GOROOT", "GOVERSION"])
        .env("GOTOOLCHAIN", gotoolchain)
        .env("GOWORK", "off")
        .env_remove("GOROOT")
        .env(PROBE, "1")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&out.stdout);
    let mut lines = said.lines();
    match (out.status.success(), lines.next(), lines.next()) {
        (true, Some(goroot), Some(version)) if !goroot.is_empty() => {
            Ok((goroot.into(), version.into()))
        }
        _ => Err(last_words(&out.stderr)
            .unwrap_or_else(|| format!("`{} env GOROOT` says nothing", go.display()))),
    }
}

/// The last line that says anything.
pub fn last_words(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    text.lines()
        .rev()
        .map(str::trim)
        .find(|l| !l.is_empty())
        .map(str::to_string)
}

fn bad_goxide_go(why: String) -> anyhow::Error {
    let value = goxide_go().unwrap_or_default();
    Error::BadGoxideGo { value, why }.into()
}

fn no_toolchain(looked: &[(String, String)], fetching: &anyhow::Error) -> anyhow::Error {
    if fetching
        .downcast_ref::<Error>()
        .is_some_and(|e| matches!(e, Error::Cache { .. }))
    {
        return anyhow::anyhow!("{fetching}");
    }
    let mut lines = String::new();
    for (place, why) in looked {
        let _ = writeln!(lines, "  {place}: {why}");
    }
    if !looked.iter().any(|(place, _)| place.ends_with("on PATH")) {
        lines.push_str("  PATH: no go command\n");
    }
    let _ = write!(lines, "  fetching it: {fetching:#}");
    Error::NoToolchain { looked: lines }.into()
}
