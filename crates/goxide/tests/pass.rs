//! What reaches the go command, and what comes back from it.

mod support;

use support::{World, run};

fn world() -> World {
    let world = World::new();
    let tree = world.go_tree("go 1.25", "go1.25.3");
    std::os::unix::fs::symlink(tree.join("bin/go"), world.path("bin/go")).unwrap();
    world
}

#[test]
fn arguments_output_and_exit_code_are_gos_own() {
    let world = world();
    let ran = run(world
        .goxide(&["run", "-x", "./a b", "-kernel=debug", "-race"])
        .env("FAKE_EXIT", "3"));
    ran.expect(3, &["[run][-x][./a b][-kernel=debug][-race] GOROOT="], &[]);
    let goroot = world.goroots().pop().unwrap();
    let settings = format!(
        "GOROOT={} CGO_ENABLED=0 GOTOOLCHAIN=local",
        goroot.display()
    );
    assert!(ran.out.contains(&settings), "{}", ran.out);
}

#[test]
fn everything_else_go_does_is_passed_on() {
    let world = world();
    for name in [
        "mod", "fmt", "get", "work", "generate", "clean", "doc", "fix", "tool",
    ] {
        let ran = run(world.goxide(&[name, "-race"]).env("CGO_ENABLED", "0"));
        ran.expect(0, &[&format!("[{name}][-race]")], &[]);
    }
    run(&mut world.goxide(&["help", "mod"])).expect(0, &["[help][mod]"], &[]);
}

#[test]
fn the_debug_kernel_is_a_build_tag() {
    let world = world();
    let said =
        |args: &[&str], env: &[(&str, &str)]| run(world.goxide(args).envs(env.iter().copied())).out;
    assert!(said(&["build", "-kernel=debug", "."], &[]).contains("[build][-tags=goxide_debug][.]"));
    assert!(
        said(&["test", "./...", "-kernel", "debug"], &[])
            .contains("[test][-tags=goxide_debug][./...]")
    );
    let from_env = [("GOXIDE_KERNEL", "debug"), ("GOFLAGS", "-tags=a,b")];
    assert!(said(&["build", "."], &from_env).contains("[build][-tags=a,b,goxide_debug][.]"));
    assert!(
        said(&["build", "-C", "d", "-tags", "x"], &from_env)
            .contains("[build][-C][d][-tags=x,goxide_debug]")
    );
    assert!(said(&["build", "-kernel=release"], &from_env).contains("[build] "));
}

#[test]
fn goxides_own_variables_are_in_env() {
    let world = world();
    let ran = run(&mut world.goxide(&["env", "GOXIDE_CACHE", "GOROOT", "GOXIDE_KERNEL"]));
    ran.expect(
        0,
        &[
            &world.cache().display().to_string(),
            "[env][GOROOT]",
            "release",
        ],
        &[],
    );
    run(&mut world.goxide(&["env"])).expect(0, &["[env] GOROOT=", "GOXIDE_VERSION='"], &[]);
    run(&mut world.goxide(&["env", "-json"])).expect(0, &["[env][-json]"], &[]);
}
