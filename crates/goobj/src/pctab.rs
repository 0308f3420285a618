//! pc-value tables: which value holds over which stretch of code, delta-encoded in varints.
//!
//! The first value is a delta against -1, program counters count from the function's start, and an empty value delta
//! ends the table.

/// From `start` (bytes into the function) on, `value` holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    pub start: u32,
    pub value: i32,
}

/// Encodes runs in ascending order; the first is stretched to the function's start. No runs: an empty table.
pub fn encode(runs: &[Run], size: u32) -> Vec<u8> {
    let runs = simplify(runs, size);
    let mut out = Vec::new();
    let mut value = -1i32;
    for (i, r) in runs.iter().enumerate() {
        let end = runs.get(i + 1).map_or(size, |next| next.start);
        put_varint(&mut out, zigzag(r.value.wrapping_sub(value)));
        put_varint(&mut out, end - r.start);
        value = r.value;
    }
    if !runs.is_empty() {
        out.push(0);
    }
    out
}

/// Drops runs that are empty or repeat the value before them: a value delta of zero would end the table.
fn simplify(runs: &[Run], size: u32) -> Vec<Run> {
    let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
    for &r in runs.iter().filter(|r| r.start < size) {
        if kept.last().is_some_and(|last| last.start == r.start) {
            kept.pop();
        }
        if kept.last().is_none_or(|last| last.value != r.value) {
            kept.push(r);
        }
    }
    if let Some(first) = kept.first_mut() {
        first.start = 0;
    }
    kept
}

fn zigzag(v: i32) -> u32 {
    ((v << 1) ^ (v >> 31)) as u32
}

fn put_varint(out: &mut Vec<u8>, mut v: u32) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}
