//! Whole builds by stock's go command, with each call of cmd/compile, cmd/asm and cmd/link made twice: by stock's tool, whose
//! product the build goes on with, and by the tool that goxide built, whose product must be the same byte for byte.
//!
//!   go build -toolexec ──▶ pass_on ──┬─▶ stock's tool  ──▶ product ──▶ the build
//!                                    └─▶ goxide's tool ──▶ product ──▶ compared, noted

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Session;
use super::exec::{self, End};
use super::report::{Counts, Report};
use super::toolchain::Side;

const TOOLS: &[&str] = &["cmd/compile", "cmd/asm", "cmd/link"];
/// Flags of the tools that name a file to be written.
const PRODUCTS: &[&str] = &["-o", "-asmhdr"];
const WHOLE_BUILD: Duration = Duration::from_secs(4 * 3600);
const ONE_CALL: Duration = Duration::from_secs(1800);
/// Files of notes, one line for each call.
const SAME: &str = "same";
const DIFFERENT: &str = "different";

/// `cargo xtask conformance builds`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What is built, as patterns of the go command.
    #[arg(default_values_t = ["std".to_owned(), "cmd".to_owned()])]
    packages: Vec<String>,
    /// Values of GOGC for both sides' tools, one build each.
    #[arg(long, value_delimiter = ',', default_value = "100")]
    gogc: Vec<String>,
}

/// What `-toolexec` gives: where goxide's tools are, where notes go, and the call.
#[derive(Debug, Clone, clap::Args)]
pub struct Call {
    tools: PathBuf,
    notes: PathBuf,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, num_args = 1..)]
    call: Vec<OsString>,
}

/// Builds the tools with goxide, then everything that is wanted with each GOGC.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let report = Report::new(session.common.verbose);
    let tools = session.out.join("tools/builds");
    println!("building {}", TOOLS.join(" "));
    session.tools.of(Side::Goxide).build_into(&tools, TOOLS)?;
    for gogc in &args.gogc {
        one(session, args, &tools, gogc, &report)?;
    }
    Ok(report.counts())
}

fn one(session: &Session, args: &Args, tools: &Path, gogc: &str, report: &Report) -> Result<()> {
    let notes = tempfile::tempdir()?;
    let cache = tempfile::tempdir()?;
    let own = std::env::current_exe()?;
    let wrapper = format!(
        "'{}' conformance pass-on '{}' '{}'",
        own.display(),
        tools.display(),
        notes.path().display()
    );
    let jobs = session.jobs().to_string();
    let mut call = vec!["build", "-p", &jobs, "-toolexec", &wrapper];
    call.extend(args.packages.iter().map(String::as_str));
    let mut command = session.tools.stock.command(&call);
    command
        .env("GOCACHE", cache.path())
        .env("GOGC", gogc)
        .current_dir("/");
    println!("GOGC={gogc}: building {}", args.packages.join(" "));
    let outcome = exec::run_joined(command, WHOLE_BUILD)?;
    let title = |what: &str| format!("GOGC={gogc} {what}");
    if outcome.end != End::Exit(0) {
        report.fail(
            &title("build"),
            &format!("{}\n{}", outcome.end, outcome.stdout),
        );
    }
    let same = lines(&notes.path().join(SAME))?;
    for (tool, calls) in by_tool(&same) {
        println!(
            "{}",
            title(&format!("{tool}: {calls} calls, the same bytes"))
        );
    }
    report.pass_many(same.len(), 0);
    for line in lines(&notes.path().join(DIFFERENT))? {
        report.fail(&title("call"), &line);
    }
    if same.is_empty() {
        report.fail(&title("build"), "no tool was called");
    }
    Ok(())
}

fn by_tool(notes: &[String]) -> BTreeMap<&str, usize> {
    let mut calls = BTreeMap::new();
    for note in notes {
        *calls
            .entry(note.split(' ').next().unwrap_or(""))
            .or_default() += 1;
    }
    calls
}

fn lines(file: &Path) -> Result<Vec<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e).with_context(|| file.display().to_string()),
    }
}

