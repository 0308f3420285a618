//! Free stacks by size.

use crate::mem;
use crate::prim::{Lock, Rank};
use goxide_abi::layout::STACK_MIN;

/// Small stacks: 2, 4, 8 and 16 KiB, cut from runs of pages. Larger ones are runs of pages themselves.
const SMALL_ORDERS: usize = 4;
const RUN_BYTES: usize = 32 << 10;

/// Heads of the lists of free small stacks; a free stack's first word links to the next.
static FREE: Lock<[usize; SMALL_ORDERS]> = Lock::new(Rank::Stack, [0; SMALL_ORDERS]);

fn order(bytes: usize) -> usize {
    (bytes / STACK_MIN).trailing_zeros() as usize
}

/// A stack of `bytes`, a power of two: its bounds.
pub fn alloc(bytes: usize) -> (usize, usize) {
    let order = order(bytes);
    if order >= SMALL_ORDERS {
        let lo = mem::alloc_pages(bytes / mem::PAGE_BYTES);
        return (lo, lo + bytes);
    }
    let mut free = FREE.lock();
    if free[order] == 0 {
        free[order] = cut_run(bytes);
    }
    let lo = free[order];
    // SAFETY: the stack was free, so its first word is the link.
    free[order] = unsafe { *(lo as *const usize) };
    (lo, lo + bytes)
}

/// Cuts fresh pages into a list of stacks.
fn cut_run(bytes: usize) -> usize {
    let run = mem::alloc_pages(RUN_BYTES / mem::PAGE_BYTES);
    let mut next = 0;
    for lo in (run..run + RUN_BYTES).step_by(bytes).rev() {
        // SAFETY: the pages are ours and not yet used.
        unsafe { *(lo as *mut usize) = next };
        next = lo;
    }
    next
}

/// Gives a stack back.
pub fn free(lo: usize, hi: usize) {
    let bytes = hi - lo;
    let order = order(bytes);
    if order >= SMALL_ORDERS {
        return mem::free_pages(lo, bytes / mem::PAGE_BYTES);
    }
    let mut free = FREE.lock();
    // SAFETY: nobody runs on the stack any more; its first word becomes the link.
    unsafe { *(lo as *mut usize) = free[order] };
    free[order] = lo;
}
