//! Offsets of names, types and code.
//!
//! A descriptor in the binary names others by their distance from the type data (code: from the text). Descriptors
//! that reflect makes in the heap cannot: they get numbers from here, -2 and below, which never collide with the
//! linker's (-1 marks what it pruned).

use super::name::Name;
use super::{Type, module};
use crate::mem::meta::{self, KVec};
use crate::prim::{Lock, Rank};
use crate::throw;
use core::ptr::null;

/// Number of the first registered address.
const FIRST: i32 = -2;

struct Registry {
    /// Address of number `FIRST - i`.
    by_number: KVec<usize>,
    /// Open-addressing table of indices into `by_number` plus one, by address. A power of two in length.
    by_address: *mut u32,
    room: usize,
}

// SAFETY: the table is owned memory, reached under the lock.
unsafe impl Send for Registry {}

static REGISTRY: Lock<Registry> = Lock::new(
    Rank::Itab,
    Registry {
        by_number: KVec::new(),
        by_address: core::ptr::null_mut(),
        room: 0,
    },
);

impl Registry {
    fn slot(&self, i: usize) -> *mut u32 {
        debug_assert!(i < self.room);
        // SAFETY: the table has `room` entries and `i` is masked by the callers.
        unsafe { self.by_address.add(i) }
    }
    /// The slot that holds `addr`, or the free one where it belongs.
    fn find(&self, addr: usize) -> *mut u32 {
        let mut i = (addr >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & (self.room - 1);
        loop {
            let slot = self.slot(i);
            // SAFETY: a slot of the table; the lock is held.
            let entry = unsafe { *slot };
            if entry == 0 || self.by_number.as_slice()[entry as usize - 1] == addr {
                return slot;
            }
            i = (i + 1) & (self.room - 1);
        }
    }
    fn grow(&mut self) {
        let old = (self.by_address, self.room);
        self.room = (self.room * 2).max(64);
        self.by_address = meta::alloc_block(self.room * size_of::<u32>()).cast();
        for i in 0..self.by_number.len() {
            let slot = self.find(self.by_number.as_slice()[i]);
            // SAFETY: a slot of the new table; the lock is held.
            unsafe { *slot = i as u32 + 1 };
        }
        if old.1 != 0 {
            // SAFETY: nobody refers to the old table any more.
            unsafe { meta::free(old.0.cast(), old.1 * size_of::<u32>()) };
        }
    }
    fn add(&mut self, addr: usize) -> usize {
        if (self.by_number.len() + 1) * 2 > self.room {
            self.grow();
        }
        let slot = self.find(addr);
        // SAFETY: a slot of the table; the lock is held.
        unsafe {
            if *slot == 0 {
                self.by_number.push(addr);
                *slot = self.by_number.len() as u32;
            }
            *slot as usize - 1
        }
    }
}

/// The number of a name, type or code address that reflect made. The same address always gets the same number.
pub fn add_offset(addr: usize) -> i32 {
    FIRST - REGISTRY.lock().add(addr) as i32
}

/// The address behind a number of [`add_offset`].
pub fn resolve_registered(off: i32) -> usize {
    let registry = REGISTRY.lock();
    let Some(&addr) = usize::try_from(FIRST - off)
        .ok()
        .and_then(|i| registry.by_number.as_slice().get(i))
    else {
        throw!("runtime: type offset base pointer out of range")
    };
    addr
}

/// Every registered address: what has a number may be asked for at any time.
pub fn roots(visit: &mut dyn FnMut(usize)) {
    for &addr in REGISTRY.lock().by_number.as_slice() {
        visit(addr);
    }
}

fn resolve(base: usize, off: i32) -> usize {
    let module = module();
    if module.in_types(base) {
        module.types + off as usize
    } else {
        resolve_registered(off)
    }
}

/// The name at `off`, seen from the type or name at `base`.
pub(super) fn name_at(base: usize, off: i32) -> Name {
    Name::at(if off == 0 {
        null()
    } else {
        resolve(base, off) as *const u8
    })
}

/// The type at `off`, seen from the type at `base`; null if the linker pruned it.
pub(super) fn type_at(base: usize, off: i32) -> *const Type {
    if off == 0 || off == -1 {
        null()
    } else {
        resolve(base, off) as *const Type
    }
}

/// The code at `off`, seen from the type at `base`. Pruned methods, which nobody calls, get the start of the text.
pub(super) fn text_at(base: usize, off: i32) -> usize {
    let module = module();
    match off {
        0 | -1 => module.text,
        _ if module.in_types(base) => module.text_addr(off as u32),
        _ => resolve_registered(off),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_number() {
        let addrs: Vec<usize> = (0..1000).map(|i| 0xc000_0000 + i * 24).collect();
        let numbers: Vec<i32> = addrs.iter().map(|&a| add_offset(a)).collect();
        for (&addr, &number) in addrs.iter().zip(&numbers) {
            assert!(number < -1, "0 and -1 have a meaning of their own");
            assert_eq!(add_offset(addr), number);
            assert_eq!(resolve_registered(number), addr);
        }
        let mut seen = 0;
        roots(&mut |word| seen += usize::from(addrs.contains(&word)));
        assert_eq!(seen, addrs.len());
    }
}
