//! Which words of a type's values hold pointers.
//!
//! The compiler writes a bit mask for most types. For large ones it leaves a cell that is filled on first use, here,
//! by walking the type.

use super::Type;
use super::rtype::{ArrayType, Kind, StructType, TFLAG_GC_MASK_ON_DEMAND};
use crate::mem::{self, meta};
use core::sync::atomic::{AtomicPtr, Ordering::*};

const WORD: usize = 8;

/// The pointer mask of `t`: bit i says whether word i of a value holds a pointer, for the first `ptr_bytes / 8` words.
#[inline]
pub fn gc_mask(t: &Type) -> *const u8 {
    if t.tflag & TFLAG_GC_MASK_ON_DEMAND == 0 {
        t.gc_data
    } else {
        mask_on_demand(t)
    }
}

#[cold]
fn mask_on_demand(t: &Type) -> *const u8 {
    // SAFETY: the flag says that `gc_data` is the address of an aligned pointer cell that belongs to the runtime.
    let cell = unsafe { &*t.gc_data.cast::<AtomicPtr<u8>>() };
    let ready = cell.load(Acquire);
    if !ready.is_null() {
        return ready;
    }
    let built = meta::alloc((t.ptr_bytes / WORD).div_ceil(8).next_multiple_of(8), 8);
    fill(t, built, 0);
    match cell.compare_exchange(core::ptr::null_mut(), built, AcqRel, Acquire) {
        Ok(_) => built,
        Err(winner) => winner,
    }
}

/// Puts a 1 into `out[i]` if word `i` of the heap object at `addr` may hold a pointer. For tests of reflect.
pub fn object_mask(addr: usize, out: &mut [u8]) {
    let Some((base, _)) = mem::find_object(addr) else {
        return;
    };
    for_each_pointer_word(base, |word| {
        if let Some(byte) = out.get_mut((word - base) / WORD) {
            *byte = 1;
        }
    });
}

/// Calls `f` with the address of every word of the heap object at `base` that may hold a pointer. The object is allocated
/// and stays so.
pub fn for_each_pointer_word(base: usize, mut f: impl FnMut(usize)) {
    let Some(span) = mem::span_of(base).filter(|s| !s.class().noscan()) else {
        return;
    };
    let bytes = span.elem_bytes();
    // SAFETY: a large span's type is immortal or kept alive by reflect.
    let Some(typ) = (unsafe { span.large_type().as_ref() }) else {
        // SAFETY: the object is allocated, so its bits stay.
        return unsafe { mem::for_each_ptr_word(mem::ptr_bits_of(base), base, bytes, f) };
    };
    let mask = gc_mask(typ);
    for value in (base..base + bytes).step_by(typ.size) {
        // The last one may be cut: the object was rounded up.
        let words = (typ.ptr_bytes).min(base + bytes - value) / WORD;
        (0..words)
            // SAFETY: the mask has a bit for every word below `ptr_bytes`.
            .filter(|&word| unsafe { *mask.add(word / 8) } >> (word % 8) & 1 != 0)
            .for_each(|word| f(value + word * WORD));
    }
}

/// Sets the bits of a value of `t` that begins at word `at`.
fn fill(t: &Type, mask: *mut u8, at: usize) {
    if t.ptr_bytes == 0 {
        return;
    }
    if t.tflag & TFLAG_GC_MASK_ON_DEMAND == 0 {
        return copy_bits(t, mask, at);
    }
    match t.kind() {
        Kind::ARRAY => {
            // SAFETY: the kind says that this is an array type.
            let array = unsafe { &*(t as *const Type).cast::<ArrayType>() };
            // SAFETY: element types live as long as the array type.
            let elem = unsafe { &*array.elem };
            for i in 0..array.len {
                fill(elem, mask, at + i * elem.size / WORD);
            }
        }
        Kind::STRUCT => {
            // SAFETY: the kind says that this is a struct type.
            let fields = unsafe { &*(t as *const Type).cast::<StructType>() }.fields();
            for f in fields {
                // SAFETY: field types live as long as the struct type.
                fill(unsafe { &*f.typ }, mask, at + f.offset / WORD);
            }
        }
        _ => crate::throw!(
            "runtime: pointer mask of {} cannot be built",
            super::type_name(t)
        ),
    }
}

/// Copies a mask that the compiler wrote.
fn copy_bits(t: &Type, mask: *mut u8, at: usize) {
    for i in 0..t.ptr_bytes / WORD {
        // SAFETY: bit `i` is below `ptr_bytes / 8` of `t`, bit `at + i` below that of the type being built.
        unsafe {
            if *t.gc_data.add(i / 8) >> (i % 8) & 1 != 0 {
                *mask.add((at + i) / 8) |= 1 << ((at + i) % 8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(size: usize, mask: &'static [u8], ptr_words: usize) -> Type {
        typ(size, ptr_words, 25, 0, mask.as_ptr())
    }

    fn typ(size: usize, ptr_words: usize, kind: u8, tflag: u8, gc_data: *const u8) -> Type {
        Type {
            size,
            ptr_bytes: ptr_words * WORD,
            hash: 0,
            tflag,
            align: 8,
            field_align: 8,
            kind,
            equal: 0,
            gc_data,
            str_off: 0,
            ptr_to_this: 0,
        }
    }

    #[test]
    fn array_masks_repeat_the_element() {
        let elem = plain(24, &[0b010], 2); // scalar, pointer, scalar
        let cell = AtomicPtr::<u8>::new(core::ptr::null_mut());
        let array = ArrayType {
            typ: typ(
                24 * 5,
                3 * 4 + 2,
                17,
                TFLAG_GC_MASK_ON_DEMAND,
                (&raw const cell).cast(),
            ),
            elem: &elem,
            slice: core::ptr::null(),
            len: 5,
        };
        let mask = gc_mask(&array.typ);
        let bits: Vec<usize> = (0..14)
            // SAFETY: the mask has fourteen bits.
            .filter(|i| unsafe { *mask.add(i / 8) } >> (i % 8) & 1 != 0)
            .collect();
        assert_eq!(bits, [1, 4, 7, 10, 13]);
        assert_eq!(gc_mask(&array.typ), mask, "built once");
    }
}
