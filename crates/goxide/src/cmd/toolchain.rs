//! `goxide toolchain`: the Go trees underneath.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cache::Cache;
use crate::error::Error;
use crate::goroot::{self, Key, Pruned};
use crate::toolchain::{self, Client, GoVersion, Looked, Toolchain};

/// Reads the arguments and does it.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let name = OsString::from("toolchain");
    let matches = match cli().try_get_matches_from(std::iter::once(name).chain(args)) {
        Ok(matches) => matches,
        Err(e) => {
            e.print()?;
            return Ok(ExitCode::from(if e.use_stderr() { 2 } else { 0 }));
        }
    };
    match matches.subcommand() {
        Some(("install", m)) => install(m),
        Some(("path", _)) => path(),
        Some(("prune", m)) => prune(m),
        _ => list(),
    }
}

fn cli() -> Command {
    let from = Arg::new("from").long("from").value_parser(["pip", "go"]);
    let version =
        Arg::new("VERSION").help("1.25.x; the default is the version goxide is tested with");
    let all = Arg::new("all").long("all").action(ArgAction::SetTrue);
    Command::new("toolchain")
        .bin_name("goxide toolchain")
        .about("The Go toolchains that goxide builds on")
        .subcommand_required(true)
        .subcommand(
            Command::new("list")
                .about("Show every place that is looked at, the one in use marked by *"),
        )
        .subcommand(
            Command::new("install")
                .about("Fetch a Go 1.25 toolchain into goxide's cache")
                .arg(version)
                .arg(from.help("Client to fetch with; by default, whichever is there")),
        )
        .subcommand(Command::new("path").about(
            "Print the Go tree in use, fetched if need be (goxide's own GOROOT: `goxide env GOROOT`)",
        ))
        .subcommand(
            Command::new("prune")
                .about("Remove GOROOTs of other kernels that were not used for a day")
                .arg(all.help("Remove even those used lately; no build may be running in them")),
        )
}

fn list() -> Result<ExitCode> {
    let mut in_use = false;
    for Looked { place, outcome } in toolchain::survey(&Cache::from_env()?) {
        match outcome {
            Ok(t) => {
                let mark = if in_use { ' ' } else { '*' };
                in_use = true;
                println!(
                    "{mark} {}  {}  ({})",
                    t.version(),
                    t.goroot().display(),
                    t.source().name()
                );
            }
            Err(why) => println!("  -  {place}: {why}"),
        }
    }
    if !in_use {
        println!(
            "no Go 1.25 found; the next build fetches {}",
            toolchain::DEFAULT_VERSION
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn install(m: &ArgMatches) -> Result<ExitCode> {
    let version = m
        .get_one::<String>("VERSION")
        .map(|v| wanted(v))
        .transpose()?;
    let clients = m.get_one::<String>("from").map(|from| match from.as_str() {
        "pip" => Client::pips(),
        _ => Client::gos(),
    });
    let found = toolchain::fetch(&Cache::from_env()?, version.as_ref(), clients)?;
    println!("{} in {}", found.version(), found.goroot().display());
    Ok(ExitCode::SUCCESS)
}

fn wanted(text: &str) -> Result<GoVersion> {
    let say = |why: String| Error::Usage(format!("toolchain install: {why}"));
    let version =
        GoVersion::from_user(text).ok_or_else(|| say(format!("{text} is not a Go version")))?;
    version.check().map_err(say)?;
    Ok(version)
}

fn path() -> Result<ExitCode> {
    let found = toolchain::find(&Cache::from_env()?)?;
    println!("{}", found.goroot().display());
    Ok(ExitCode::SUCCESS)
}

fn prune(m: &ArgMatches) -> Result<ExitCode> {
    let cache = Cache::from_env()?;
    for done in goroot::prune(&cache, current(&cache).as_ref(), m.get_flag("all"))? {
        match done {
            Pruned::Removed(dir) => println!("removed {}", dir.display()),
            Pruned::KeptInUse(dir) => println!("kept    {} (used within a day)", dir.display()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The GOROOT that the next build would use.
fn current(cache: &Cache) -> Option<Key> {
    let found: Option<Toolchain> = toolchain::survey(cache)
        .into_iter()
        .find_map(|looked| looked.outcome.ok());
    Key::of(&found?).ok()
}
