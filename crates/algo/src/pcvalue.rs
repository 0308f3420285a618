//! pclntab's delta tables: what holds at a PC (stack depth, line, stack map, unsafe point, inline node).
//!
//! A table is a list of pairs (value delta, PC delta), both base-128 varints, the value zig-zag coded. The value starts
//! at -1, the PC at the function's entry; a value holds from the previous PC up to, not including, the new one. A value
//! delta of zero ends the table, except in its first pair.
//!
//! Stack scanning walks a table for every frame, from its start: so the loop below is written for the common pair of
//! one-byte varints, and it never panics: damaged bytes give `None`.

/// The value that holds over a range of PCs, which are distances from the function's entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PcRun {
    /// The table's value.
    pub value: i32,
    /// First PC.
    pub start: u32,
    /// First PC behind the run.
    pub end: u32,
}

/// The runs of a table in PC order.
#[derive(Clone, Debug)]
pub struct PcValues<'a> {
    rest: &'a [u8],
    value: i32,
    pc: u32,
    first: bool,
}

impl<'a> PcValues<'a> {
    /// The table at offset `off` of pctab; offset 0 means "no table" and has no runs.
    #[inline]
    pub fn new(pctab: &'a [u8], off: u32) -> Self {
        let rest = if off == 0 {
            &[]
        } else {
            pctab.get(off as usize..).unwrap_or(&[])
        };
        Self {
            rest,
            value: -1,
            pc: 0,
            first: true,
        }
    }
}

impl Iterator for PcValues<'_> {
    type Item = PcRun;

    #[inline]
    fn next(&mut self) -> Option<PcRun> {
        let (value_delta, pc_delta, rest) = match *self.rest {
            [v, p, ref rest @ ..] if (v | p) & 0x80 == 0 => (u32::from(v), u32::from(p), rest),
            _ => long_pair(self.rest)?,
        };
        if value_delta == 0 && !self.first {
            self.rest = &[];
            return None;
        }
        let start = self.pc;
        self.first = false;
        self.rest = rest;
        self.value = self.value.wrapping_add(unzigzag(value_delta));
        self.pc = start.wrapping_add(pc_delta);
        Some(PcRun {
            value: self.value,
            start,
            end: self.pc,
        })
    }
}

impl core::iter::FusedIterator for PcValues<'_> {}

/// The value at `target` (a distance from the function's entry) and where its run starts.
///
/// `None`: there is no table, or it ends before `target`. For a return address ask for the PC before it.
#[inline]
pub fn pc_value(pctab: &[u8], off: u32, target: u32) -> Option<(i32, u32)> {
    PcValues::new(pctab, off)
        .find(|run| target < run.end)
        .map(|run| (run.value, run.start))
}

/// [`pc_value`] with the whole run, for callers that remember it for the next PC.
#[inline]
pub fn pc_run(pctab: &[u8], off: u32, target: u32) -> Option<PcRun> {
    PcValues::new(pctab, off).find(|run| target < run.end)
}

/// A varint of at most 32 bits and what follows it.
#[inline]
pub fn uvarint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().enumerate().take(5) {
        value |= u32::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

/// Signed numbers are coded 0, -1, 1, -2, … so that small ones stay short.
#[inline]
pub const fn unzigzag(coded: u32) -> i32 {
    (coded >> 1) as i32 ^ -((coded & 1) as i32)
}

/// A pair with a long varint, or the lone zero byte at the end of the last table.
#[cold]
#[inline(never)]
fn long_pair(bytes: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (value_delta, rest) = uvarint(bytes)?;
    match uvarint(rest) {
        Some((pc_delta, rest)) => Some((value_delta, pc_delta, rest)),
        None => (value_delta == 0 && rest.is_empty()).then_some((0, 0, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    fn put_uvarint(out: &mut Vec<u8>, mut n: u32) {
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    }

    fn zigzag(n: i32) -> u32 {
        (n << 1 ^ n >> 31) as u32
    }

    /// A table at offset 1, as the linker writes it; consecutive values differ.
    fn encode(runs: &[(i32, u32)]) -> Vec<u8> {
        let (mut out, mut last) = (vec![0xaa], -1i32);
        for &(value, len) in runs {
            put_uvarint(&mut out, zigzag(value.wrapping_sub(last)));
            put_uvarint(&mut out, len);
            last = value;
        }
        out.push(0);
        out
    }

    #[test]
    fn value_holds_from_the_previous_pc_to_before_the_next() {
        let table = encode(&[(0, 4), (24, 100), (0, 1)]);
        let at = |pc| pc_value(&table, 1, pc);
        assert_eq!((at(0), at(3)), (Some((0, 0)), Some((0, 0))));
        assert_eq!((at(4), at(103)), (Some((24, 4)), Some((24, 4))));
        assert_eq!((at(104), at(105)), (Some((0, 104)), None));
    }

    #[test]
    fn first_pair_may_have_a_zero_delta() {
        assert_eq!(
            pc_value(&encode(&[(-1, 300), (2, 7)]), 1, 299),
            Some((-1, 0))
        );
    }

    #[test]
    fn offset_zero_is_no_table() {
        assert_eq!(pc_value(&encode(&[(5, 9)]), 0, 0), None);
        assert_eq!(pc_value(&[], 77, 0), None);
    }

    #[test]
    fn tables_that_follow_are_not_read() {
        let mut table = encode(&[(3, 10)]);
        table.extend(&encode(&[(9, 90)])[1..]);
        assert_eq!(pc_value(&table, 1, 50), None);
    }

    #[test]
    fn zigzag_covers_both_ends() {
        for n in [0, -1, 1, 63, -64, 64, i32::MAX, i32::MIN] {
            assert_eq!(unzigzag(zigzag(n)), n);
        }
    }

    fn runs() -> impl Strategy<Value = Vec<(i32, u32)>> {
        let value = prop_oneof![4 => -3i32..200, 1 => any::<i32>()];
        prop::collection::vec(
            (value, prop_oneof![4 => 1u32..100, 1 => 1u32..100_000]),
            1..40,
        )
        .prop_map(|mut runs| {
            runs.dedup_by_key(|run| run.0);
            runs
        })
    }

    proptest! {
        #[test]
        fn prop_decodes_what_was_encoded(runs in runs()) {
            let table = encode(&runs);
            let decoded: Vec<_> = PcValues::new(&table, 1).map(|run| (run.value, run.end - run.start)).collect();
            prop_assert_eq!(&decoded, &runs);
            let mut start = 0;
            for (value, len) in runs {
                prop_assert_eq!(pc_value(&table, 1, start), Some((value, start)));
                prop_assert_eq!(pc_value(&table, 1, start + len - 1), Some((value, start)));
                start += len;
            }
            prop_assert_eq!(pc_value(&table, 1, start), None);
        }

        #[test]
        fn prop_any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..60), off in 0u32..70, pc: u32) {
            pc_value(&bytes, off, pc);
            prop_assert!(PcValues::new(&bytes, off).count() <= bytes.len());
        }
    }
}
