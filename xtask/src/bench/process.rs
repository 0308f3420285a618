//! One process, run to its end, with what the kernel says it cost.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const TIMEOUT: Duration = Duration::from_secs(120);

/// What a process wrote and used.
#[derive(Debug, Clone)]
pub struct Finished {
    pub stdout: String,
    pub wall: Duration,
    /// User and system time of all its threads.
    pub cpu: Duration,
    pub page_faults: f64,
}

/// Runs the command; anything but exit code 0 is an error with what it said.
pub fn run(mut command: Command) -> Result<Finished> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let stderr = thread::spawn(move || text_of(err));
    let (done, is_done) = mpsc::channel::<()>();
    thread::spawn(move || {
        if is_done.recv_timeout(TIMEOUT) == Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = kill(pid, Signal::SIGKILL);
        }
    });
    let stdout = text_of(out);
    let (status, usage) = wait(pid)?;
    let wall = start.elapsed();
    drop(done);
    if status != 0 {
        let said = stderr.join().unwrap_or_default();
        let head: Vec<&str> = said.lines().take(12).collect();
        bail!("status {status:#x} after {wall:?}\n{}", head.join("\n"));
    }
    Ok(Finished {
        stdout,
        wall,
        cpu: duration(usage.ru_utime) + duration(usage.ru_stime),
        page_faults: usage.ru_minflt as f64,
    })
}

fn text_of(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(mut stream) = stream {
        let _ = stream.read_to_string(&mut text);
    }
    text
}

/// Waits for a child: its status as `wait` spells it, and its resource usage.
fn wait(pid: Pid) -> Result<(i32, libc::rusage)> {
    // SAFETY: `rusage` is integers only; zeros are values of them.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let mut status = 0;
    // SAFETY: both pointers are to locals that outlive the call.
    let waited = unsafe { libc::wait4(pid.as_raw(), &mut status, 0, &mut usage) };
    if waited != pid.as_raw() {
        return Err(std::io::Error::last_os_error()).context("wait4");
    }
    Ok((status, usage))
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_cost_are_those_of_the_process() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; exit 0"]);
        let finished = run(command).unwrap();
        assert_eq!(finished.stdout, "out\n");
        assert!(finished.page_faults > 0.0);
    }

    #[test]
    fn failure_is_an_error_that_says_why() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo why >&2; exit 3"]);
        assert!(format!("{:#}", run(command).unwrap_err()).contains("why"));
    }
}
