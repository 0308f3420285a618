//! Laying out the GOROOT, also when the disk, a signal or another goxide gets in between.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{World, run, wait_until};

fn world() -> (World, PathBuf) {
    let world = World::new();
    let tree = world.go_tree("go", "go1.25.3");
    (world, tree)
}

#[test]
fn the_runtime_is_replaced_and_the_rest_is_kept() {
    let (world, tree) = world();
    run(world.goxide(&["build"]).env("GOXIDE_GO", &tree)).expect(0, &["[build]"], &["laying out"]);
    let goroot = world.goroots().pop().unwrap();
    let has = |below: &str| goroot.join(below).exists();
    assert!(!has("src/runtime/proc_stock.go") && !has("src/runtime/stock_amd64.s") && !has("test"));
    assert!(
        has("src/runtime/debug/stack.go")
            && has("src/fmt/print.go")
            && has("pkg/include/textflag.h")
    );
    assert!(
        fs::read_dir(goroot.join("src/runtime")).unwrap().count() > 1,
        "no Go side"
    );
    let go_env = fs::read_to_string(goroot.join("go.env")).unwrap();
    assert_eq!(
        go_env,
        "GOPROXY=somewhere\nGOTOOLCHAIN=local\nCGO_ENABLED=0\n"
    );
    for kernel in ["kernel", "kerneldebug"] {
        for (path, level) in [
            ("v1", "v1"),
            ("v2", "v2"),
            ("v3", "v3"),
            ("v4", "v4"),
            ("jsonv2/v1", "v1"),
            ("rangefunc/v3", "v3"),
        ] {
            let syso = goroot.join(format!(
                "src/internal/goxide/{kernel}/{path}/kernel_linux_amd64.syso"
            ));
            let object = fs::read(syso).unwrap();
            let header = format!("go object linux amd64 go1.25.3 GOAMD64={level}\n!\n\0go120ld");
            assert!(object.starts_with(header.as_bytes()));
        }
    }
}

#[test]
fn a_second_build_lays_out_nothing() {
    let (world, tree) = world();
    let build = || run(world.goxide(&["build"]).env("GOXIDE_GO", &tree));
    build().expect(0, &[], &["laying out"]);
    assert_eq!(build().err, "");
    assert_eq!(world.goroots().len(), 1);
}

#[test]
fn an_updated_toolchain_gets_its_own_goroot() {
    let (world, tree) = world();
    let build = || run(world.goxide(&["build"]).env("GOXIDE_GO", &tree));
    build().expect(0, &[], &[]);
    fs::write(tree.join("VERSION"), "go1.25.4\n").unwrap();
    build().expect(0, &[], &["from go1.25.4"]);
    assert_eq!(world.goroots().len(), 2);
    let prune = |args: &[&str]| run(world.goxide(args).env("GOXIDE_GO", &tree));
    prune(&["toolchain", "prune"]).expect(0, &["kept "], &[]);
    prune(&["toolchain", "prune", "--all"]).expect(0, &["removed "], &[]);
    assert_eq!(world.goroots().len(), 1);
    assert_eq!(build().err, "");
}

#[test]
fn a_killed_layout_is_repaired() {
    let (world, tree) = world();
    let asleep = world.path("asleep");
    let mut command = world.goxide(&["build"]);
    command
        .env("GOXIDE_GO", &tree)
        .env("FAKE_ASM_SLEEP", &asleep);
    let mut goxide = command.stderr(Stdio::null()).spawn().unwrap();
    wait_until("the assembler runs", || asleep.exists());
    goxide.kill().unwrap();
    goxide.wait().unwrap();
    assert!(world.leftovers() > 0 && world.goroots().is_empty());
    run(world.goxide(&["build"]).env("GOXIDE_GO", &tree)).expect(0, &["[build]"], &["laying out"]);
    assert_eq!((world.leftovers(), world.goroots().len()), (0, 1));
}

