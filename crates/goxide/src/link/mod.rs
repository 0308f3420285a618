//! What goxide carries inside itself, and how the kernel becomes a Go object of one toolchain.
//!
//! `build.rs` compiled the kernel twice and converted it; here the bodies are unpacked and get their header line.

mod header;
mod level;
mod payload;

pub use header::{headers, object};
pub use level::Level;
pub use payload::{KERNEL_HASH, Kernel, PAYLOAD_HASH, go_side};