/// One call of a tool. The exit code is that of stock's tool.
pub fn pass_on(call: &Call) -> Result<ExitCode> {
    let Some((tool, args)) = call.call.split_first() else {
        bail!("-toolexec gives a tool");
    };
    let status = Command::new(tool)
        .args(args)
        .status()
        .with_context(|| tool.display().to_string())?;
    let name = Path::new(tool).file_name().unwrap_or(tool);
    let asks_version = args.iter().any(|a| a == "-V=full");
    if status.success()
        && !asks_version
        && TOOLS.iter().any(|t| Path::new(t).file_name() == Some(name))
    {
        compare(call, name, args)?;
    }
    let code = status.code().and_then(|c| u8::try_from(c).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn compare(call: &Call, name: &OsStr, args: &[OsString]) -> Result<()> {
    let own = tempfile::tempdir_in(&call.notes)?;
    let (args, products) = redirected(args, own.path());
    let mut command = Command::new(call.tools.join(name));
    command.args(&args);
    let outcome = exec::run(command, None, ONE_CALL)?;
    let what = format!("{} {}", name.display(), subject(&args));
    let mut wrong = Vec::new();
    if outcome.end != End::Exit(0) {
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        wrong.push(format!("{} {}", outcome.end, said.replace('\n', " | ")));
    }
    for (stock, goxide) in products {
        if fs::read(&stock).ok() != fs::read(&goxide).ok() {
            wrong.push(format!("{} differs", stock.display()));
        }
    }
    if wrong.is_empty() {
        note(&call.notes.join(SAME), &what)
    } else {
        note(
            &call.notes.join(DIFFERENT),
            &format!("{what}: {}", wrong.join("; ")),
        )
    }
}

/// The call with its products in `dir`, and which file is to be the same as which.
fn redirected(args: &[OsString], dir: &Path) -> (Vec<OsString>, Vec<(PathBuf, PathBuf)>) {
    let mut products = Vec::new();
    let mut redirected: Vec<OsString> = Vec::new();
    for arg in args {
        let names_product = redirected
            .last()
            .is_some_and(|flag| PRODUCTS.iter().any(|p| flag == *p));
        if names_product {
            let twin = dir.join(format!("product{}", products.len()));
            redirected.push(twin.clone().into_os_string());
            products.push((PathBuf::from(arg), twin));
        } else {
            redirected.push(arg.clone());
        }
    }
    (redirected, products)
}

/// The package that a call is about.
fn subject(args: &[OsString]) -> String {
    let package = args.iter().skip_while(|a| *a != "-p").nth(1);
    package.map_or_else(String::new, |p| p.display().to_string())
}

/// Appends a line; the calls of a build run side by side.
fn note(file: &Path, line: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    #[test]
    fn products_are_redirected() {
        let call = os(&["-o", "a.o", "-p", "x/y", "-asmhdr", "go_asm.h", "x.go"]);
        let (args, products) = redirected(&call, Path::new("/tmp/d"));
        assert_eq!(
            args,
            os(&[
                "-o",
                "/tmp/d/product0",
                "-p",
                "x/y",
                "-asmhdr",
                "/tmp/d/product1",
                "x.go"
            ])
        );
        assert_eq!(products[0].0, Path::new("a.o"));
        assert_eq!(
            products[1],
            (PathBuf::from("go_asm.h"), PathBuf::from("/tmp/d/product1"))
        );
        assert_eq!(subject(&args), "x/y");
    }

    /// A tool that writes what `-o` names, and one that does not.
    #[test]
    fn a_different_product_is_noted() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("input"), "b\na\n").unwrap();
        let stock = at("compile");
        symlink("/usr/bin/sort", &stock).unwrap();
        for (tool, verdict) in [("/usr/bin/sort", SAME), ("/usr/bin/true", DIFFERENT)] {
            let (tools, notes) = (at("tools").join(verdict), at("notes").join(verdict));
            fs::create_dir_all(&tools).unwrap();
            fs::create_dir_all(&notes).unwrap();
            symlink(tool, tools.join("compile")).unwrap();
            let call = [&stock, &at("input"), Path::new("-o"), &at("product")];
            pass_on(&Call {
                call: call.iter().map(|a| a.as_os_str().to_owned()).collect(),
                tools,
                notes: notes.clone(),
            })
            .unwrap();
            assert_eq!(lines(&notes.join(verdict)).unwrap().len(), 1, "{verdict}");
        }
    }
}
