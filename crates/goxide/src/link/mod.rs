//! What goxide carries inside itself, and how the kernel becomes a Go object of one toolchain.
//!
//! `build.rs` compiled the kernel twice and converted it; here the bodies are unpacked and get their header line.

mod header;
mod payload;
mod variant;

pub use header::{headers, object};
pub use payload::{KERNEL_HASH, Kernel, PAYLOAD_HASH, go_side};
pub use variant::{EXPERIMENTS, Variant};