#[test]
fn a_goroot_without_its_marker_is_made_again() {
    let (world, tree) = world();
    let build = || run(world.goxide(&["build"]).env("GOXIDE_GO", &tree));
    build().expect(0, &[], &[]);
    let goroot = world.goroots().pop().unwrap();
    fs::remove_file(goroot.join("GOXIDE")).unwrap();
    fs::remove_file(goroot.join("src/fmt/print.go")).unwrap();
    build().expect(0, &[], &["laying out"]);
    assert!(goroot.join("src/fmt/print.go").exists());
}

#[test]
fn a_goroot_that_does_not_work_is_not_kept() {
    let (world, tree) = world();
    let ran = run(world
        .goxide(&["build"])
        .env("GOXIDE_GO", &tree)
        .env("FAKE_LIST_EXIT", "1"));
    ran.expect(1, &[], &["the GOROOT just made does not work"]);
    assert_eq!((world.leftovers(), world.goroots().len()), (0, 0));
}

#[test]
fn several_goxides_at_once_make_one_goroot() {
    let (world, tree) = world();
    let start = |_| {
        let mut command = world.goxide(&["build"]);
        command
            .env("GOXIDE_GO", &tree)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<_> = (0..6).map(start).collect();
    let mut made = 0;
    for child in running {
        let ran = support::Ran::from(child.wait_with_output().unwrap());
        ran.expect(0, &["[build]"], &[]);
        made += usize::from(ran.err.contains("laying out"));
    }
    assert_eq!((made, world.goroots().len(), world.leftovers()), (1, 1, 0));
}

#[test]
fn a_cache_that_is_no_directory_is_named() {
    let (world, tree) = world();
    let file = world.path("a file");
    fs::write(&file, "").unwrap();
    for cache in [file.join("cache"), file, PathBuf::from("/proc/goxide")] {
        let ran = run(world
            .goxide(&["build"])
            .env("GOXIDE_GO", &tree)
            .env("GOXIDE_CACHE", &cache));
        ran.expect(
            1,
            &[],
            &[
                "cannot write goxide's cache",
                cache.to_str().unwrap(),
                "set GOXIDE_CACHE",
            ],
        );
    }
    let ran = run(world
        .goxide(&["doctor"])
        .env("GOXIDE_CACHE", "/proc/goxide"));
    ran.expect(
        1,
        &["PROBLEM  cannot write goxide's cache", "set GOXIDE_CACHE"],
        &[],
    );
    let ran = run(world
        .goxide(&["build"])
        .env("GOXIDE_GO", &tree)
        .env_remove("HOME"));
    ran.expect(2, &[], &["no place for goxide's cache"]);
}

/// Runs goxide with its cache on a file system of 300 KB, in a mount namespace of its own.
fn on_a_tiny_disk(world: &World, tree: &PathBuf, script: &str) -> Option<support::Ran> {
    let disk = world.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = "mount -t tmpfs -o size=300k none \"$DISK\" || exit 99";
    let mut command = Command::new("unshare");
    command.args([
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &format!("{mount}\n{script}"),
    ]);
    command
        .env("DISK", &disk)
        .env("GOXIDE_CACHE", disk.join("cache"))
        .env("GOXIDE_GO", tree);
    command.env("GOXIDE", env!("CARGO_BIN_EXE_goxide"));
    let ran = support::Ran::from(command.output().ok()?);
    let possible = ran.code != 99 && !ran.err.starts_with("unshare:");
    possible.then_some(ran)
}

#[test]
fn a_full_cache_is_named_and_left_clean() {
    let (world, tree) = world();
    fs::write(tree.join("src/fmt/big.go"), vec![b' '; 1 << 20]).unwrap();
    let script = "\"$GOXIDE\" build; code=$?; ls -A \"$GOXIDE_CACHE/tmp\" \"$GOXIDE_CACHE/goroot\"; exit $code";
    match on_a_tiny_disk(&world, &tree, script) {
        Some(ran) => {
            ran.expect(
                1,
                &[],
                &[
                    "cannot write goxide's cache",
                    "No space left",
                    "Free some space",
                ],
            );
            assert!(!ran.out.contains("go1.25.3-"), "{}", ran.out);
        }
        None => eprintln!("skipped: no mount namespaces here"),
    }
}
