//! `goxide env`: go's environment, and goxide's own variables behind it.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use super::go;
use crate::cache::Cache;
use crate::link::KERNEL_HASH;
use crate::toolchain::{self, Toolchain};

/// goxide's variables, in the order they are printed.
const NAMES: [&str; 5] = [
    "GOXIDE_CACHE",
    "GOXIDE_GO",
    "GOXIDE_KERNEL",
    "GOXIDE_KERNEL_HASH",
    "GOXIDE_VERSION",
];

/// With names, prints their values; without, everything. Options (`-json`, `-w`, …) are go's alone.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let ours = |arg: &OsString| arg.to_str().is_some_and(|a| NAMES.contains(&a));
    if args.is_empty() {
        return all();
    }
    if !args.iter().any(ours) {
        return go::pass("env", args);
    }
    for arg in &args {
        match arg.to_str().filter(|a| NAMES.contains(a)) {
            Some(name) => println!("{}", value(name)?),
            None => {
                let status = go::command(&go::prepare()?).arg("env").arg(arg).status()?;
                if !status.success() {
                    return Ok(ExitCode::from(status.code().unwrap_or(1) as u8));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn all() -> Result<ExitCode> {
    let status = go::command(&go::prepare()?).arg("env").status()?;
    for name in NAMES {
        println!("{name}={}", quoted(&value(name)?));
    }
    Ok(ExitCode::from(status.code().unwrap_or(1) as u8))
}

fn value(name: &str) -> Result<String> {
    Ok(match name {
        "GOXIDE_CACHE" => Cache::from_env()?.root().display().to_string(),
        "GOXIDE_GO" => found()?.map_or(String::new(), |t| t.goroot().display().to_string()),
        "GOXIDE_KERNEL" => super::build::chosen(None, variable(name).as_deref())?
            .name()
            .to_string(),
        "GOXIDE_KERNEL_HASH" => KERNEL_HASH.to_string(),
        _ => env!("CARGO_PKG_VERSION").to_string(),
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn found() -> Result<Option<Toolchain>> {
    let survey = toolchain::survey(&Cache::from_env()?);
    Ok(survey.into_iter().find_map(|looked| looked.outcome.ok()))
}

/// As `go env` quotes for a shell.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}
