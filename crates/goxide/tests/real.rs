//! goxide on a real Go 1.25: programs that compile, and one that does not.
//!
//! The toolchain is found or fetched as for any user, into a cache below `target/`, and kept there for the next run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use tempfile::TempDir;

const HELLO: &str =
    "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"grüß dich\") }\n";

/// Ready for use: no test shall see on standard error that a GOROOT is laid out.
static CACHE: LazyLock<PathBuf> = LazyLock::new(|| {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("goxide cache é");
    for args in [&["toolchain", "prune", "--all"][..], &["env", "GOROOT"]] {
        let mut goxide = Command::new(env!("CARGO_BIN_EXE_goxide"));
        let done = goxide
            .args(args)
            .env("GOXIDE_CACHE", &cache)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    cache
});

fn goxide(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goxide"));
    command
        .args(args)
        .current_dir(dir)
        .env("GOXIDE_CACHE", &*CACHE);
    command
        .env_remove("GOXIDE_KERNEL")
        .env("GOFLAGS", "")
        .env("GOENV", "off");
    command
}

/// The same with stock Go, on the tree that goxide uses.
fn stock(dir: &Path, args: &[&str]) -> Command {
    let tree = text(&mut goxide(dir, &["toolchain", "path"]));
    let mut command = Command::new(Path::new(tree.trim_end()).join("bin/go"));
    command
        .args(args)
        .current_dir(dir)
        .env("GOTOOLCHAIN", "local")
        .env("CGO_ENABLED", "0");
    command
        .env_remove("GOROOT")
        .env("GOFLAGS", "")
        .env("GOENV", "off");
    command
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

#[track_caller]
fn text(command: &mut Command) -> String {
    let out = output(command);
    assert!(
        out.status.success(),
        "{command:?}: {}\n{}",
        out.status,
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

/// A module in a directory whose name is not easy.
fn module(main: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("mein Modül");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("go.mod"), "module example.test/m\n\ngo 1.25\n").unwrap();
    fs::write(place.join("main.go"), main).unwrap();
    (dir, place)
}

#[test]
fn what_the_compiler_says_is_untouched() {
    let (_keep, dir) = module("package main\n\nfunc main() {\n\tx := 1\n\tmissing()\n}\n");
    let (ours, stocks) = (
        output(&mut goxide(&dir, &["build"])),
        output(&mut stock(&dir, &["build"])),
    );
    assert_eq!(
        String::from_utf8_lossy(&ours.stderr),
        String::from_utf8_lossy(&stocks.stderr)
    );
    assert_eq!(
        (ours.status.code(), ours.stdout),
        (stocks.status.code(), stocks.stdout)
    );
    assert_eq!(ours.status.code(), Some(1));
}

#[test]
fn the_standard_library_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let list = |command: &mut Command| -> Vec<String> {
        text(command).lines().map(String::from).collect()
    };
    let mut ours = list(&mut goxide(dir.path(), &["list", "std", "cmd"]));
    ours.retain(|package| !package.starts_with("internal/goxide/"));
    assert_eq!(ours, list(&mut stock(dir.path(), &["list", "std", "cmd"])));
}

/// The kernel it must hold, flags, environment.
type Form = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

#[test]
fn every_form_of_binary_runs_and_says_what_it_holds() {
    let (_keep, dir) = module(HELLO);
    let forms: [Form; 7] = [
        ("release", &[], &[]),
        ("release", &["-ldflags=-s -w", "-trimpath"], &[]),
        ("release", &["-buildmode=pie"], &[]),
        ("release", &[], &[("GOAMD64", "v2")]),
        ("release", &[], &[("GOEXPERIMENT", "rangefunc")]),
        ("debug", &["-kernel=debug"], &[]),
        ("debug", &["-tags", "x"], &[("GOXIDE_KERNEL", "debug")]),
    ];
    for (kernel, flags, env) in forms {
        let bin = dir.join("bïn");
        let args = [&["build", "-o", "bïn"], flags].concat();
        text(goxide(&dir, &args).envs(env.iter().copied()));
        assert_eq!(
            text(&mut Command::new(&bin)),
            "grüß dich\n",
            "{flags:?} {env:?}"
        );
        let version = text(&mut goxide(&dir, &["version", "bïn"]));
        assert!(version.starts_with("bïn: go1.25"), "{version}");
        assert!(
            version.contains("(goxide kernel ") && version.contains(kernel),
            "{version}"
        );
    }
}

#[test]
fn build_info_names_the_kernel() {
    let (_keep, dir) = module(
        r#"package main

import (
	"fmt"
	"runtime/debug"
)

func main() {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "goxide" {
			fmt.Println(setting.Value)
		}
	}
	fmt.Println(info.Path)
}
"#,
    );
    text(&mut goxide(&dir, &["build", "-o", "bin"]));
    let out = text(&mut Command::new(dir.join("bin")));
    let kernel = concat!(env!("CARGO_PKG_VERSION"), "-release-");
    assert!(
        out.starts_with(kernel) && out.ends_with("\nexample.test/m\n"),
        "{out}"
    );
}

/// On a machine that can run v4 both just run.
#[test]
fn a_program_for_other_processors_says_so() {
    let (_keep, dir) = module(HELLO);
    let run = |mut build: Command| {
        text(build.env("GOAMD64", "v4"));
        let out = output(&mut Command::new(dir.join("bin")));
        (out.status.code(), out.stdout, out.stderr)
    };
    assert_eq!(
        run(goxide(&dir, &["build", "-o", "bin"])),
        run(stock(&dir, &["build", "-o", "bin"]))
    );
}

#[test]
fn stock_binaries_are_told_apart() {
    let (_keep, dir) = module(HELLO);
    text(&mut stock(&dir, &["build", "-o", "bin"]));
    assert!(
        text(&mut goxide(&dir, &["version", "-m", "bin"]))
            .contains("(stock Go runtime)\n\tpath\texample.test/m\n")
    );
    let out = output(&mut goxide(&dir, &["version", "main.go", "missing"]));
    assert_eq!(out.status.code(), Some(1));
}

#[test]
fn a_trimmed_binary_knows_no_directory_of_ours() {
    let (_keep, dir) = module(HELLO);
    text(&mut goxide(&dir, &["build", "-trimpath", "-o", "bin"]));
    let data = fs::read(dir.join("bin")).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .parent()
        .unwrap();
    for place in [workspace, &CACHE, &dir] {
        let place = place.to_str().unwrap().as_bytes();
        assert!(
            !data.windows(place.len()).any(|w| w == place),
            "{}",
            String::from_utf8_lossy(place)
        );
    }
}

#[test]
fn run_passes_arguments_and_reports_the_exit_code_as_go_does() {
    let (_keep, dir) =
        module("package main\n\nimport \"os\"\n\nfunc main() { os.Exit(len(os.Args)) }\n");
    let args = ["run", ".", "-race", "a b"];
    let (ours, stocks) = (
        output(&mut goxide(&dir, &args)),
        output(&mut stock(&dir, &args)),
    );
    assert_eq!(String::from_utf8_lossy(&ours.stderr), "exit status 3\n");
    assert_eq!(
        (ours.status.code(), ours.stderr),
        (stocks.status.code(), stocks.stderr)
    );
}

#[test]
fn two_builds_at_once_both_succeed() {
    let (_keep, dir) = module(HELLO);
    let start = |name| {
        goxide(&dir, &["build", "-o", name, "."])
            .env("GOMAXPROCS", "1")
            .spawn()
            .unwrap()
    };
    for mut child in ["one", "two"].map(start) {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(
        fs::read(dir.join("one")).unwrap(),
        fs::read(dir.join("two")).unwrap()
    );
}

#[test]
fn the_doctor_finds_everything_in_place() {
    let dir = tempfile::tempdir().unwrap();
    let said = text(&mut goxide(dir.path(), &["doctor"]));
    assert!(said.ends_with("Everything is in place.\n"), "{said}");
}
