//! The pointer map of small objects: one bit a word, written at allocation, read by the marker.

use super::arena::ARENA_BYTES;
use crate::types::{Type, gc_mask};

/// Index of the bit of `addr` in its arena's map.
#[inline]
fn bit_of(addr: usize) -> usize {
    (addr & (ARENA_BYTES - 1)) / 8
}

/// Address of the word of the pointer map that holds the bit of the heap address `addr`.
#[inline]
pub fn ptr_word_addr(addr: usize) -> usize {
    super::arena::ptr_bits_of(addr) as usize + bit_of(addr) / 64 * 8
}

/// Replaces `n <= 64` bits from bit `at` by the low bits of `value`.
///
/// # Safety
/// `map` is an arena's pointer map, and the caller owns the objects that the bits belong to.
#[inline]
unsafe fn put_bits(map: *mut u64, at: usize, n: usize, value: u64) {
    let keep = if n == 64 { u64::MAX } else { (1u64 << n) - 1 };
    let (word, shift) = (at / 64, at % 64);
    // SAFETY: the map has a word for every bit of the arena; a span is filled by one owner at a time, and spans are
    // at least a page, that is 16 words, apart, so nobody else writes these words.
    unsafe {
        let p = map.add(word);
        *p = (*p & !(keep << shift)) | (value & keep) << shift;
        if shift + n > 64 {
            let q = p.add(1);
            let done = 64 - shift;
            *q = (*q & !(keep >> done)) | (value & keep) >> done;
        }
    }
}

/// 64 bits of a mask from bit `at`; bits behind `nbits` read as zero.
#[inline]
unsafe fn mask_bits(mask: *const u8, at: usize, nbits: usize) -> u64 {
    let mut value = 0u64;
    let (byte, shift) = (at / 8, at % 8);
    let bytes = (nbits - at).min(64).div_ceil(8);
    for i in 0..bytes + usize::from(shift != 0) {
        if (byte + i) * 8 >= nbits {
            break;
        }
        // SAFETY: the byte holds a bit below `nbits`, so it belongs to the mask.
        let b = u64::from(unsafe { *mask.add(byte + i) });
        let to = i as isize * 8 - shift as isize;
        value |= if to < 0 {
            b >> -to
        } else if to < 64 {
            b << to
        } else {
            0
        };
    }
    let left = nbits - at;
    if left < 64 {
        value & ((1 << left) - 1)
    } else {
        value
    }
}

/// Describes the object of `slot_bytes` at `addr` as `bytes / typ.size` values of `typ`.
///
/// # Safety
/// `addr` is a free slot that the caller owns, in an arena whose map is `map`; `typ` holds pointers.
#[inline]
pub unsafe fn describe(map: *mut u64, addr: usize, slot_bytes: usize, bytes: usize, typ: &Type) {
    let at = bit_of(addr);
    let words = slot_bytes / 8;
    if typ.size == 8 {
        // SAFETY: as for this function.
        return unsafe { put_ones(map, at, bytes / 8, words) };
    }
    let mask = gc_mask(typ);
    let ptr_words = typ.ptr_bytes / 8;
    if bytes == typ.size && words <= 64 {
        // SAFETY: as for this function; the mask has `ptr_words` bits.
        return unsafe { put_bits(map, at, words, mask_bits(mask, 0, ptr_words)) };
    }
    let elem_words = typ.size / 8;
    let mut done = 0;
    for elem in 0..bytes / typ.size {
        let start = elem * elem_words;
        let mut i = 0;
        while i < elem_words {
            let n = (elem_words - i).min(64);
            // SAFETY: as for this function.
            unsafe {
                let value = if i < ptr_words {
                    mask_bits(mask, i, ptr_words)
                } else {
                    0
                };
                put_bits(map, at + start + i, n, value);
            }
            i += n;
        }
        done = start + elem_words;
    }
    while done < words {
        let n = (words - done).min(64);
        // SAFETY: as for this function.
        unsafe { put_bits(map, at + done, n, 0) };
        done += n;
    }
}

unsafe fn put_ones(map: *mut u64, at: usize, ones: usize, words: usize) {
    let mut i = 0;
    while i < words {
        let n = (words - i).min(64);
        let set = ones.saturating_sub(i).min(n);
        let value = if set == 64 { u64::MAX } else { (1 << set) - 1 };
        // SAFETY: the caller's promise.
        unsafe { put_bits(map, at + i, n, value) };
        i += n;
    }
}

/// Calls `visit` with the address of every word of the object `[addr, addr + bytes)` that may hold a pointer.
///
/// # Safety
/// The object lies in an arena whose map is `map`, and nobody allocates in its span meanwhile.
#[inline(always)]
pub unsafe fn for_each_ptr_word(
    map: *const u64,
    addr: usize,
    bytes: usize,
    mut visit: impl FnMut(usize),
) {
    let first = bit_of(addr);
    let end = first + bytes / 8;
    let mut at = first;
    while at < end {
        let (word, shift) = (at / 64, at % 64);
        let n = (64 - shift).min(end - at);
        // SAFETY: the map has a word for every bit of the arena.
        let mut bits = unsafe { *map.add(word) } >> shift;
        if n < 64 {
            bits &= (1 << n) - 1;
        }
        while bits != 0 {
            let i = bits.trailing_zeros() as usize;
            visit(addr + (at - first + i) * 8);
            bits &= bits - 1;
        }
        at += n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_cross_words() {
        let mut map = [u64::MAX; 4];
        // SAFETY: the map is ours and large enough.
        unsafe { put_bits(map.as_mut_ptr(), 60, 8, 0b1010_0101) };
        assert_eq!(map[0] >> 60, 0b0101);
        assert_eq!(map[1] & 0xff, 0b1111_1010);
    }

    #[test]
    fn masks_are_read_at_any_bit() {
        let mask = [0b1100_1010u8, 0b0000_0111];
        // SAFETY: eleven bits are there.
        unsafe {
            assert_eq!(mask_bits(mask.as_ptr(), 0, 11), 0b111_1100_1010);
            assert_eq!(mask_bits(mask.as_ptr(), 3, 11), 0b1111_1001);
            assert_eq!(mask_bits(mask.as_ptr(), 9, 11), 0b11);
        }
    }

    #[test]
    fn visiting_finds_the_bits_put() {
        let mut map = vec![0u64; 8];
        // SAFETY: the map is ours and large enough.
        unsafe { put_ones(map.as_mut_ptr(), 62, 70, 100) };
        let mut seen = Vec::new();
        // SAFETY: as above; the address is only arithmetic.
        unsafe { for_each_ptr_word(map.as_ptr(), 62 * 8, 800, |w| seen.push(w / 8)) };
        assert_eq!(seen, (62..132).collect::<Vec<_>>());
    }
}
