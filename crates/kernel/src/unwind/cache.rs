//! What the tables say about a PC, remembered.
//!
//! Stack growth, the collector and tracebacks meet the same return addresses again and again, and a delta table has
//! to be read from its start. The cache is direct-mapped and shared by all Ms without a lock: an entry is three words
//! of which the first is the PC mixed with the other two, so that a reader that catches a half-written entry sees a
//! PC that is not its own.

use super::pclntab::{Func, PcData, find_func, tables};
use core::sync::atomic::{AtomicU64, Ordering::*};
use goxide_algo::pcvalue::pc_value;

const ENTRIES: usize = 2048;
const VALUE_ENTRIES: usize = 1024;

/// What unwinding needs to know of a PC.
#[derive(Clone, Copy)]
pub(super) struct PcInfo {
    pub func: Func,
    /// Bytes pushed since the entry.
    pub sp_delta: u32,
    /// Stack map index, -1 for "the entry's".
    pub stack_map: i32,
}

#[repr(C, align(32))]
struct Entry([AtomicU64; 3]);

static CACHE: [Entry; ENTRIES] =
    [const { Entry([AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)]) }; ENTRIES];

fn slot(pc: usize) -> &'static Entry {
    let hash = (pc as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    &CACHE[hash as usize % ENTRIES]
}

/// The function, frame size and stack map index at `pc`, which lies inside the instruction in progress.
#[inline]
pub(super) fn pc_info(pc: usize) -> Option<PcInfo> {
    let entry = slot(pc);
    let [mixed, a, b] = [0, 1, 2].map(|i| entry.0[i].load(Relaxed));
    if mixed ^ a ^ b.rotate_left(17) == pc as u64 && mixed != 0 {
        return Some(unpack(a, b));
    }
    look_up(pc, entry)
}

fn look_up(pc: usize, entry: &Entry) -> Option<PcInfo> {
    let func = find_func(pc)?;
    let sp_delta = func.sp_delta(pc)? as u32;
    let stack_map = func.pcdata(PcData::StackMapIndex, pc);
    if !func.is_own() {
        return Some(PcInfo {
            func,
            sp_delta,
            stack_map,
        });
    }
    let a = u64::from(func.offset()) << 32 | u64::from(sp_delta);
    let b = u64::from(stack_map as u32);
    entry.0[1].store(a, Relaxed);
    entry.0[2].store(b, Relaxed);
    entry.0[0].store(pc as u64 ^ a ^ b.rotate_left(17), Relaxed);
    Some(unpack(a, b))
}

fn unpack(a: u64, b: u64) -> PcInfo {
    PcInfo {
        func: tables().func_at_offset((a >> 32) as u32),
        sp_delta: a as u32,
        stack_map: b as u32 as i32,
    }
}

/// One value of a delta table: the question mixed with the answer, and the answer.
#[repr(C, align(16))]
struct Value([AtomicU64; 2]);

static VALUES: [Value; VALUE_ENTRIES] =
    [const { Value([AtomicU64::new(0), AtomicU64::new(0)]) }; VALUE_ENTRIES];

/// Set in every answer, so that an unused entry answers no question.
const ANSWERED: u64 = 1 << 32;

/// The value of the table at `table`, `target` bytes behind the function's entry.
#[inline]
pub(super) fn table_value(table: u32, target: u32) -> Option<i32> {
    let question = u64::from(table) << 32 | u64::from(target);
    let hash = question.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let entry = &VALUES[hash as usize % VALUE_ENTRIES];
    let [mixed, answer] = [0, 1].map(|i| entry.0[i].load(Relaxed));
    if mixed ^ answer == question && answer & ANSWERED != 0 {
        return Some(answer as u32 as i32);
    }
    let (value, _) = pc_value(tables().pctab, table, target)?;
    let answer = ANSWERED | u64::from(value as u32);
    entry.0[1].store(answer, Relaxed);
    entry.0[0].store(question ^ answer, Relaxed);
    Some(value)
}
