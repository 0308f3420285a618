//! What goxide does not do is refused at once: exit code 2, a way out, and neither toolchain nor cache is touched.

mod support;

use support::{World, run};

#[track_caller]
fn refused(args: &[&str], env: &[(&str, &str)], said: &[&str]) {
    let world = World::new();
    let ran = run(world.goxide(args).envs(env.iter().copied()));
    ran.expect(2, &[], said);
    assert!(!world.cache().exists(), "the cache was touched");
    assert!(ran.out.is_empty(), "{}", ran.out);
}

#[test]
fn unsupported_flags() {
    refused(
        &["build", "-race", "."],
        &[],
        &["-race is not supported", "go test -race"],
    );
    refused(
        &["test", "./...", "-msan"],
        &[],
        &["-msan is not supported"],
    );
    refused(&["run", "-asan", "."], &[], &["-asan is not supported"]);
    refused(
        &["build", "-buildmode=c-shared"],
        &[],
        &["-buildmode=c-shared", "exe or -buildmode=pie"],
    );
    refused(
        &["build", "-buildmode", "plugin"],
        &[],
        &["-buildmode=plugin"],
    );
    refused(&["install", "-linkshared"], &[], &["-linkshared"]);
    refused(&["build", "-compiler=gccgo"], &[], &["-compiler=gccgo"]);
    refused(
        &["build", "-ldflags", "-s -linkmode external"],
        &[],
        &["internally"],
    );
    refused(&["vet"], &[("GOFLAGS", "-race")], &["-race (in GOFLAGS)"]);
}

#[test]
fn unsupported_settings() {
    refused(
        &["build"],
        &[("CGO_ENABLED", "1")],
        &["CGO_ENABLED=1 is not supported", "Unset CGO_ENABLED"],
    );
    refused(
        &["list"],
        &[("GOOS", "windows")],
        &["GOOS=windows", "linux/amd64"],
    );
    refused(&["test"], &[("GOARCH", "arm64")], &["GOARCH=arm64"]);
    refused(
        &["build"],
        &[("GOEXPERIMENT", "greenteagc")],
        &["GOEXPERIMENT=greenteagc"],
    );
}

#[test]
fn settings_made_with_go_env_w_count() {
    let world = World::new();
    let config = world.path("go env");
    std::fs::write(&config, "GOOS=plan9\n").unwrap();
    let ran = run(world.goxide(&["build"]).env("GOENV", &config));
    ran.expect(2, &[], &["GOOS=plan9", "go env -u GOOS"]);
}

#[test]
fn senseless_command_lines() {
    refused(&["frobnicate"], &[], &["frobnicate: unknown command"]);
    refused(
        &["build", "-kernel=fast"],
        &[],
        &["-kernel=release or -kernel=debug"],
    );
    refused(
        &["run", "."],
        &[("GOXIDE_KERNEL", "fast")],
        &["GOXIDE_KERNEL=fast"],
    );
    refused(&["bug"], &[], &["`goxide bug` is not supported"]);
    refused(
        &["toolchain", "install", "1.24.1"],
        &[],
        &["go1.24.1 is not go1.25.x"],
    );
    refused(
        &["toolchain", "install", "newest"],
        &[],
        &["newest is not a Go version"],
    );
}

#[test]
fn help_needs_nothing() {
    let world = World::new();
    run(&mut world.goxide(&["help"])).expect(0, &["doctor", "-kernel=debug", "Not supported"], &[]);
    run(&mut world.goxide(&[])).expect(2, &[], &["Usage:"]);
    run(&mut world.goxide(&["version"])).expect(
        0,
        &["goxide version", "kernel", "no Go 1.25 found"],
        &[],
    );
}
