//! Running other programs: silent when all is well, everything they said when not.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program to run.
pub struct Step {
    command: Command,
    name: String,
}

/// The cargo that runs us.
pub fn cargo(root: &Path, args: &[&str]) -> Step {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    step(Path::new(&cargo), root, args)
}

/// Any program.
pub fn step(program: &Path, root: &Path, args: &[&str]) -> Step {
    let mut command = Command::new(program);
    command.args(args).current_dir(root).stdin(Stdio::null());
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let name = format!("{name} {}", args.join(" "));
    Step { command, name }
}

impl Step {
    /// Sets a variable for the program.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it; what it says is shown as it comes.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.name.clone())?;
        if !status.success() {
            bail!("{}: {status}", self.name);
        }
        Ok(())
    }

    /// Runs it and returns what it wrote to standard output; all that it said is in the error.
    pub fn output(mut self) -> Result<String> {
        let out = self.command.output().with_context(|| self.name.clone())?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        if !out.status.success() {
            let errors = String::from_utf8_lossy(&out.stderr);
            bail!("{}: {}\n{text}{errors}", self.name, out.status);
        }
        Ok(text)
    }
}
