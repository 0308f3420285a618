//! GOMAXPROCS under a CPU quota: a cgroup of our own (version 1, as root), and the debug kernel's `cpus=8`, because a quota
//! never lowers the number below two and the machine may not have more. What stock Go's rules say is written here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Session;
use super::exec;
use super::report::{Counts, Report};

const HIERARCHY: &str = "/sys/fs/cgroup/cpu";
const PERIOD_US: i64 = 100_000;
const LIMIT: Duration = Duration::from_secs(30);

type Env = &'static [(&'static str, &'static str)];

/// Quota in µs, environment, what the program prints: CPUs, GOMAXPROCS, uses of containermaxprocs=0, the default.
const CASES: &[(i64, Env, &str)] = &[
    (-1, &[], "8 8 0 default 8"),
    (250_000, &[], "8 3 0 default 3"),
    (300_000, &[], "8 3 0 default 3"),
    (50_000, &[], "8 2 0 default 2"),
    (1_000_000, &[], "8 8 0 default 8"),
    (300_000, &[("GOMAXPROCS", "5")], "8 5 0 default 3"),
    (
        300_000,
        &[("GODEBUG", "containermaxprocs=0")],
        "8 8 1 default 8",
    ),
];

/// A cgroup that is removed with its owner.
struct Group(PathBuf);

impl Group {
    fn new() -> Result<Group> {
        let dir = Path::new(HIERARCHY).join(format!("goxide-quota.{}", std::process::id()));
        fs::create_dir(&dir).with_context(|| dir.display().to_string())?;
        let group = Group(dir);
        fs::write(group.0.join("cpu.cfs_period_us"), PERIOD_US.to_string())?;
        Ok(group)
    }

    fn set(&self, quota: i64) -> Result<()> {
        Ok(fs::write(
            self.0.join("cpu.cfs_quota_us"),
            quota.to_string(),
        )?)
    }

    /// The program, started by a shell that has entered the group.
    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo $$ > \"$0\" && exec \"$@\""])
            .arg(self.0.join("cgroup.procs"))
            .arg(program)
            .args(args)
            .env("GOXIDE_DEBUG", "cpus=8,gc=0,yield=0,move=0")
            .env_remove("GOMAXPROCS");
        command
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

/// Runs the cases. `session` has the debug kernel.
pub fn run(session: &Session) -> Result<Counts> {
    let report = Report::new(session.common.verbose);
    let group = match Group::new() {
        Ok(group) => group,
        Err(why) => {
            report.skip("quota", &format!("no cgroup to be had: {why:#}"));
            return Ok(report.counts());
        }
    };
    let program = session.out.join("quota");
    let target = program.display().to_string();
    let dir = session.root.join("conformance/quota");
    session
        .tools
        .goxide
        .output(&dir, &["build", "-o", &target, "."])?;
    for (quota, env, expected) in CASES {
        group.set(*quota)?;
        let mut command = group.command(&program, &[]);
        command.envs(env.iter().copied());
        let said = exec::run(command, None, LIMIT)?.stdout;
        judge(&report, &format!("{quota} {env:?}"), said.trim(), expected);
    }
    follow(&group, &program, &report)?;
    Ok(report.counts())
}

/// The quota changes while the program runs.
fn follow(group: &Group, program: &Path, report: &Report) -> Result<()> {
    group.set(300_000)?;
    let command = group.command(program, &["watch"]);
    let said = std::thread::scope(|scope| {
        let runs = scope.spawn(|| exec::run(command, None, LIMIT));
        for quota in [500_000, -1] {
            std::thread::sleep(Duration::from_millis(1700));
            group.set(quota)?;
        }
        runs.join().expect("the thread does not panic")
    })?;
    judge(
        report,
        "followed",
        said.stdout.trim(),
        "8 3 0 3 5 8 default 8",
    );
    Ok(())
}

fn judge(report: &Report, title: &str, said: &str, expected: &str) {
    if said == expected {
        report.pass(title);
    } else {
        report.fail(title, &format!("expected {expected}\ngot      {said}"));
    }
}
