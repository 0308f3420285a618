//! Expands the linker's GC programs: which words of the data and bss segments may be pointers.
//!
//! A program is a byte code that appends bits to a mask, one bit per word, lowest bit first:
//!
//! | bytes | meaning |
//! | --- | --- |
//! | `0x00` | stop |
//! | `0nnnnnnn` | append n bits, taken from the next ceil(n/8) bytes |
//! | `1nnnnnnn c` | append the last n bits again, c times (c: varint) |
//! | `0x80 n c` | the same with n as a varint |
//!
//! Large arrays make long repeats, so bits move in chunks of up to 56: eight bytes hold that many at any bit position.

/// Why a program could not be expanded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GcProgError {
    /// The program ends without a stop.
    Truncated,
    /// It yields more bits than the mask holds.
    MaskTooSmall,
    /// It repeats bits that it has not written.
    NothingToRepeat,
}

/// Runs `program` and returns how many bits it wrote to `mask`. Old contents of the mask do not matter; bits behind the
/// last one written, up to the end of its byte, become zero.
pub fn expand(program: &[u8], mask: &mut [u8]) -> Result<usize, GcProgError> {
    let mut code = Code(program);
    let mut out = Mask {
        bytes: mask,
        len: 0,
    };
    loop {
        match code.byte()? {
            0 => return Ok(out.len),
            op if op & 0x80 == 0 => copy_literal(&mut code, &mut out, usize::from(op))?,
            0x80 => {
                let n = code.uvarint()?;
                out.repeat(n, code.uvarint()?)?;
            }
            op => out.repeat(usize::from(op & 0x7f), code.uvarint()?)?,
        }
    }
}

fn copy_literal(code: &mut Code<'_>, out: &mut Mask<'_>, mut n: usize) -> Result<(), GcProgError> {
    while n > 0 {
        let now = n.min(8);
        out.push(u64::from(code.byte()?) & low_bits(now), now)?;
        n -= now;
    }
    Ok(())
}

struct Code<'a>(&'a [u8]);

impl Code<'_> {
    fn byte(&mut self) -> Result<u8, GcProgError> {
        let (&byte, rest) = self.0.split_first().ok_or(GcProgError::Truncated)?;
        self.0 = rest;
        Ok(byte)
    }

    fn uvarint(&mut self) -> Result<usize, GcProgError> {
        let (mut value, mut shift) = (0usize, 0);
        loop {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }
}

/// Bits that fit into eight bytes at any bit position.
const CHUNK: usize = 56;

const fn low_bits(n: usize) -> u64 {
    (1 << n) - 1
}

