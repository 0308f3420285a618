//! Function tables that joined after the start: code that a package made at run time and describes as the linker would
//! (JIT compilers of codecs do). The binary's own tables are elsewhere and much faster; these are searched in order.
//!
//! Blocks are only ever added, and published by their count, so that readers need no lock: signal handlers are among them.

use super::pclntab::Tables;
use crate::mem::meta;
use crate::prim::{KernelCell, Lock, Rank};
use crate::types::ModuleData;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::*};

const IN_BLOCK: usize = 32;

struct Block {
    len: AtomicUsize,
    next: AtomicPtr<Block>,
    tables: [KernelCell<MaybeUninit<Tables>>; IN_BLOCK],
}

static FIRST: AtomicPtr<Block> = AtomicPtr::new(null_mut());
/// Held while a module is added.
static ADDING: Lock<()> = Lock::new(Rank::Itab, ());

/// From now on the functions of `module` are known. Nothing happens if they are already.
pub fn add_module(module: &'static ModuleData) {
    let adding = ADDING.lock();
    if find(module.minpc).is_none() {
        let block = block_with_room();
        let n = block.len.load(Relaxed);
        // SAFETY: entries from `len` on belong to the holder of the lock.
        unsafe { (*block.tables[n].get()).write(Tables::of(module)) };
        // Release: whoever sees the count sees the entry.
        block.len.store(n + 1, Release);
    }
    adding.release();
}

/// The last block; a new one behind it if it is full.
fn block_with_room() -> &'static Block {
    let mut link = &FIRST;
    // SAFETY: null or a block; blocks are immortal.
    while let Some(block) = unsafe { link.load(Acquire).as_ref() } {
        if block.len.load(Relaxed) < IN_BLOCK {
            return block;
        }
        link = &block.next;
    }
    let fresh = meta::alloc(size_of::<Block>(), align_of::<Block>()).cast::<Block>();
    link.store(fresh, Release);
    // SAFETY: fresh zeroed kernel memory: an empty block.
    unsafe { &*fresh }
}

fn search(wanted: impl Fn(&Tables) -> bool) -> Option<&'static Tables> {
    let mut link = &FIRST;
    // SAFETY: null or a block; blocks are immortal.
    while let Some(block) = unsafe { link.load(Acquire).as_ref() } {
        for entry in &block.tables[..block.len.load(Acquire)] {
            // SAFETY: entries below `len` have been written and never change.
            let tables = unsafe { (*entry.get()).assume_init_ref() };
            if wanted(tables) {
                return Some(tables);
            }
        }
        link = &block.next;
    }
    None
}

/// The tables that cover `pc`.
#[cold]
pub(super) fn find(pc: usize) -> Option<&'static Tables> {
    search(|t| t.covers(pc))
}

/// The tables that hold the record at `addr`.
#[cold]
pub(super) fn holding(addr: usize) -> Option<&'static Tables> {
    search(|t| t.holds(addr))
}
