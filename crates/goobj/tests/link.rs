//! A Rust static library in a stock Go program: linked by `cmd/link`, run, and looked at with Go's tools and gdb.
//!
//! Needs a Go 1.25 toolchain (`GOXIDE_GO`, or a `go` that can switch to 1.25.3); without one the tests say so and pass.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::{Go, installed, output, run, text};

/// The Go program with a converted payload in it, ready to build.
struct Program {
    go: Go,
    dir: PathBuf,
    archive: PathBuf,
}

impl Program {
    fn new(name: &str, flags: &[&str]) -> Option<Self> {
        let go = match Go::find() {
            Ok(go) => go,
            Err(why) => {
                eprintln!(
                    "SKIPPED: no Go 1.25 toolchain ({why}); set GOXIDE_GO to a GOROOT or a go command"
                );
                return None;
            }
        };
        let dir = support::scratch(name);
        let archive = dir.join("libpayload.a");
        support::rustc(
            &support::source("payload/lib.rs"),
            &archive,
            &[&["--crate-type=staticlib"], flags].concat(),
        );
        support::copy_tree(&support::source("program"), &dir);
        let bytes = std::fs::read(&archive).unwrap();
        let body = goobj::convert(
            &bytes,
            &goobj::Options {
                exports: &|n| n.starts_with("gx_"),
            },
        )
        .unwrap();
        let mut imports = body.imports.clone();
        imports.sort();
        assert_eq!(
            imports,
            [
                "gxs.twice",
                "runtime.gomaxprocs",
                "runtime.systemstack_switch"
            ]
        );
        std::fs::write(
            dir.join("kernel/payload_linux_amd64.syso"),
            goobj::assemble(&go.header(&dir), &body),
        )
        .unwrap();
        Some(Self { go, dir, archive })
    }

    fn build(&self, flags: &[&str]) -> PathBuf {
        let out = self.dir.join("program");
        run(self
            .go
            .command(&["build"])
            .args(flags)
            .arg("-o")
            .args([out.as_path(), Path::new(".")])
            .current_dir(&self.dir));
        out
    }

    /// The report of the same library in a C program.
    fn native_report(&self) -> String {
        let out = self.dir.join("native");
        run(Command::new("cc").arg("-o").args([
            &out,
            &support::source("payload/native.c"),
            &self.archive,
        ]));
        run(&mut Command::new(out))
    }
}

fn optimised() -> Option<&'static Program> {
    static PROGRAM: OnceLock<Option<Program>> = OnceLock::new();
    PROGRAM
        .get_or_init(|| Program::new("optimised", &["-Copt-level=3", "-Ccodegen-units=1"]))
        .as_ref()
}

fn same_as_native(program: &Program, build_flags: &[&str]) -> PathBuf {
    let built = program.build(build_flags);
    let report = run(&mut Command::new(&built));
    assert!(
        report.ends_with("lib.rs\n") || report.ends_with("lib.rs"),
        "{report}"
    );
    assert_eq!(
        report.trim_end(),
        program.native_report().trim_end(),
        "{build_flags:?}"
    );
    built
}

/// One test, because all of it works on one directory.
#[test]
fn runs_like_native_in_every_build_mode() {
    let Some(program) = optimised() else { return };
    for flags in [
        &[][..],
        &["-buildmode=pie"],
        &["-ldflags=-s -w"],
        &["-trimpath"],
    ] {
        let built = same_as_native(program, flags);
        let panicked = output(Command::new(&built).args(["panic", "7"]));
        assert_eq!(panicked.status.code(), Some(3), "{flags:?}");
        assert!(
            text(&panicked).contains("index out of bounds: the len is 6 but the index is 7"),
            "{flags:?}"
        );
        assert!(
            text(&panicked).contains("tests/payload/lib.rs:"),
            "{flags:?}"
        );
    }
    let built = program.build(&[]);
    go_tools_read_it(program, &built);
    gdb_shows_names_and_lines(&built);
}

#[test]
fn other_ways_to_compile() {
    let ways: [(&str, &[&str]); 3] = [
        ("unoptimised", &["-Copt-level=0"]),
        (
            "fat-lto",
            &["-Copt-level=3", "-Clto=fat", "-Ccodegen-units=1"],
        ),
        (
            "small",
            &[
                "-Copt-level=s",
                "-Csymbol-mangling-version=v0",
                "-Ccodegen-units=16",
            ],
        ),
    ];
    for (name, flags) in ways {
        let Some(program) = Program::new(name, flags) else {
            return;
        };
        same_as_native(&program, &[]);
        same_as_native(&program, &["-buildmode=pie"]);
    }
}

fn go_tools_read_it(program: &Program, built: &Path) {
    let syso = program.dir.join("kernel/payload_linux_amd64.syso");
    for file in [built, &syso] {
        let names = run(program.go.command(&["tool", "nm"]).arg(file));
        for name in [
            "gx_test",
            "gx_same_b",
            "payload::dispatch",
            "<payload::Circle_as_payload::Shape>::area",
        ] {
            assert!(names.contains(name), "{name} in {}", file.display());
        }
        let code = run(program.go.command(&["tool", "objdump"]).arg(file));
        assert!(
            code.contains("TEXT payload::dispatch"),
            "{}",
            file.display()
        );
        assert!(code.contains("lib.rs:"), "{}", file.display());
    }
    let sections = std::fs::read(built).unwrap();
    let elf = object::File::parse(&*sections).unwrap();
    assert!(object::Object::section_by_name(&elf, ".eh_frame").is_none());
}

fn gdb_shows_names_and_lines(built: &Path) {
    if !installed("gdb") {
        eprintln!("SKIPPED: gdb is not installed");
        return;
    }
    let out = run(Command::new("gdb")
        .args([
            "-nx",
            "-batch",
            "-iex",
            "set auto-load no",
            "-ex",
            "info line payload::dispatch",
        ])
        .args([
            "-ex",
            "break payload::write_report",
            "-ex",
            "run",
            "-ex",
            "bt",
            "-ex",
            "delete",
        ])
        .args([
            "-ex",
            "break payload::big_frame",
            "-ex",
            "continue",
            "-ex",
            "bt 2",
        ])
        .arg(built));
    let source = std::fs::read_to_string(support::source("payload/lib.rs")).unwrap();
    let line = 1 + source
        .lines()
        .position(|l| l.starts_with("fn dispatch("))
        .unwrap();
    assert!(out.contains(&format!("Line {line} of ")), "{out}");
    for frame in [
        "#0  payload::write_report ",
        "in gx_test ",
        "in example.com/payload/kernel.callTest ",
    ] {
        assert!(out.contains(frame), "{frame}: {out}");
    }
    assert!(
        out.contains("#0  payload::big_frame ") && out.contains("in payload::write_report "),
        "{out}"
    );

    let out = run(Command::new("gdb")
        .args(["-nx", "-batch", "-iex", "set auto-load no"])
        .args([
            "-ex",
            "break <payload::Stderr_as_core::fmt::Write>::write_str",
            "-ex",
            "run panic 9",
            "-ex",
            "bt",
        ])
        .arg(built));
    for frame in [
        "core::panicking::panic_bounds_check ",
        "in gx_panic ",
        "in example.com/payload/kernel.callPanic ",
    ] {
        assert!(out.contains(frame), "{frame}: {out}");
    }
}
