//! The kernel's own memory: immortal, outside the collected heap, without write barriers.
//!
//! Blocks are cut from 256 KiB mappings and never unmapped. What is given back goes to a pool of its own type
//! ([`Pool`]) or of its own size ([`free`]), so a stale pointer always meets an object of the type it expects.

use crate::prim::{Lock, Rank};
use crate::stats::godebug;
use crate::{sys, throw};
use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

const CHUNK_BYTES: usize = 256 << 10;
/// Sizes of the blocks of [`alloc_block`]: below [`FINE_BYTES`] powers of two, from there on four to each doubling.
const SIZES: usize = 69;
const FINE_BYTES: usize = 256;

/// The class of blocks of at least `bytes`, and their size. Sizes from 64 on are multiples of 64. Classes from [`SIZES`]
/// on, above 8 MB, are mapped each by itself.
const fn block_class(bytes: usize) -> (usize, usize) {
    const FINE: usize = FINE_BYTES.trailing_zeros() as usize;
    if bytes <= FINE_BYTES {
        let size = if bytes <= 16 {
            16
        } else {
            bytes.next_power_of_two()
        };
        return (size.trailing_zeros() as usize, size);
    }
    let doubling = (bytes - 1).ilog2() as usize; // 2^doubling < bytes <= 2^(doubling + 1)
    let step = (1 << doubling) / 4;
    let quarter = (bytes - (1 << doubling)).div_ceil(step); // 1 to 4
    (
        FINE + 4 * (doubling - FINE) + quarter,
        (1 << doubling) + quarter * step,
    )
}

struct Bump {
    at: usize,
    end: usize,
    free: [usize; SIZES],
}

static BUMP: Lock<Bump> = Lock::new(
    Rank::Meta,
    Bump {
        at: 0,
        end: 0,
        free: [0; SIZES],
    },
);
/// Bytes mapped for kernel memory.
pub static MAPPED_BYTES: AtomicU64 = AtomicU64::new(0);
/// Those of them that are cut into blocks, and so have memory behind them: not tables that are touched here and there.
pub static USED_BYTES: AtomicU64 = AtomicU64::new(0);

/// Maps memory or ends the process as Go does.
pub fn map_or_die(bytes: usize) -> usize {
    map(bytes).unwrap_or_else(|| throw!("runtime: cannot allocate memory"))
}

/// The same for the tables of the heap, at boot: address space for the largest heap. Not counted: what is touched of it is
/// a thousandth of the heap.
pub fn reserve_tables(bytes: usize, what: &CStr) -> usize {
    let Ok(at) = sys::reserve(bytes) else {
        throw!("failed to reserve page summary memory")
    };
    name(at, bytes, what);
    at
}

/// Names a mapping for readers of /proc/self/maps, where the system can; `GODEBUG=decoratemappings=0`: not at all.
pub fn name(at: usize, bytes: usize, what: &CStr) {
    static CANNOT: AtomicBool = AtomicBool::new(false);
    if godebug::decoratemappings() != 0
        && !CANNOT.load(Relaxed)
        && !sys::name_mapping(at, bytes, what)
    {
        CANNOT.store(true, Relaxed);
    }
}

fn map(bytes: usize) -> Option<usize> {
    let at = sys::reserve(bytes).ok()?;
    name(at, bytes, c" Go: immortal metadata");
    MAPPED_BYTES.fetch_add(bytes as u64, Relaxed);
    Some(at)
}

fn map_used(bytes: usize) -> usize {
    USED_BYTES.fetch_add(bytes as u64, Relaxed);
    map_or_die(bytes)
}

/// Zeroed immortal memory.
pub fn alloc(bytes: usize, align: usize) -> *mut u8 {
    if bytes >= CHUNK_BYTES / 4 {
        return map_used(bytes.next_multiple_of(4096)) as *mut u8;
    }
    let mut bump = BUMP.lock();
    let mut at = bump.at.next_multiple_of(align.max(8));
    if at + bytes > bump.end {
        at = map_used(CHUNK_BYTES);
        bump.end = at + CHUNK_BYTES;
    }
    bump.at = at + bytes;
    at as *mut u8
}

/// A block of at least `bytes` (rounded up by a quarter at most, if not small), zeroed, to be given back with [`free`].
pub fn alloc_block(bytes: usize) -> *mut u8 {
    let (class, size) = block_class(bytes);
    if class < SIZES {
        let mut bump = BUMP.lock();
        let at = bump.free[class];
        if at != 0 {
            // SAFETY: a free block's first word is the link to the next; the block is ours now.
            unsafe {
                bump.free[class] = *(at as *const usize);
                bump.release();
                core::ptr::write_bytes(at as *mut u8, 0, size);
            }
            return at as *mut u8;
        }
    }
    alloc(size, 64.min(size))
}

