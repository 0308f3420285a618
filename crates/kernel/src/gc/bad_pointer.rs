//! Pointers into the heap where no object can be: to pages that lay in a span once and lie in none now, or behind the last
//! slot of a span. A program gets them by storing numbers as pointers. What would lie there tomorrow is anybody's object, so
//! the process ends, unless `GODEBUG=invalidptr=0` says that such words are no pointers.
//!
//! Only words that types and stack maps call pointers are looked at this way.

use super::holders::{self, word_at};
use crate::mem::{self, MSpan, PAGE_BYTES};
use crate::stats::godebug;

/// Words of an object that are shown: so many from its start, and so many on each side of the pointer.
const FIRST_WORDS: usize = 128;
const AROUND_WORDS: usize = 16;

/// A marker has met a pointer that leads to no slot: ends the process if it is one of these.
#[cold]
#[inline(never)]
pub fn look_at(word: usize) {
    if godebug::invalidptr() == 0 {
        return;
    }
    match mem::span_of(word) {
        Some(span) if word >= limit(span) => {
            die(word, "unused region of span", span.base(), limit(span), 1);
        }
        None if mem::has_left(word) => {
            let base = word / PAGE_BYTES * PAGE_BYTES;
            die(word, "unallocated span", base, base + PAGE_BYTES, 0);
        }
        _ => {}
    }
}

fn limit(span: &MSpan) -> usize {
    span.base() + span.nelems() * span.elem_bytes()
}

fn die(word: usize, what: &str, base: usize, limit: usize, state: u32) -> ! {
    crate::panic::start_dying();
    crate::eprint!(
        "runtime: pointer {word:#x} to {what} span.base()={base:#x} span.limit={limit:#x} span.state={state}\n"
    );
    if let Some((object, offset)) = holder(word) {
        crate::eprint!("runtime: found in object at *({object:#x}+{offset:#x})\n");
        show(object, offset);
    }
    crate::throw!("found bad pointer in Go heap (incorrect use of unsafe or cgo?)")
}

/// Where `word` stands: a segment of globals or an object of the heap, and how far from its start.
fn holder(word: usize) -> Option<(usize, usize)> {
    let mut found = None;
    super::for_each_segment(|_, base, bytes, is_pointer| {
        let at = (0..bytes / 8).find(|&i| is_pointer(i) && word_at(base + i * 8) == word);
        found = found.or(at.map(|i| (base, i * 8)));
    });
    if found.is_none() {
        holders::in_heap(
            1,
            |value| value == word,
            |span, slot, at| {
                let base = span.base() + slot * span.elem_bytes();
                found = Some((base, at - base));
            },
        );
    }
    found
}

/// The object at `base`: what it is, and its words, the one at `offset` marked.
fn show(base: usize, offset: usize) {
    let Some(span) = mem::span_of(base) else {
        return crate::eprint!("object={base:#x} s=nil\n");
    };
    crate::eprint!(
        "object={base:#x} s.base()={:#x} s.limit={:#x} s.spanclass={} s.elemsize={} s.state=mSpanInUse\n",
        span.base(),
        limit(span),
        span.class().index(),
        span.elem_bytes()
    );
    let wanted = |word: usize| word < FIRST_WORDS || word.abs_diff(offset / 8) < AROUND_WORDS;
    let mut skipped = false;
    for word in 0..span.elem_bytes() / 8 {
        if !wanted(word) {
            skipped = true;
            continue;
        }
        if core::mem::take(&mut skipped) {
            crate::eprint!(" ...\n");
        }
        let mark = if word * 8 == offset { " <==" } else { "" };
        let value = word_at(base + word * 8);
        crate::eprint!(" *(object+{}) = {value:#x}{mark}\n", word * 8);
    }
    if skipped {
        crate::eprint!(" ...\n");
    }
}
