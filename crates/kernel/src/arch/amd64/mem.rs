//! `memcpy` and its kin, which the compiler calls: there is no libc.
//!
//! Short blocks by overlapping loads, middle ones by SSE loops, long ones by the string instructions, which modern
//! cores run at full bandwidth (Intel, Optimization Reference Manual, "Enhanced REP MOVSB/STOSB").
#![cfg_attr(test, allow(dead_code, reason = "the host's libc is used in tests"))]

use core::arch::{asm, x86_64::*};

/// From here on the string instructions win.
const STRING_BYTES: usize = 2048;

/// Copies `n >= 16` bytes whose loads may all precede the stores of the same step; forwards.
#[inline(always)]
unsafe fn copy_forward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: all accesses lie in `[0, n)` of the two blocks; the last vector is loaded before anything is stored.
    unsafe {
        let tail = _mm_loadu_si128(src.add(n - 16).cast());
        let mut i = 0;
        while i + 16 < n {
            let v = _mm_loadu_si128(src.add(i).cast());
            _mm_storeu_si128(dst.add(i).cast(), v);
            i += 16;
        }
        _mm_storeu_si128(dst.add(n - 16).cast(), tail);
    }
}

/// As [`copy_forward`], from the end.
#[inline(always)]
unsafe fn copy_backward(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as in `copy_forward`; the first vector is loaded before anything is stored.
    unsafe {
        let head = _mm_loadu_si128(src.cast());
        let mut i = n;
        while i > 16 {
            i -= 16;
            let v = _mm_loadu_si128(src.add(i).cast());
            _mm_storeu_si128(dst.add(i).cast(), v);
        }
        _mm_storeu_si128(dst.cast(), head);
    }
}

/// Copies fewer than 16 bytes: all loads before all stores, so the blocks may overlap.
#[inline(always)]
unsafe fn copy_short(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: all accesses lie in `[0, n)` of the two blocks.
    unsafe {
        if n >= 8 {
            let (a, b) = (
                src.cast::<u64>().read_unaligned(),
                src.add(n - 8).cast::<u64>().read_unaligned(),
            );
            dst.cast::<u64>().write_unaligned(a);
            dst.add(n - 8).cast::<u64>().write_unaligned(b);
        } else if n >= 4 {
            let (a, b) = (
                src.cast::<u32>().read_unaligned(),
                src.add(n - 4).cast::<u32>().read_unaligned(),
            );
            dst.cast::<u32>().write_unaligned(a);
            dst.add(n - 4).cast::<u32>().write_unaligned(b);
        } else if n > 0 {
            let (a, b, c) = (src.read(), src.add(n / 2).read(), src.add(n - 1).read());
            dst.write(a);
            dst.add(n / 2).write(b);
            dst.add(n - 1).write(c);
        }
    }
}

/// C's `memcpy`.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn memcpy(dst: *mut u8, src: *const u8, n: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if n < 16 {
            copy_short(dst, src, n);
        } else if n < STRING_BYTES {
            copy_forward(dst, src, n);
        } else {
            asm!("rep movsb", inout("rcx") n => _, inout("rdi") dst => _, inout("rsi") src => _, options(nostack, preserves_flags));
        }
    }
    dst
}

/// C's `memmove`.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn memmove(dst: *mut u8, src: *const u8, n: usize) -> *mut u8 {
    // SAFETY: the caller's promise; a forward copy is right unless the destination starts inside the source.
    unsafe {
        if n < 16 {
            copy_short(dst, src, n);
        } else if (dst as usize).wrapping_sub(src as usize) >= n {
            if n < STRING_BYTES || (src as usize).wrapping_sub(dst as usize) < 64 {
                copy_forward_overlapping(dst, src, n);
            } else {
                memcpy(dst, src, n);
            }
        } else {
            copy_backward(dst, src, n);
        }
    }
    dst
}

/// Forward copy where the destination may lie below the source and overlap it.
#[inline(always)]
unsafe fn copy_forward_overlapping(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: a store at `dst + i` can only hit source bytes below `src + i + 16`, which have been loaded already; the
    // tail is loaded first.
    unsafe { copy_forward(dst, src, n) }
}

/// C's `memset`.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn memset(dst: *mut u8, value: i32, n: usize) -> *mut u8 {
    let byte = value as u8;
    // SAFETY: all accesses lie in `[0, n)` of the block.
    unsafe {
        if n < 16 {
            let word = u64::from(byte) * 0x0101_0101_0101_0101;
            copy_short(dst, [word, word].as_ptr().cast(), n);
        } else if n < STRING_BYTES {
            let v = _mm_set1_epi8(byte as i8);
            let mut i = 0;
            while i + 16 < n {
                _mm_storeu_si128(dst.add(i).cast(), v);
                i += 16;
            }
            _mm_storeu_si128(dst.add(n - 16).cast(), v);
        } else {
            asm!("rep stosb", inout("rcx") n => _, inout("rdi") dst => _, in("al") byte, options(nostack, preserves_flags));
        }
    }
    dst
}

/// C's `memcmp`. Only compiled code calls this and what follows.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    let mut i = 0;
    // SAFETY: all accesses lie in `[0, n)` of the two blocks. Volatile keeps the loop from becoming a call to itself.
    unsafe {
        while i < n {
            let (x, y) = (a.add(i).read_volatile(), b.add(i).read_volatile());
            if x != y {
                return i32::from(x) - i32::from(y);
            }
            i += 1;
        }
    }
    0
}

/// `memcmp` for equality only.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { memcmp(a, b, n) }
}

/// C's `strlen`.
///
/// # Safety
/// As in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn strlen(s: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: the string ends with a NUL. Volatile keeps the loop from becoming a call to itself.
    while unsafe { s.add(n).read_volatile() } != 0 {
        n += 1;
    }
    n
}

#[cfg(test)]
mod tests {
    #[test]
    fn moves_agree_with_the_slice_methods() {
        for n in (0..200).chain([2047, 2048, 5000]) {
            for (to, from) in [(0, 7), (7, 0), (40, 8), (8, 40), (300, 10)] {
                let mut a: Vec<u8> = (0..n + 400).map(|i| i as u8).collect();
                let mut b = a.clone();
                a.copy_within(from..from + n, to);
                // SAFETY: both ranges lie in the vector.
                unsafe { super::memmove(b.as_mut_ptr().add(to), b.as_ptr().add(from), n) };
                assert!(a == b, "n {n} to {to} from {from}");
            }
        }
    }

    #[test]
    fn fills_exactly() {
        for n in (0..100).chain([2048, 4097]) {
            let mut a = vec![1u8; n + 2];
            // SAFETY: the range lies in the vector.
            unsafe { super::memset(a.as_mut_ptr().add(1), 7, n) };
            assert!(a[0] == 1 && a[n + 1] == 1 && a[1..=n].iter().all(|&x| x == 7));
        }
    }
}
