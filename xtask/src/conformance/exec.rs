//! One process, run to its end or to its time limit.
//!
//! Output goes to files, not pipes: a grandchild that holds a pipe open cannot hang the runner. A process that is too
//! slow first gets SIGQUIT (Go answers with every goroutine's stack), and its whole group is killed two seconds later.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use wait_timeout::ChildExt;

use super::case::{Limits, RunSpec};

const DUMP_GRACE: Duration = Duration::from_secs(2);
/// `nobody`: limits on processes do not bind root.
const UNPRIVILEGED: u32 = 65534;

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Signal(i32),
    TimedOut,
}

impl End {
    fn of(status: ExitStatus) -> End {
        match status.code() {
            Some(code) => End::Exit(code),
            None => End::Signal(status.signal().unwrap_or_default()),
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(number) => write!(f, "killed by signal {number}"),
            End::TimedOut => write!(f, "timed out"),
        }
    }
}

/// What a process left behind.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub end: End,
    pub stdout: String,
    pub stderr: String,
    pub time: Duration,
}

/// Runs a program as a case says, in an empty directory of its own.
pub fn run_case(
    binary: &Path,
    spec: &RunSpec,
    gomaxprocs: u32,
    timeout: Duration,
) -> Result<Outcome> {
    let home = tempfile::tempdir()?;
    let mut command = Command::new(binary);
    command.args(&spec.args).current_dir(home.path());
    set_environment(&mut command, home.path());
    command.env(
        "GOMAXPROCS",
        spec.gomaxprocs.unwrap_or(gomaxprocs).to_string(),
    );
    for (name, value) in &spec.env {
        command.env(name, value);
    }
    restrict(&mut command, spec, home.path())?;
    run(command, spec.stdin.as_deref(), timeout)
}

/// The same small environment for both sides; nothing of the developer's leaks in.
fn set_environment(command: &mut Command, home: &Path) {
    command.env_clear().env(
        "PATH",
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    );
    command
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("TZ", "UTC")
        .env("LC_ALL", "C");
}

/// Limits, closed streams and user, set between fork and exec.
fn restrict(command: &mut Command, spec: &RunSpec, home: &Path) -> Result<()> {
    if spec.limit.processes.is_some() && nix::unistd::geteuid().is_root() {
        std::os::unix::fs::chown(home, Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
    }
    let (limit, close) = (spec.limit, spec.close.clone());
    if limit == Limits::default() && close.is_empty() {
        return Ok(());
    }
    // SAFETY: between fork and exec only setrlimit and close are called, both async-signal-safe; the closure allocates
    // nothing and touches only its own captured values.
    unsafe {
        command.pre_exec(move || {
            apply_limits(limit)?;
            for fd in &close {
                let _ = nix::unistd::close(*fd);
            }
            Ok(())
        });
    }
    Ok(())
}

fn apply_limits(limit: Limits) -> std::io::Result<()> {
    let table = [
        (
            Resource::RLIMIT_AS,
            limit.address_space_mib.map(|n| n << 20),
        ),
        (Resource::RLIMIT_NPROC, limit.processes),
        (Resource::RLIMIT_NOFILE, limit.files),
        (Resource::RLIMIT_STACK, limit.stack_kib.map(|n| n << 10)),
    ];
    for (resource, value) in table {
        if let Some(value) = value {
            setrlimit(resource, value, value)?;
        }
    }
    Ok(())
}

/// Runs any command under a time limit and collects what it wrote.
pub fn run(command: Command, stdin: Option<&str>, timeout: Duration) -> Result<Outcome> {
    let (out, err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    run_into(command, input(stdin)?, timeout, out, err)
}

/// As `run`, with both streams in `stdout`, in the order in which they were written.
pub fn run_joined(command: Command, timeout: Duration) -> Result<Outcome> {
    let out = tempfile::tempfile()?;
    let err = out.try_clone()?;
    run_into(command, Stdio::null(), timeout, out, err)
}

fn run_into(
    mut command: Command,
    stdin: Stdio,
    timeout: Duration,
    out: File,
    err: File,
) -> Result<Outcome> {
    command
        .stdin(stdin)
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?)
        .process_group(0);
    let start = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {}", show(command.get_program())))?;
    let group = Pid::from_raw(i32::try_from(child.id())?);
    let end = match child.wait_timeout(timeout)? {
        Some(status) => End::of(status),
        None => {
            let _ = killpg(group, Signal::SIGQUIT);
            let _ = child.wait_timeout(DUMP_GRACE)?;
            End::TimedOut
        }
    };
    let time = start.elapsed();
    // Also what the process left running.
    let _ = killpg(group, Signal::SIGKILL);
    let _ = child.wait();
    Ok(Outcome {
        end,
        stdout: contents(out)?,
        stderr: contents(err)?,
        time,
    })
}

fn input(text: Option<&str>) -> Result<Stdio> {
    let Some(text) = text else {
        return Ok(Stdio::null());
    };
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file.into())
}

fn contents(mut file: File) -> Result<String> {
    use std::io::Read;
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn show(program: &OsStr) -> String {
    program.to_string_lossy().into_owned()
}

/// A directory that every user may enter, for the binaries.
pub fn open_directory(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hanging_process_is_killed_with_its_children() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "echo before; trap '' QUIT; sleep 100 & wait; sleep 100",
        ]);
        let outcome = run(command, None, Duration::from_millis(200)).unwrap();
        assert_eq!(outcome.end, End::TimedOut);
        assert_eq!(outcome.stdout, "before\n");
        assert!(outcome.time < Duration::from_secs(10));
    }

    #[test]
    fn exit_codes_and_signals_are_told_apart() {
        let mut command = Command::new("sh");
        command.args(["-c", "cat; echo err >&2; exit 7"]);
        let outcome = run(command, Some("in"), Duration::from_secs(5)).unwrap();
        assert_eq!(
            (outcome.end, &*outcome.stdout, &*outcome.stderr),
            (End::Exit(7), "in", "err\n")
        );
        let mut command = Command::new("sh");
        command.args(["-c", "kill -9 $$"]);
        assert_eq!(
            run(command, None, Duration::from_secs(5)).unwrap().end,
            End::Signal(9)
        );
    }
}
