//! `goxide version [-m] [-v] [file or directory …]`.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use walkdir::WalkDir;

use super::buildinfo::{BuildInfo, KernelId};
use crate::cache::Cache;
use crate::error::Error;
use crate::link::KERNEL_HASH;
use crate::toolchain;
use crate::view;

/// Options as in `go version`.
#[derive(Default)]
struct Options {
    modules: bool,
    verbose: bool,
}

/// Without files: goxide itself. With files: what each of them holds.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let mut options = Options::default();
    let mut files = Vec::new();
    for arg in args {
        match arg.to_str() {
            Some("-m" | "--m") => options.modules = true,
            Some("-v" | "--v") => options.verbose = true,
            Some(flag) if flag.starts_with('-') => {
                let usage = "usage: goxide version [-m] [-v] [file ...]";
                return Err(Error::Usage(format!("version: unknown flag {flag}\n{usage}")).into());
            }
            _ => files.push(arg),
        }
    }
    match files.is_empty() {
        true => own(),
        false => Ok(of_files(&files, &options)),
    }
}

fn own() -> Result<ExitCode> {
    println!("goxide version {} linux/amd64", env!("CARGO_PKG_VERSION"));
    println!("kernel {} {KERNEL_HASH}", env!("CARGO_PKG_VERSION"));
    let survey = toolchain::survey(&Cache::from_env()?);
    match survey.into_iter().find_map(|looked| looked.outcome.ok()) {
        Some(t) => println!(
            "{} in {} ({})",
            t.version(),
            t.goroot().display(),
            t.source().name()
        ),
        None => println!("no Go 1.25 found yet (`goxide doctor` says more)"),
    }
    Ok(ExitCode::SUCCESS)
}

fn of_files(files: &[OsString], options: &Options) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in files.iter().map(Path::new) {
        if file.is_dir() {
            of_directory(file, options);
        } else if let Err(e) = show(file, options) {
            view::note(&format!("{}: {e:#}", file.display()));
            code = ExitCode::FAILURE;
        }
    }
    code
}

/// Only programs are shown; what is none is passed over, unless the user wants to hear of it.
fn of_directory(dir: &Path, options: &Options) {
    let entries = WalkDir::new(dir).sort_by_file_name().into_iter().flatten();
    for entry in entries.filter(|e| e.file_type().is_file()) {
        if let Err(e) = show(entry.path(), options)
            && options.verbose
        {
            view::note(&format!("{}: {e:#}", entry.path().display()));
        }
    }
}

fn show(file: &Path, options: &Options) -> Result<()> {
    let info = BuildInfo::of(file)?;
    println!(
        "{}: {} ({})",
        file.display(),
        info.go,
        runtime_name(info.kernel.as_ref())
    );
    if options.modules {
        for line in info.modules.lines() {
            println!("\t{line}");
        }
    }
    Ok(())
}

fn runtime_name(kernel: Option<&KernelId>) -> String {
    match kernel {
        None => "stock Go runtime".into(),
        Some(k) => {
            let hash = k.hash.as_deref().map_or(String::new(), |h| format!(" {h}"));
            format!("goxide kernel {} {}{hash}", k.version, k.kind)
        }
    }
}
