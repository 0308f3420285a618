//! What the command says about a mistake of who typed it.

use std::process::Command;

#[test]
fn a_mistake_is_told_in_one_line() {
    let out = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["conformance", "programs", "--list", "no-such-program"])
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(!out.status.success());
    assert!(
        said.starts_with("xtask: `no-such-program` names no "),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}
