//! From a Rust static library to one Go object.
//!
//!   lib.a ─▶ elf (sections, symbols) ─▶ link (who is live) ─▶ reloc, frame, lines ─▶ convert ─▶ file ─▶ body
//!
//! `cmd/link` takes any archive member that opens with `go object …` as one of its own, whatever the member is
//! called. So a `no_std` static library that is rewritten in the Go object format, and lies in a package as a
//! `.syso` file, is linked internally like Go code: no C compiler, dead code dropped, lines for gdb and profiles.
//!
//! I1  One live ELF section is one Go symbol. References between sections become references between symbols, so
//!     nothing inside a section ever moves.
//! I2  The body does not depend on the toolchain; only the header line in front of it does ([`assemble`]).
//! I3  Same input, same bytes: every order in the output follows the order of the input.
//! I4  What cannot be represented is refused with the place named, never left out: a relocation that is silently
//!     wrong would surface as memory corruption in somebody's program.
//!
//! What the input must bring or do without:
//!   - `memcpy`, `memmove`, `memset`, `memcmp`, `bcmp`: libcore calls them, the linux-gnu compiler_builtins has none.
//!   - Symbols of the Go program (`#[link_name = "runtime.x"]`) must be variables or ABI0 assembly functions.
//!   - A function with data aligned beyond 16 bytes on its stack realigns SP. It is flagged as writing SP, and can be
//!     unwound by RBP only.
//!
//! Absent on purpose: thread-local data, constructors, indirect functions, 32-bit absolute addresses.

mod convert;
mod dwarf;
mod elf;
mod error;
mod file;
mod frame;
mod function;
mod image;
mod lines;
mod link;
mod names;
mod pctab;
mod reloc;
#[cfg(test)]
mod testing;

pub use convert::{Body, Options, Stats, convert};
pub use error::Error;

/// Result of this crate's operations.
pub type Result<T> = std::result::Result<T, Error>;

/// The whole object file: the header line as `go tool asm` writes it, then the body.
///
/// The header names the exact toolchain (`go object linux amd64 go1.25.3 …`); `cmd/link` compares it byte for byte
/// with the headers of the other objects.
pub fn assemble(header_line: &str, body: &Body) -> Vec<u8> {
    let mut out = Vec::with_capacity(header_line.len() + 3 + body.bytes.len());
    out.extend_from_slice(header_line.trim_end_matches('\n').as_bytes());
    out.extend_from_slice(b"\n!\n");
    out.extend_from_slice(&body.bytes);
    out
}

/// The header line of an object file that `go tool asm` or `go tool compile` wrote.
pub fn header_line(go_object: &[u8]) -> Option<&str> {
    let end = go_object.iter().position(|&b| b == b'\n')?;
    let line = std::str::from_utf8(&go_object[..end]).ok()?;
    line.starts_with("go object ").then_some(line)
}
