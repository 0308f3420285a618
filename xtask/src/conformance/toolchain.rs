//! The two builders that are compared: stock Go 1.25 and goxide.
//!
//! Stock Go, first that is there: `STOCK_GO` (a go command), `goxide toolchain path`, a `go` that is or can fetch
//! go1.25.3. goxide: `GOXIDE_BIN`, otherwise `target/release/goxide`, built when it is missing.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The release whose runtime goxide stands in for.
const STOCK_VERSION: &str = "go1.25.3";

/// Which runtime a binary has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    Stock,
    Goxide,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::Stock, Side::Goxide];

    /// As reports and directories spell it.
    pub fn name(self) -> &'static str {
        match self {
            Side::Stock => "stock",
            Side::Goxide => "goxide",
        }
    }
}

/// The go command of one side.
#[derive(Debug, Clone)]
pub struct Builder {
    pub program: PathBuf,
    env: Vec<(&'static str, String)>,
}

impl Builder {
    /// `go <args>` of this side, to be completed by the caller.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .env_remove("GOROOT")
            .env_remove("GOFLAGS")
            .env_remove("GOMAXPROCS");
        command.envs(self.env.iter().map(|(k, v)| (*k, v.as_str())));
        command
    }

    /// Builds main packages of the toolchain into `dir`, under the last elements of their paths.
    pub fn build_into(&self, dir: &Path, packages: &[&str]) -> Result<()> {
        std::fs::create_dir_all(dir)?;
        let target = format!("{}/", dir.display());
        self.output(
            Path::new("/"),
            &[&["build", "-o", &target], packages].concat(),
        )
        .map(drop)
    }

    /// Runs `go <args>` in `dir` and returns what it printed.
    pub fn output(&self, dir: &Path, args: &[&str]) -> Result<String> {
        let out = self
            .command(args)
            .current_dir(dir)
            .output()
            .with_context(|| self.describe(args))?;
        if !out.status.success() {
            bail!(
                "{}:\n{}",
                self.describe(args),
                String::from_utf8_lossy(&out.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    fn describe(&self, args: &[&str]) -> String {
        format!("{} {}", self.program.display(), args.join(" "))
    }
}

/// Both builders.
#[derive(Debug, Clone)]
pub struct Toolchains {
    pub stock: Builder,
    pub goxide: Builder,
    /// The stock GOROOT.
    pub goroot: PathBuf,
}

impl Toolchains {
    /// Finds both. `stock_only` compares stock with itself: what differs then is noise of the programs.
    pub fn find(root: &Path, kernel: Option<&str>, stock_only: bool) -> Result<Toolchains> {
        let goxide = if stock_only {
            None
        } else {
            Some(find_goxide(root)?)
        };
        let stock = builder(find_stock(goxide.as_deref())?);
        let goroot = PathBuf::from(stock.output(Path::new("/"), &["env", "GOROOT"])?.trim());
        let mut goxide = goxide.map_or_else(|| stock.clone(), builder);
        if let Some(kernel) = kernel {
            goxide.env.push(("GOXIDE_KERNEL", kernel.to_owned()));
        }
        Ok(Toolchains {
            stock,
            goxide,
            goroot,
        })
    }

    pub fn of(&self, side: Side) -> &Builder {
        match side {
            Side::Stock => &self.stock,
            Side::Goxide => &self.goxide,
        }
    }
}

fn builder(program: PathBuf) -> Builder {
    let env = [
        ("CGO_ENABLED", "0"),
        ("GOTOOLCHAIN", "local"),
        ("GOWORK", "off"),
        ("GOTELEMETRY", "off"),
    ];
    Builder {
        program,
        env: env.map(|(k, v)| (k, v.to_owned())).to_vec(),
    }
}

fn find_goxide(root: &Path) -> Result<PathBuf> {
    if let Some(path) = env::var_os("GOXIDE_BIN") {
        return Ok(path.into());
    }
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--package", "goxide"])
        .current_dir(root)
        .status()
        .context("cargo build --release")?;
    if !status.success() {
        bail!("goxide does not build");
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/goxide"))
}

fn find_stock(goxide: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = env::var_os("STOCK_GO") {
        return Ok(path.into());
    }
    let from_goxide = goxide.and_then(|bin| text_of(Command::new(bin).args(["toolchain", "path"])));
    let from_path = || {
        text_of(
            Command::new("go")
                .args(["env", "GOROOT"])
                .env("GOTOOLCHAIN", STOCK_VERSION),
        )
    };
    for tree in from_goxide.into_iter().chain(from_path()) {
        let go = Path::new(&tree).join("bin/go");
        if go.exists() {
            return Ok(go);
        }
    }
    bail!(
        "no stock {STOCK_VERSION}: set STOCK_GO to its go command, or run `goxide toolchain install`"
    )
}

fn text_of(command: &mut Command) -> Option<String> {
    let out = command.output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).trim().to_owned();
    (out.status.success() && !text.is_empty()).then_some(text)
}
