//! Entries of the type system.

use super::{Entry, call};

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[
    call("kgetitab", "(inter *interfacetype, typ *_type) *itab", 2, 1),
    call(
        "kmissingmethod",
        "(inter *interfacetype, typ *_type) int",
        2,
        1,
    ),
    call("kreflectoff", "(off int32) unsafe.Pointer", 1, 1),
    call("kaddreflectoff", "(p unsafe.Pointer) int32", 1, 1),
    call(
        "kobjectmask",
        "(p unsafe.Pointer, out *byte, words int)",
        3,
        0,
    ),
];
