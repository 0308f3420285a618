//! The commands that compile: build, run, test, install, list, vet.
//!
//! goxide adds one flag, `-kernel`. The kernel is chosen by a build tag that the runtime's own files look at, so
//! go's build cache keeps both kinds apart by itself.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use super::args::{Flag, GoArgs};
use super::{go, refuse};
use crate::error::Error;
use crate::goenv::GoEnv;
use crate::link::Kernel;

/// The build tag by which the runtime imports the debug kernel.
pub const DEBUG_TAG: &str = "goxide_debug";

/// Runs `go <subcommand>` on goxide's GOROOT.
pub fn run(subcommand: &str, args: Vec<OsString>) -> Result<ExitCode> {
    let env = GoEnv::read();
    let mut args = GoArgs::parse(subcommand, args);
    refuse::check(&args, &env)?;
    let flag = args.take("kernel");
    if chosen(flag.as_ref(), env.get("GOXIDE_KERNEL"))? == Kernel::Debug {
        add_tag(&mut args, &env);
    }
    go::pass(subcommand, args.into_args())
}

/// The flag wins over GOXIDE_KERNEL.
pub fn chosen(flag: Option<&Flag>, variable: Option<&str>) -> Result<Kernel> {
    let (spelling, name) = match (flag, variable) {
        (Some(flag), _) => ("-kernel", flag.value.as_deref().unwrap_or("")),
        (None, Some(value)) => ("GOXIDE_KERNEL", value),
        (None, None) => return Ok(Kernel::default()),
    };
    let say = || {
        Error::Usage(format!(
            "{spelling}={name}: no such kernel\nUse {spelling}=release or {spelling}=debug."
        ))
    };
    Ok(Kernel::parse(name).ok_or_else(say)?)
}

/// Adds the tag to the user's, wherever those are; a `-tags` on the command line hides the one in GOFLAGS.
fn add_tag(args: &mut GoArgs, env: &GoEnv) {
    let from_line = args.take("tags");
    let from_goflags = || {
        let mut tags = env
            .goflags()
            .into_iter()
            .filter_map(|f| Flag::parse(&f))
            .filter(|f| f.name == "tags");
        tags.next_back()
    };
    let tags = from_line
        .or_else(from_goflags)
        .and_then(|f| f.value)
        .unwrap_or_default();
    args.put(Flag::new("tags", &with_tag(&tags)));
}

/// go still takes the old form of the list, separated by spaces, but no mixture.
fn with_tag(tags: &str) -> String {
    match tags {
        "" => DEBUG_TAG.to_string(),
        old if old.contains(' ') => format!("{old} {DEBUG_TAG}"),
        _ => format!("{tags},{DEBUG_TAG}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(line: &[&str], goflags: &str) -> String {
        let mut args = GoArgs::parse("build", line.iter().map(Into::into).collect());
        add_tag(&mut args, &GoEnv::of(&[("GOFLAGS", goflags)], ""));
        let words = args
            .into_args()
            .into_iter()
            .map(|a| a.into_string().unwrap());
        words.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn the_users_tags_stay() {
        assert_eq!(tagged(&["."], ""), "-tags=goxide_debug|.");
        assert_eq!(
            tagged(&["-tags", "a,b", "."], ""),
            "-tags=a,b,goxide_debug|."
        );
        assert_eq!(
            tagged(&["-v", "--tags=a b", "."], "-tags=z"),
            "-tags=a b goxide_debug|-v|."
        );
        assert_eq!(
            tagged(&["."], "-mod=mod -tags=y,z"),
            "-tags=y,z,goxide_debug|."
        );
    }

    #[test]
    fn the_flag_beats_the_variable() {
        let flag = Flag::new("kernel", "release");
        assert_eq!(chosen(Some(&flag), Some("debug")).unwrap(), Kernel::Release);
        assert_eq!(chosen(None, Some("debug")).unwrap(), Kernel::Debug);
        assert_eq!(chosen(None, None).unwrap(), Kernel::Release);
        assert!(chosen(None, Some("fast")).is_err());
    }
}
