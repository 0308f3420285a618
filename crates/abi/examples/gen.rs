//! Writes the generated files of the Go side: `cargo run -p goxide-abi --features gen --example gen`.

fn main() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../goside/runtime");
    for (name, content) in goxide_abi::generate::files() {
        std::fs::write(dir.join(name), content).expect("goside/runtime is writable");
    }
}
