//! Tools around the tests: rustc, cc, a Go 1.25 toolchain, scratch directories.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A Go 1.25 command, and the environment that makes it one.
pub struct Go {
    command: PathBuf,
    toolchain: &'static str,
}

impl Go {
    /// `GOXIDE_GO` (a GOROOT or a go command), else `go` on PATH with GOTOOLCHAIN=go1.25.3.
    pub fn find() -> Result<Self, String> {
        let found = match std::env::var_os("GOXIDE_GO").map(PathBuf::from) {
            Some(dir) if dir.is_dir() => Self {
                command: dir.join("bin/go"),
                toolchain: "local",
            },
            Some(command) => Self {
                command,
                toolchain: "local",
            },
            None => Self {
                command: "go".into(),
                toolchain: "go1.25.3",
            },
        };
        let version = found
            .command(&["version"])
            .output()
            .map_err(|e| format!("{}: {e}", found.command.display()))?;
        let text = String::from_utf8_lossy(&version.stdout).into_owned();
        if !text.contains("go1.25") {
            let said = String::from_utf8_lossy(&version.stderr).into_owned();
            return Err(format!(
                "{}: not a Go 1.25 toolchain: {text}{said}",
                found.command.display()
            ));
        }
        Ok(found)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut c = Command::new(&self.command);
        c.args(args)
            .env("GOTOOLCHAIN", self.toolchain)
            .env("CGO_ENABLED", "0");
        c.env("GOFLAGS", "")
            .env("GOWORK", "off")
            .env("GOAMD64", "v1")
            .env_remove("GOEXPERIMENT")
            .env_remove("GOROOT");
        c
    }

    /// The header line of this toolchain's objects.
    pub fn header(&self, scratch: &Path) -> String {
        let source = scratch.join("header_amd64.s");
        let object = scratch.join("header.o");
        std::fs::write(&source, "TEXT ·f(SB), 4, $0\n\tRET\n").unwrap();
        run(self
            .command(&["tool", "asm", "-p", "header", "-o"])
            .args([&object, &source]));
        goobj::header_line(&std::fs::read(object).unwrap())
            .expect("asm writes a header line")
            .to_owned()
    }
}

/// A directory for this test, emptied.
pub fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// A path below `tests`.
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

/// Runs to a successful end, or fails the test with everything the command said.
pub fn run(command: &mut Command) -> String {
    let out = output(command);
    assert!(
        out.status.success(),
        "{command:?}: {}\n{}",
        out.status,
        text(&out)
    );
    String::from_utf8_lossy(&out.stdout).into_owned()
}

pub fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// What a command wrote, both streams.
pub fn text(out: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    )
}

/// Compiles Rust as a kernel is compiled.
pub fn rustc(source: &Path, out: &Path, flags: &[&str]) {
    let mut c = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    c.args([
        "--edition=2024",
        "--crate-name=payload",
        "-Cpanic=abort",
        "-Crelocation-model=pic",
        "-g",
    ]);
    c.args(["-Cforce-frame-pointers=yes"])
        .args(flags)
        .arg("-o")
        .args([out, source]);
    run(&mut c);
}

/// Copies a directory of plain files and directories.
pub fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whether a program is installed.
pub fn installed(program: impl AsRef<OsStr>) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|dir| dir.join(program.as_ref()).is_file())
}
