//! What goxide cannot do, said before anything is started, with what to do instead.
//!
//! Everything is looked at twice: as a flag (command line, GOFLAGS) and as a setting (environment, `go env -w`).

use anyhow::Result;

use super::args::{Flag, GoArgs};
use crate::error::Error;
use crate::goenv::GoEnv;
use crate::link;

const STOCK: &str = "Build with stock `go` for that.";

/// Refuses the flags and settings that need another runtime, another linker or another machine.
pub fn check(args: &GoArgs, env: &GoEnv) -> Result<()> {
    for flag in args.flags() {
        check_flag(flag, "")?;
    }
    for flag in env.goflags().iter().filter_map(|f| Flag::parse(f)) {
        check_flag(&flag, " (in GOFLAGS)")?;
    }
    check_settings(env)
}

fn check_flag(flag: &Flag, place: &str) -> Result<()> {
    let value = flag.value.as_deref().unwrap_or("");
    let refuse = |instead: &str| Err(Error::refused(format!("{}{place}", written(flag)), instead));
    match flag.name.as_str() {
        "race" if flag.is_on() => refuse(
            "The race detector is part of the stock runtime. Run `go test -race` beside `goxide test`.",
        ),
        "msan" | "asan" if flag.is_on() => {
            refuse("Sanitizers need cgo and the stock runtime. Leave the flag out.")
        }
        "linkshared" if flag.is_on() => {
            refuse("goxide makes static binaries only. Leave the flag out.")
        }
        "buildmode" if !["default", "exe", "pie"].contains(&value) => {
            refuse("Use -buildmode=exe or -buildmode=pie.")
        }
        "compiler" if value != "gc" => {
            refuse("goxide's runtime is made for the gc compiler. Leave the flag out.")
        }
        "ldflags" if wants_external_linking(value) => {
            refuse("goxide links internally and needs no C toolchain. Leave -linkmode out.")
        }
        _ => Ok(()),
    }
}

fn written(flag: &Flag) -> String {
    match &flag.value {
        Some(value) => format!("-{}={value}", flag.name),
        None => format!("-{}", flag.name),
    }
}

/// `-linkmode external` in any of its spellings, also behind a package pattern.
fn wants_external_linking(ldflags: &str) -> bool {
    let mut words = ldflags
        .split(|c: char| c.is_whitespace() || "'\"=".contains(c))
        .filter(|w| !w.is_empty());
    let is_linkmode = |w: &str| w.trim_start_matches('-') == "linkmode" && w.starts_with('-');
    words.by_ref().any(is_linkmode) && words.next() == Some("external")
}

fn check_settings(env: &GoEnv) -> Result<()> {
    let Some((name, value, why)) = offending(env) else {
        return Ok(());
    };
    Err(Error::refused(
        format!("{name}={value}"),
        format!("{why} {}", env.undo(name)),
    ))
}

/// The first setting that goxide cannot honour.
pub fn offending(env: &GoEnv) -> Option<(&'static str, &str, String)> {
    let not = |name: &'static str, only: &'static str, why: &str| {
        let value = env.get(name).filter(|v| *v != only)?;
        Some((name, value, why.to_string()))
    };
    let experiment = || {
        let value = env.get("GOEXPERIMENT")?;
        let harmless = value == "none" || link::EXPERIMENTS.contains(&value);
        let one_of = link::EXPERIMENTS.join(", ");
        let why = format!("goxide knows one experiment at a time, and of these: {one_of}.");
        (!harmless).then_some(("GOEXPERIMENT", value, why))
    };
    not(
        "CGO_ENABLED",
        "0",
        &format!("goxide builds without cgo. {STOCK} Or set CGO_ENABLED=0."),
    )
    .or_else(|| {
        not(
            "GOOS",
            "linux",
            &format!("goxide builds for linux/amd64 only. {STOCK}"),
        )
    })
    .or_else(|| {
        not(
            "GOARCH",
            "amd64",
            &format!("goxide builds for linux/amd64 only. {STOCK}"),
        )
    })
    .or_else(experiment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(line: &str, env: &[(&str, &str)], file: &str) -> Result<(), String> {
        let args = GoArgs::parse("build", line.split('|').map(Into::into).collect());
        check(&args, &GoEnv::of(env, file)).map_err(|e| e.to_string())
    }

    #[test]
    fn what_is_supported_passes() {
        for line in [
            "-o|x|.",
            "-buildmode=pie",
            "-buildmode|exe",
            "-race=false",
            "-ldflags=-s -w -X main.linkmode=external",
            "-ldflags|-linkmode=internal",
            "-compiler=gc",
            "-toolexec=time",
            "./x|-race",
        ] {
            assert_eq!(verdict(line, &[], ""), Ok(()), "{line}");
        }
        assert_eq!(
            verdict(
                ".",
                &[("GOOS", "linux"), ("CGO_ENABLED", "0"), ("GOAMD64", "v3")],
                ""
            ),
            Ok(())
        );
    }

    #[test]
    fn what_is_not_is_named_with_a_way_out() {
        for line in [
            "-race",
            "--msan",
            "-asan=true",
            "-buildmode=c-shared",
            "-buildmode|plugin",
            "-linkshared",
            "-compiler|gccgo",
            "-ldflags=all=-linkmode=external",
            "-ldflags|-s -linkmode external",
            "-ldflags='-linkmode=external' -v",
        ] {
            let said = verdict(line, &[], "").expect_err(line);
            assert!(said.contains("is not supported\n"), "{said}");
        }
    }

    #[test]
    fn settings_are_seen_wherever_they_were_made() {
        let undo = |env: &[(&str, &str)], file| verdict(".", env, file).unwrap_err();
        assert!(undo(&[("CGO_ENABLED", "1")], "").contains("Unset CGO_ENABLED"));
        assert!(undo(&[], "GOOS=windows\n").contains("go env -u GOOS"));
        assert!(undo(&[("GOARCH", "arm64")], "").contains("GOARCH=arm64 is not supported"));
        assert!(undo(&[("GOEXPERIMENT", "greenteagc")], "").contains("GOEXPERIMENT"));
        assert!(undo(&[("GOEXPERIMENT", "jsonv2,loopvar")], "").contains("one experiment"));
        assert_eq!(verdict(".", &[("GOEXPERIMENT", "jsonv2")], ""), Ok(()));
        assert!(undo(&[("GOFLAGS", "-mod=mod -race")], "").contains("in GOFLAGS"));
    }
}