/// The mask written so far.
struct Mask<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl Mask<'_> {
    /// Appends the low `n <= CHUNK` bits; the others are zero.
    fn push(&mut self, bits: u64, n: usize) -> Result<(), GcProgError> {
        debug_assert!(n <= CHUNK && bits & !low_bits(n) == 0);
        if self.room() < n {
            return Err(GcProgError::MaskTooSmall);
        }
        let (first, shift) = (self.len / 8, self.len % 8);
        let kept = self
            .bytes
            .get(first)
            .map_or(0, |&b| u64::from(b) & low_bits(shift));
        let word = (bits << shift | kept).to_le_bytes();
        let touched = (shift + n).div_ceil(8);
        self.bytes[first..first + touched].copy_from_slice(&word[..touched]);
        self.len += n;
        Ok(())
    }

    /// `n <= CHUNK` bits from bit `at` on.
    fn read(&self, at: usize, n: usize) -> u64 {
        let (first, shift) = (at / 8, at % 8);
        let touched = (shift + n).div_ceil(8);
        let mut word = [0; 8];
        word[..touched].copy_from_slice(&self.bytes[first..first + touched]);
        u64::from_le_bytes(word) >> shift & low_bits(n)
    }

    fn repeat(&mut self, n: usize, times: usize) -> Result<(), GcProgError> {
        if n > self.len {
            return Err(GcProgError::NothingToRepeat);
        }
        let total = n
            .checked_mul(times)
            .filter(|&t| t <= self.room())
            .ok_or(GcProgError::MaskTooSmall)?;
        if n <= CHUNK {
            self.repeat_short(n, total)
        } else {
            self.repeat_long(n, total)
        }
    }

    /// The pattern fits into a word: fill the word with copies of it and write that.
    fn repeat_short(&mut self, n: usize, mut total: usize) -> Result<(), GcProgError> {
        if total == 0 {
            return Ok(());
        }
        let (mut pattern, mut width) = (self.read(self.len - n, n), n);
        while width * 2 <= CHUNK {
            pattern |= pattern << width;
            width *= 2;
        }
        while total > 0 {
            let now = total.min(width);
            self.push(pattern & low_bits(now), now)?;
            total -= now;
        }
        Ok(())
    }

    /// The source ends more than a chunk before the write position, so a chunk never reads what it writes.
    fn repeat_long(&mut self, n: usize, mut total: usize) -> Result<(), GcProgError> {
        while total > 0 {
            let now = total.min(CHUNK);
            self.push(self.read(self.len - n, now), now)?;
            total -= now;
        }
        Ok(())
    }

    fn room(&self) -> usize {
        self.bytes.len() * 8 - self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    #[derive(Clone, Debug)]
    enum Op {
        Literal(Vec<bool>),
        Repeat { n: usize, times: usize },
    }

    fn put_uvarint(out: &mut Vec<u8>, mut n: usize) {
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    }

    fn assemble(ops: &[Op]) -> Vec<u8> {
        let mut out = Vec::new();
        for op in ops {
            match op {
                Op::Literal(bits) => {
                    out.push(bits.len() as u8);
                    out.extend(pack(bits));
                }
                Op::Repeat { n, times } => {
                    if *n < 0x80 {
                        out.push(0x80 | *n as u8);
                    } else {
                        out.push(0x80);
                        put_uvarint(&mut out, *n);
                    }
                    put_uvarint(&mut out, *times);
                }
            }
        }
        out.push(0);
        out
    }

    fn pack(bits: &[bool]) -> Vec<u8> {
        bits.chunks(8)
            .map(|byte| byte.iter().rev().fold(0, |b, &bit| b << 1 | u8::from(bit)))
            .collect()
    }

    /// The meaning, bit by bit.
    fn model(ops: &[Op]) -> Vec<bool> {
        let mut bits: Vec<bool> = Vec::new();
        for op in ops {
            match op {
                Op::Literal(more) => bits.extend(more),
                Op::Repeat { n, times } => {
                    (0..n * times).for_each(|_| bits.push(bits[bits.len() - n]))
                }
            }
        }
        bits
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        let literal = prop::collection::vec(any::<bool>(), 1..128).prop_map(Op::Literal);
        let repeat = prop_oneof![(1usize..70, 0usize..40), (1usize..300, 0usize..5)];
        let op = prop_oneof![
            literal,
            repeat.prop_map(|(n, times)| Op::Repeat { n, times })
        ];
        prop::collection::vec(op, 0..12).prop_map(|ops| {
            let mut written = 0; // a repeat reaches back at most to the start
            let fit = |op| match op {
                Op::Literal(bits) => {
                    written += bits.len();
                    Some(Op::Literal(bits))
                }
                Op::Repeat { .. } if written == 0 => None,
                Op::Repeat { n, times } => {
                    let n = n.min(written);
                    written += n * times;
                    Some(Op::Repeat { n, times })
                }
            };
            ops.into_iter().filter_map(fit).collect()
        })
    }

    proptest! {
        #[test]
        fn prop_agrees_with_bit_by_bit_model(ops in ops()) {
            let expected = model(&ops);
            let mut mask = vec![0xff; expected.len().div_ceil(8)];
            prop_assert_eq!(expand(&assemble(&ops), &mut mask), Ok(expected.len()));
            prop_assert_eq!(mask, pack(&expected));
        }

        #[test]
        fn prop_any_bytes_are_survived(program in prop::collection::vec(any::<u8>(), 0..40), room in 0usize..200) {
            let _ = expand(&program, &mut vec![0; room]);
        }
    }

    #[test]
    fn long_run_of_zeros_is_one_repeat() {
        let mut mask = [0xff; 4 << 10];
        let mut program = vec![1, 0, 0x81];
        put_uvarint(&mut program, (32 << 10) - 1);
        program.push(0);
        assert_eq!(expand(&program, &mut mask), Ok(32 << 10));
        assert!(mask.iter().all(|&b| b == 0));
    }

    #[test]
    fn damage_is_reported() {
        let mut mask = [0; 1];
        assert_eq!(expand(&[], &mut mask), Err(GcProgError::Truncated));
        assert_eq!(expand(&[9, 0], &mut mask), Err(GcProgError::Truncated));
        assert_eq!(
            expand(&[9, 0, 0, 0], &mut mask),
            Err(GcProgError::MaskTooSmall)
        );
        assert_eq!(
            expand(&[0x81, 3, 0], &mut mask),
            Err(GcProgError::NothingToRepeat)
        );
        assert_eq!(
            expand(&[1, 1, 0x81, 8, 0], &mut mask),
            Err(GcProgError::MaskTooSmall)
        );
    }
}
