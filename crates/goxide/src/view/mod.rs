//! What goxide itself says to a person: messages and progress, always on standard error, so that the output of the
//! program being run stays its own.

mod progress;

pub use progress::Progress;

/// A line for the user that is not an error.
pub fn note(text: &str) {
    eprintln!("goxide: {text}");
}

/// The error and, indented under it, what led to it.
pub fn error(e: &anyhow::Error) {
    eprintln!("goxide: {e}");
    for cause in e.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}
