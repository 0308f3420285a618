//! Numbers for byte strings: the stacks and the strings of a generation.
//!
//! A hash table of chains. Looking up and inserting are lock-free: an entry is complete before it becomes the head of its
//! chain, and nothing is taken out until the whole table is cleared. Two Ms that insert the same string at once may give
//! it two numbers, which the format allows.

use crate::mem::meta;
use crate::prim::{Lock, Rank};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering::*};

/// Chains.
pub const CHAINS: usize = 4096;
const BLOCK: usize = 64 << 10;

#[repr(C)]
struct Entry {
    next: *mut Entry,
    hash: u64,
    number: u64,
    len: usize,
    // The bytes follow.
}

/// Blocks of memory for entries, linked by their first word.
struct Arena {
    block: *mut usize,
    used: usize,
}
// SAFETY: a plain owner of its blocks.
unsafe impl Send for Arena {}

/// See the module.
pub struct Table {
    chains: [AtomicPtr<Entry>; CHAINS],
    last: AtomicU64,
    arena: Lock<Arena>,
}

impl Table {
    /// Empty.
    pub const fn new() -> Self {
        Self {
            chains: [const { AtomicPtr::new(null_mut()) }; CHAINS],
            last: AtomicU64::new(0),
            arena: Lock::new(
                Rank::Trace,
                Arena {
                    block: null_mut(),
                    used: BLOCK,
                },
            ),
        }
    }

    /// The number of `bytes`: 1 or more.
    pub fn number(&self, bytes: &[u8]) -> u64 {
        let hash = hash(bytes);
        let chain = &self.chains[hash as usize % CHAINS];
        let mut head = chain.load(Acquire);
        if let Some(n) = find(head, hash, bytes) {
            return n;
        }
        let fresh = self.alloc(size_of::<Entry>() + bytes.len()).cast::<Entry>();
        let number = self.last.fetch_add(1, Relaxed) + 1;
        loop {
            // SAFETY: fresh memory of the entry's size, not yet known to others.
            unsafe {
                fresh.write(Entry {
                    next: head,
                    hash,
                    number,
                    len: bytes.len(),
                });
                let to = fresh.add(1).cast::<u8>();
                core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
            }
            match chain.compare_exchange(head, fresh, AcqRel, Acquire) {
                Ok(_) => return number,
                Err(now) => head = now,
            }
        }
    }

    /// Calls `f` with each member of chain `i`.
    pub fn for_each_in(&self, i: usize, mut f: impl FnMut(u64, &[u8])) {
        let mut at = self.chains[i].load(Acquire);
        // SAFETY: entries live until `clear`, which comes after the last reader.
        while let Some(entry) = unsafe { at.as_ref() } {
            f(entry.number, entry.bytes());
            at = entry.next;
        }
    }

    /// Forgets everything. Nobody uses the table.
    pub fn clear(&self) {
        self.chains
            .iter()
            .for_each(|c| c.store(null_mut(), Relaxed));
        self.last.store(0, Relaxed);
        let mut arena = self.arena.lock();
        while !arena.block.is_null() {
            let block = arena.block;
            // SAFETY: the first word links to the next block; nobody points into the block any more.
            unsafe {
                arena.block = *block as *mut usize;
                meta::free(block.cast(), BLOCK);
            }
        }
        arena.used = BLOCK;
    }

    fn alloc(&self, bytes: usize) -> *mut u8 {
        let bytes = bytes.next_multiple_of(8);
        let mut arena = self.arena.lock();
        if arena.used + bytes > BLOCK {
            let block = meta::alloc_block(BLOCK).cast::<usize>();
            // SAFETY: a fresh block.
            unsafe { *block = arena.block as usize };
            arena.block = block;
            arena.used = 8;
        }
        let at = arena.used;
        arena.used += bytes;
        // SAFETY: within the block.
        unsafe { arena.block.cast::<u8>().add(at) }
    }
}

impl Entry {
    fn bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes follow every entry.
        unsafe {
            let at = core::ptr::from_ref(self).add(1).cast::<u8>();
            core::slice::from_raw_parts(at, self.len)
        }
    }
}

fn find(mut at: *mut Entry, hash: u64, bytes: &[u8]) -> Option<u64> {
    // SAFETY: entries are complete before they are linked, and live until `clear`.
    while let Some(entry) = unsafe { at.as_ref() } {
        if entry.hash == hash && entry.bytes() == bytes {
            return Some(entry.number);
        }
        at = entry.next;
    }
    None
}

/// Multiply and fold, eight bytes at a time.
fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut h = bytes.len() as u64;
    let mut step = |word: u64| {
        let wide = u128::from(h ^ word) * u128::from(K);
        h = (wide as u64) ^ (wide >> 64) as u64;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|w| step(u64::from_le_bytes(*w)));
    rest.iter().for_each(|&b| step(u64::from(b)));
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_bytes_have_one_number() {
        static TABLE: Table = Table::new();
        let (a, b) = (TABLE.number(b"a"), TABLE.number(b"b"));
        assert_ne!(a, b);
        assert_eq!(TABLE.number(b"a"), a);
        assert_eq!(TABLE.number(b""), 3);
        let mut seen = 0;
        (0..CHAINS).for_each(|i| TABLE.for_each_in(i, |_, _| seen += 1));
        assert_eq!(seen, 3);
        TABLE.clear();
        assert_eq!(TABLE.number(b"b"), 1);
    }
}
