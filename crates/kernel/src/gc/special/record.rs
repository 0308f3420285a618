//! One fact about one object, in four words: a program may know a hundred thousand of them.

use crate::mem::meta::{self, Pool};
use crate::prim::{Lock, Rank};
use core::ptr::null_mut;

/// What happens when the object dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum What {
    /// Run `code` once with the object, which lives on for that; `more` is a [`Signature`].
    Finalizer,
    /// Run `code`, a `func()`; `more` is the number by which it can be stopped.
    Cleanup,
    /// Clear the heap word at `code`.
    Weak,
    /// The heap profile has chosen the object: `code` is its bucket, `more` its size.
    Profiled,
    /// GODEBUG=checkfinalizers: about the finalizer (`more` is 0) or the cleanup with number `more`. `code` is an
    /// [`Origin`].
    Origin,
    /// GODEBUG=checkfinalizers: the object is a block of several tiny ones.
    Shared,
}

impl What {
    const ALL: [Self; 6] = [
        Self::Finalizer,
        Self::Cleanup,
        Self::Weak,
        Self::Profiled,
        Self::Origin,
        Self::Shared,
    ];

    /// Whether `code` is a Go pointer.
    pub const fn holds_code(self) -> bool {
        matches!(self, Self::Finalizer | Self::Cleanup | Self::Weak)
    }
}

/// One fact about one object.
pub struct Special {
    /// The next one in the list or queue that it is in.
    pub next: *mut Self,
    /// The pointer that the user passed, somewhere in the object; above it, a [`What`].
    ptr_and_what: usize,
    /// `*funcval`, or the weak handle: a Go pointer.
    pub code: usize,
    /// See [`What`].
    pub more: usize,
}

/// Addresses are shorter than this.
const WHAT_SHIFT: u32 = 56;

static SPECIALS: Pool<Special> = Pool::new();
static ORIGINS: Pool<Origin> = Pool::new();

impl Special {
    /// A special in no list.
    pub fn new(what: What, ptr: usize, code: usize, more: usize) -> *mut Self {
        let s = SPECIALS.get();
        // SAFETY: the pool's object is ours.
        unsafe { s.write(Self::made(what, ptr, code, more)) };
        s
    }

    /// As [`Special::new`], where it stands.
    pub const fn made(what: What, ptr: usize, code: usize, more: usize) -> Self {
        Self {
            next: null_mut(),
            ptr_and_what: (what as usize) << WHAT_SHIFT | ptr,
            code,
            more,
        }
    }

    /// A finalizer: `code` is called as `signature` says.
    pub fn finalizer(ptr: usize, code: usize, signature: Signature) -> *mut Self {
        let signature = core::ptr::from_ref(signature.shared());
        Self::new(What::Finalizer, ptr, code, signature as usize)
    }

    /// What is to be known about the finalizer or cleanup with this number.
    pub fn origin(ptr: usize, id: u64, origin: Origin) -> *mut Self {
        let noted = ORIGINS.get();
        // SAFETY: the pool's object is ours.
        unsafe { noted.write(origin) };
        Self::new(What::Origin, ptr, noted as usize, id as usize)
    }

    /// Gives it back.
    pub fn free(&mut self) {
        if self.what() == What::Origin {
            ORIGINS.put(self.code as *mut Origin);
        }
        SPECIALS.put(self);
    }

    /// Gives back finalizers and cleanups.
    pub fn free_calls(calls: impl Iterator<Item = &'static mut Self>) {
        SPECIALS.put_all(calls.map(core::ptr::from_mut));
    }

    /// What it says.
    #[inline]
    pub fn what(&self) -> What {
        What::ALL[self.ptr_and_what >> WHAT_SHIFT]
    }

    /// The pointer that the user passed.
    #[inline]
    pub fn ptr(&self) -> usize {
        self.ptr_and_what & ((1 << WHAT_SHIFT) - 1)
    }

    /// How a finalizer is called.
    pub fn signature(&self) -> Option<&'static Signature> {
        // SAFETY: a finalizer's `more` is a shared signature, which is never freed.
        (self.what() == What::Finalizer).then(|| unsafe { &*(self.more as *const Signature) })
    }

    /// What is noted about a call.
    pub fn as_origin(&self) -> Option<&Origin> {
        // SAFETY: the origin goes back to its pool with the special.
        (self.what() == What::Origin).then(|| unsafe { &*(self.code as *const Origin) })
    }

    /// Whether it is the finalizer (`id` is 0) set with `ptr` or the cleanup with that number, or is noted about it.
    pub fn is_about(&self, ptr: usize, id: u64) -> bool {
        match self.what() {
            What::Finalizer => id == 0 && self.ptr() == ptr,
            What::Cleanup => id != 0 && self.more as u64 == id,
            What::Origin => self.more as u64 == id && (id != 0 || self.ptr() == ptr),
            What::Weak | What::Profiled | What::Shared => false,
        }
    }
}

/// What is noted about a call under GODEBUG=checkfinalizers.
#[derive(Clone, Copy)]
pub struct Origin {
    /// Type of what the pointer points to.
    pub typ: usize,
    /// Its function.
    pub function_pc: usize,
    /// Return address of the call that set it.
    pub created_pc: usize,
}

/// How a finalizer is called. Programs have many finalizers and few of these.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Signature {
    /// Type of the finalizer's parameter. Types are never freed: what reflect makes, it keeps.
    pub arg_type: usize,
    /// Type of the pointer passed to SetFinalizer.
    pub ptr_type: usize,
    /// Bytes of the finalizer's results.
    pub result_bytes: usize,
}

/// A signature in one of the lists of [`SIGNATURES`].
struct Known {
    signature: Signature,
    next: Option<&'static Self>,
}

/// All signatures, in lists by hash.
static SIGNATURES: Lock<[Option<&'static Known>; 64]> = Lock::new(Rank::SpecialSpans, [None; 64]);

impl Signature {
    /// The one copy of it, which lives for ever.
    pub fn shared(self) -> &'static Self {
        let hash = (self.arg_type ^ self.ptr_type.rotate_left(20))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            >> 58;
        let mut lists = SIGNATURES.lock();
        let mut at = lists[hash];
        while let Some(known) = at {
            if known.signature == self {
                return &known.signature;
            }
            at = known.next;
        }
        let known = meta::alloc(size_of::<Known>(), align_of::<Known>()).cast::<Known>();
        // SAFETY: the memory is ours, large enough and never given back.
        let known = unsafe {
            known.write(Known {
                signature: self,
                next: lists[hash],
            });
            &*known
        };
        lists[hash] = Some(known);
        &known.signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_words_tell_everything() {
        assert_eq!(size_of::<Special>(), 32);
        for what in What::ALL {
            let s = Special::made(what, 0x7fff_ffff_fff8, 5, 6);
            assert_eq!(
                (s.what(), s.ptr(), s.code, s.more),
                (what, 0x7fff_ffff_fff8, 5, 6)
            );
        }
    }

    #[test]
    fn equal_signatures_are_one() {
        let make = |i: usize| Signature {
            arg_type: i * 64,
            ptr_type: i * 64,
            result_bytes: i % 3,
        };
        let shared: Vec<_> = (0..300).map(|i| make(i).shared()).collect();
        for (i, &s) in shared.iter().enumerate() {
            assert_eq!(*s, make(i));
            assert!(core::ptr::eq(s, make(i).shared()));
        }
    }
}
