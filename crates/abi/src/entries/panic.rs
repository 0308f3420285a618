//! Entries of this part of the kernel.

use super::Entry;

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[];
