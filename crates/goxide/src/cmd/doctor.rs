//! `goxide doctor`: what is found, what is missing, how to mend it.

use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use super::{go, refuse};
use crate::cache::Cache;
use crate::error::{Error, FOUR_WAYS};
use crate::goenv::GoEnv;
use crate::goroot::{Goroot, Key};
use crate::link::{KERNEL_HASH, Kernel};
use crate::toolchain::{self, Client, Looked, Toolchain};

/// Room for one toolchain, one GOROOT and go's build cache of the standard library.
const ROOM_BYTES: u64 = 600 << 20;

/// Prints one line per finding, and whether all is well.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    if let Some(arg) = args.first() {
        return Err(Error::Usage(format!("doctor takes no arguments: {}", arg.display())).into());
    }
    let mut report = Report::default();
    report.good(&format!(
        "goxide {}, kernel {KERNEL_HASH}",
        env!("CARGO_PKG_VERSION")
    ));
    check_settings(&mut report);
    let cache = Cache::from_env()?;
    check_cache(&mut report, &cache);
    let found = check_toolchains(&mut report, &cache);
    match found {
        Some(toolchain) if report.bad == 0 => check_builds(&mut report, &cache, &toolchain),
        _ => report.skip("hello: not built, see above"),
    }
    println!("{}", report.summary());
    Ok(ExitCode::from(u8::from(report.bad > 0)))
}

#[derive(Default)]
struct Report {
    bad: usize,
}

impl Report {
    fn good(&self, what: &str) {
        println!("ok       {what}");
    }

    fn skip(&self, what: &str) {
        println!("-        {what}");
    }

    fn bad(&mut self, what: &str, mend: &str) {
        self.bad += 1;
        println!("PROBLEM  {what}");
        for line in mend.lines() {
            println!("         {line}");
        }
    }

    fn summary(&self) -> String {
        match self.bad {
            0 => "Everything is in place.".into(),
            1 => "1 problem.".into(),
            n => format!("{n} problems."),
        }
    }
}

fn check_settings(report: &mut Report) {
    let env = GoEnv::read();
    match refuse::offending(&env) {
        Some((name, value, why)) => report.bad(
            &format!("{name}={value}"),
            &format!("{why} {}", env.undo(name)),
        ),
        None => report.good("settings: nothing that goxide does not support"),
    }
}

fn check_cache(report: &mut Report, cache: &Cache) {
    let place = cache.root().display();
    if let Err(e) = cache.lock().and_then(|lock| lock.workshop()) {
        let text = e.to_string();
        let (what, mend) = text.split_once('\n').unwrap_or((&text, ""));
        return report.bad(what, mend);
    }
    match fs4::available_space(cache.root()) {
        Ok(free) if free < ROOM_BYTES => {
            let mend = "Free some space, or set GOXIDE_CACHE to a directory on a roomier disk.";
            report.bad(
                &format!("cache: only {} MB free at {place}", free >> 20),
                mend,
            );
        }
        Ok(free) => report.good(&format!("cache: {place}, {} MB free", free >> 20)),
        Err(e) => report.bad(
            &format!("cache: {place}: {e}"),
            "Set GOXIDE_CACHE to another directory.",
        ),
    }
}

fn check_toolchains(report: &mut Report, cache: &Cache) -> Option<Toolchain> {
    let mut found = None;
    for Looked { place, outcome } in toolchain::survey(cache) {
        match outcome {
            Ok(t) => {
                report.good(&format!(
                    "{} in {} ({})",
                    t.version(),
                    t.goroot().display(),
                    t.source().name()
                ));
                found = found.or(Some(t));
            }
            Err(why) if place == "GOXIDE_GO" => {
                report.bad(&format!("GOXIDE_GO: {why}"), "Mend or unset GOXIDE_GO.")
            }
            Err(why) => report.skip(&format!("{place}: {why}")),
        }
    }
    if found.is_none() {
        match Client::all().is_empty() {
            false => report.skip(&format!(
                "no Go 1.25 yet: the first build fetches {}",
                toolchain::DEFAULT_VERSION
            )),
            true => report.bad("no Go 1.25, and no client to fetch it with", FOUR_WAYS),
        }
    }
    found
}

fn check_builds(report: &mut Report, cache: &Cache, toolchain: &Toolchain) {
    let goroot = match Goroot::ensure(cache, toolchain) {
        Ok(goroot) => goroot,
        Err(e) => {
            return report.bad(
                &format!("GOROOT: {e:#}"),
                "`goxide toolchain install` brings a fresh toolchain.",
            );
        }
    };
    let key = Key::of(toolchain).map_or(String::new(), |k| k.to_string());
    report.good(&format!("GOROOT {key}"));
    for kernel in [Kernel::Release, Kernel::Debug] {
        match hello(&goroot, kernel) {
            Ok(()) => report.good(&format!(
                "hello: builds and runs on the {} kernel",
                kernel.name()
            )),
            Err(e) => report.bad(
                &format!("hello on the {} kernel: {e:#}", kernel.name()),
                "This is a fault of goxide.",
            ),
        }
    }
}

fn hello(goroot: &Goroot, kernel: Kernel) -> Result<()> {
    let dir = tempfile::tempdir().context("no temporary directory")?;
    let source = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n";
    fs::write(dir.path().join("hello.go"), source)?;
    let tags = if kernel == Kernel::Debug {
        super::build::DEBUG_TAG
    } else {
        ""
    };
    let built = go::command(goroot)
        .args(["build", "-tags", tags, "-o", "hello", "hello.go"])
        .env("GOFLAGS", "")
        .env("GO111MODULE", "off")
        .current_dir(dir.path())
        .output()?;
    if !built.status.success() {
        bail!(
            "does not build: {}",
            String::from_utf8_lossy(&built.stderr).trim_end()
        );
    }
    let ran = std::process::Command::new(dir.path().join("hello")).output()?;
    ensure!(
        ran.status.success() && ran.stdout == b"hello\n",
        "builds, but does not run: {}",
        ran.status
    );
    Ok(())
}
