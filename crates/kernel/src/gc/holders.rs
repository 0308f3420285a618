//! Who holds a pointer, for the report of a process that is about to end: marking does not carry along where a word was found.

use crate::mem::{self, MSpan};

/// Calls `visit` with span, slot and address of the words of the heap that are `wanted`, of `most` at the most. Objects
/// without pointers are not looked at.
pub fn in_heap(
    most: u32,
    wanted: impl Fn(usize) -> bool,
    mut visit: impl FnMut(&MSpan, usize, usize),
) {
    let mut left = most;
    mem::for_each_span(|span| {
        if span.class().noscan() {
            return;
        }
        for slot in (0..span.nelems()).filter(|&slot| span.is_allocated(slot)) {
            let base = span.base() + slot * span.elem_bytes();
            for at in (base..base + span.elem_bytes()).step_by(8) {
                if left == 0 {
                    return;
                }
                if wanted(word_at(at)) {
                    left -= 1;
                    visit(span, slot, at);
                }
            }
        }
    });
}

/// The word at `at`, which lies in a segment of globals or in an allocated object.
pub fn word_at(at: usize) -> usize {
    // SAFETY: an aligned word of what the caller says. The program may be writing to it: any value will do.
    unsafe { (at as *const usize).read_volatile() }
}
