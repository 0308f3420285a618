//! Entries of panics, stacks and symbols.

use super::{Entry, call, park};

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[
    // panic
    call("kpanicnext", "(p *_panic) (fn func(), more bool)", 1, 2),
    call("kpanicstate", "() int32", 0, 1),
    call("kstartdying", "()", 0, 0),
    call("kdiepanic", "(bubble uintptr)", 1, 0),
    call("kdefernew", "() *_defer", 0, 1),
    call("kdeferat", "(d *_defer, fn func())", 2, 0),
    call("kdefersplice", "()", 0, 0),
    call("ksetcrashfd", "(fd uintptr) uintptr", 1, 1),
    // stack
    call("ksetmaxstack", "(n int) int", 1, 1),
    // unwind
    call("kcallers", "(skip int, pcs []uintptr) int", 4, 1),
    call(
        "kpcinfo",
        "(pc uintptr, isReturn bool, out *pcInfo) bool",
        3,
        1,
    ),
    call("kfuncat", "(pc uintptr) (fn uintptr, inlined bool)", 1, 2),
    call("kinlinepcs", "(pc uintptr, pcs []uintptr) int", 4, 1),
    park("kstack", "(buf []byte, all bool) int", 4, 1),
];
