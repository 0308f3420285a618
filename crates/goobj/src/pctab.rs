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

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a table as Go's runtime does: (end, value) pairs.
    fn decode(table: &[u8]) -> Vec<(u32, i32)> {
        let mut bytes = table.iter();
        let mut varint = || {
            let mut v = 0u32;
            for shift in (0..).step_by(7) {
                let b = *bytes.next().expect("the table has an end mark");
                v |= u32::from(b & 0x7f) << shift;
                if b & 0x80 == 0 {
                    break;
                }
            }
            v
        };
        let (mut pc, mut value, mut out) = (0, -1i32, Vec::new());
        loop {
            let delta = varint();
            if delta == 0 && !out.is_empty() {
                return out;
            }
            value = value.wrapping_add((delta >> 1) as i32 ^ -((delta & 1) as i32));
            pc += varint();
            out.push((pc, value));
        }
    }

    #[test]
    fn table_says_what_the_runs_say() {
        let runs = [(0, 0), (1, 8), (4, 8), (4, 200), (90, -70000), (1000, -1)];
        let runs = runs.map(|(start, value)| Run { start, value });
        let table = encode(&runs, 1200);
        assert_eq!(
            decode(&table),
            [(1, 0), (4, 8), (90, 200), (1000, -70000), (1200, -1)]
        );
    }

    #[test]
    fn first_run_reaches_back_to_the_start() {
        let table = encode(
            &[
                Run {
                    start: 3,
                    value: -1,
                },
                Run { start: 7, value: 5 },
            ],
            9,
        );
        assert_eq!(decode(&table), [(7, -1), (9, 5)]);
    }

    #[test]
    fn no_runs_no_table() {
        assert!(encode(&[], 10).is_empty());
        assert!(
            encode(
                &[Run {
                    start: 10,
                    value: 1
                }],
                10
            )
            .is_empty()
        );
    }
}
