//! Well-known modules' own tests: what passes with stock Go must pass with goxide, test by test.
//!
//!   conformance/modules/go.mod (versions) ─▶ go mod download ─▶ a copy that may be written ─▶ as std's tests
//!
//! Nothing of the modules is committed; conformance/modules/modules.toml says which packages of each are run, and which
//! tests cannot pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Session;
use super::exec;
use super::filter::Names;
use super::report::Counts;
use super::std_tests::known::Known;
use super::std_tests::{self, Options, Package, table};

const MODULES: Names = Names {
    what: "module",
    list: "conformance/modules/modules.toml lists them",
};

/// `cargo xtask conformance modules`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Parts of module paths (default: all).
    modules: Vec<String>,
    #[command(flatten)]
    options: Options,
}

/// A row of modules.toml.
#[derive(Debug, Deserialize)]
struct Module {
    path: String,
    /// What it stands for.
    kind: String,
    #[serde(default = "all_packages")]
    packages: Vec<String>,
}

fn all_packages() -> Vec<String> {
    vec!["./...".to_owned()]
}

#[derive(Debug, Deserialize)]
struct List {
    module: Vec<Module>,
}

/// What `go mod download -json` says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Download {
    version: String,
    dir: PathBuf,
}

/// Runs the tests with both sides and compares.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let source = session.root.join("conformance/modules");
    let text = fs::read_to_string(source.join("modules.toml"))?;
    let list: List = toml::from_str(&text).context("modules.toml")?;
    let known: Known = toml::from_str(&text).context("modules.toml")?;
    MODULES.check(&args.modules, |part| {
        list.module.iter().any(|m| m.path.contains(part))
    })?;
    let place = versions(session, &source)?;
    let wanted = |m: &&Module| {
        args.modules.is_empty() || args.modules.iter().any(|part| m.path.contains(part))
    };
    let mut packages = Vec::new();
    for module in list.module.iter().filter(wanted) {
        packages.extend(packages_of(session, &place, module)?);
    }
    let (rows, counts) = std_tests::compare(session, &args.options, "modules", &packages, &known)?;
    if let Some(path) = &args.options.table {
        table::write(path, "modules", &table::markdown("module", &rows))?;
        table::write(path, "modules, known", &known.markdown())?;
    }
    Ok(counts)
}

/// A copy of the module that pins the versions: the go command adds to the go.sum that it works with.
fn versions(session: &Session, source: &Path) -> Result<PathBuf> {
    let place = session.out.join("modules/versions");
    exec::open_directory(&place)?;
    for name in ["go.mod", "go.sum"] {
        fs::copy(source.join(name), place.join(name)).with_context(|| name.to_owned())?;
    }
    Ok(place)
}

/// Fetches the module and names its packages that have tests.
fn packages_of(session: &Session, place: &Path, module: &Module) -> Result<Vec<Package>> {
    let stock = &session.tools.stock;
    let said = stock.output(place, &["mod", "download", "-json", &module.path])?;
    let download: Download = serde_json::from_str(&said).context("go mod download")?;
    let name = format!("{}@{}", module.path.replace('/', "_"), download.version);
    let dir = copy(session, &download.dir, &name)?;
    let build = vec!["-mod=mod".to_owned()];
    let patterns: Vec<&str> = module.packages.iter().map(String::as_str).collect();
    let paths = std_tests::packages_with_tests(stock, &dir, &build, &patterns)
        .with_context(|| module.path.clone())?;
    let row = format!("{} {} ({})", module.path, download.version, module.kind);
    Ok(paths
        .into_iter()
        .map(|path| Package {
            path,
            dir: dir.clone(),
            build: build.clone(),
            env: Vec::new(),
            row: row.clone(),
        })
        .collect())
}

/// The module cache is read-only, and some tests write beside themselves.
fn copy(session: &Session, from: &Path, name: &str) -> Result<PathBuf> {
    let place = session.out.join("modules/src");
    exec::open_directory(&place)?;
    let to = place.join(name);
    if to.exists() {
        return Ok(to);
    }
    let new = place.join("new");
    let _ = fs::remove_dir_all(&new);
    for (program, args) in [("cp", ["-r"]), ("chmod", ["-R"])] {
        let mut command = Command::new(program);
        command.args(args);
        match program {
            "cp" => command.arg(from).arg(&new),
            _ => command.arg("u+w").arg(&new),
        };
        if !command.status()?.success() {
            bail!("{program} of {}", from.display());
        }
    }
    fs::rename(&new, &to)?;
    Ok(to)
}