/// Gives back what [`alloc_block`] returned for the same `bytes`.
///
/// # Safety
/// Nobody uses the block any more.
pub unsafe fn free(block: *mut u8, bytes: usize) {
    let (class, size) = block_class(bytes);
    if class < SIZES {
        let mut bump = BUMP.lock();
        // SAFETY: the caller gave up the block; its first word becomes the link.
        unsafe { *block.cast::<usize>() = bump.free[class] };
        bump.free[class] = block as usize;
    } else {
        let size = size.next_multiple_of(4096);
        sys::munmap(block as usize, size);
        MAPPED_BYTES.fetch_sub(size as u64, Relaxed);
        USED_BYTES.fetch_sub(size as u64, Relaxed);
    }
}

/// Objects of one type, recycled. Memory of a `T` only ever holds `T`s.
pub struct Pool<T> {
    free: Lock<usize>,
    marker: core::marker::PhantomData<UnsafeCell<T>>,
}

// SAFETY: the list is behind its lock; the objects belong to whoever took them.
unsafe impl<T> Sync for Pool<T> {}

impl<T> Pool<T> {
    /// Without objects.
    pub const fn new() -> Self {
        assert!(size_of::<T>() >= 8);
        Self {
            free: Lock::new(Rank::Meta, 0),
            marker: core::marker::PhantomData,
        }
    }

    /// An object: all zero the first time, afterwards as it was put back except for its first word, which is zero.
    pub fn get(&self) -> *mut T {
        let mut free = self.free.lock();
        if *free != 0 {
            let at = *free as *mut usize;
            // SAFETY: the first word of a pooled object links to the next one.
            unsafe {
                *free = *at;
                *at = 0;
            }
            return at.cast();
        }
        free.release();
        alloc(size_of::<T>(), align_of::<T>()).cast()
    }

    /// Takes an object back.
    pub fn put(&self, object: *mut T) {
        self.put_all(core::iter::once(object));
    }

    /// Takes objects back.
    pub fn put_all(&self, objects: impl Iterator<Item = *mut T>) {
        let mut free = self.free.lock();
        for object in objects {
            // SAFETY: the caller gives the object up; its first word is ours now.
            unsafe { *object.cast::<usize>() = *free };
            *free = object as usize;
        }
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A growable array in kernel memory.
pub struct KVec<T: Copy> {
    ptr: *mut T,
    len: usize,
    cap: usize,
}

// SAFETY: a plain owner of its memory, like `Vec`.
unsafe impl<T: Copy> Send for KVec<T> {}

impl<T: Copy> KVec<T> {
    /// Empty.
    pub const fn new() -> Self {
        Self {
            ptr: core::ptr::null_mut(),
            len: 0,
            cap: 0,
        }
    }
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Appends.
    #[inline]
    pub fn push(&mut self, value: T) {
        if self.len == self.cap {
            self.grow();
        }
        // SAFETY: `len < cap` after `grow`.
        unsafe { self.ptr.add(self.len).write(value) };
        self.len += 1;
    }
    /// Takes the last.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        // SAFETY: the element at the old `len - 1` was written by `push`.
        Some(unsafe { self.ptr.add(self.len).read() })
    }
    /// Takes element `i` and puts the last one in its place.
    pub fn swap_remove(&mut self, i: usize) -> T {
        let value = self.as_slice()[i];
        if let Some(last) = self.pop()
            && i < self.len
        {
            self.as_mut_slice()[i] = last;
        }
        value
    }
    /// Forgets the elements from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
    /// Forgets all elements, keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
    }
    /// All elements.
    pub fn as_slice(&self) -> &[T] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: `len` elements were written.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }
    /// All elements, mutably.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: `len` elements were written, and `self` is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.ptr, self.len) }
    }

    #[cold]
    fn grow(&mut self) {
        let cap = (self.cap * 2).max(16);
        let fresh = alloc_block(cap * size_of::<T>()).cast::<T>();
        if self.len > 0 {
            // SAFETY: both blocks hold at least `len` elements and are distinct; the old one is given up.
            unsafe {
                core::ptr::copy_nonoverlapping(self.ptr, fresh, self.len);
                free(self.ptr.cast(), self.cap * size_of::<T>());
            }
        }
        self.ptr = fresh;
        self.cap = cap;
    }
}

impl<T: Copy> Default for KVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_little_larger_than_asked_for() {
        let mut last = (4, 16);
        for bytes in 1..1 << 20 {
            let (class, size) = block_class(bytes);
            assert!(size >= bytes && (bytes <= FINE_BYTES || size * 4 <= bytes * 5));
            assert!(size < 64 || size % 64 == 0);
            let same = (class, size) == last;
            assert!(
                same || (class == last.0 + 1 && bytes == last.1 + 1),
                "{bytes}"
            );
            last = (class, size);
        }
        assert_eq!(block_class(8 << 20), (SIZES - 1, 8 << 20));
    }
}
