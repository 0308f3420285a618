//! The tables of a generation, and their batches when it has ended.

use super::buffer::{Buf, NO_M};
use super::event::Event;
use super::table::{CHAINS, Table};
use super::{cpu, generation, on, reader};
use crate::prim::{Lock, Rank};
use crate::unwind;

/// Chains that one step writes: the goroutine can give way between steps.
const STEP: usize = 128;
/// Longer strings are cut.
const MAX_STRING: usize = 1 << 10;
/// Deeper stacks are cut.
pub const MAX_FRAMES: usize = 128;

struct Tables {
    stacks: Table,
    strings: Table,
}

static TABLES: [Tables; 2] = [const {
    Tables {
        stacks: Table::new(),
        strings: Table::new(),
    }
}; 2];

/// How far the dump of the ended generation is: chains of stacks, then chains of strings.
static AT: Lock<usize> = Lock::new(Rank::Assist, 0);

fn tables(generation: u64) -> &'static Tables {
    &TABLES[(generation % 2) as usize]
}

/// A new generation begins: forgets the one before the last.
pub fn clear(generation: u64) {
    tables(generation).stacks.clear();
    tables(generation).strings.clear();
}

/// The number of a string in the current generation.
pub fn string(text: &[u8]) -> u64 {
    string_in(generation(), text)
}

fn string_in(generation: u64, text: &[u8]) -> u64 {
    tables(generation)
        .strings
        .number(&text[..text.len().min(MAX_STRING)])
}

/// The number of a stack in the current generation; 0 for an empty one.
pub fn stack(pcs: &[usize]) -> u64 {
    stack_in(generation(), pcs)
}

fn stack_in(generation: u64, pcs: &[usize]) -> u64 {
    if pcs.is_empty() {
        return 0;
    }
    // SAFETY: words as bytes.
    let bytes = unsafe { core::slice::from_raw_parts(pcs.as_ptr().cast::<u8>(), size_of_val(pcs)) };
    tables(generation).stacks.number(bytes)
}

/// The generation that ended last.
fn ended() -> u64 {
    generation() - u64::from(on())
}

/// Writes the next part of the tables of the generation that has ended; false when there is nothing left.
pub fn dump() -> bool {
    let mut at = AT.lock();
    let from = *at;
    *at = (from + STEP) % (2 * CHAINS);
    at.release();
    let chains = from..from + STEP;
    if from == 0 {
        cpu_samples(ended());
    }
    if from < CHAINS {
        stacks(ended(), chains);
    } else {
        strings(ended(), chains);
    }
    from + STEP < 2 * CHAINS
}

/// The ended generation is complete.
pub fn done() {
    reader::complete(ended());
}

/// A sequence of batches that all begin with the same byte.
struct Section {
    buf: Option<&'static mut Buf>,
    generation: u64,
    kind: Event,
}

impl Section {
    fn new(generation: u64, kind: Event) -> Self {
        Self {
            buf: None,
            generation,
            kind,
        }
    }
    /// A buffer with so much room.
    fn room(&mut self, bytes: usize) -> &mut Buf {
        if self.buf.as_ref().is_some_and(|b| !b.has_room(bytes)) {
            self.finish();
        }
        let (generation, kind) = (self.generation, self.kind);
        self.buf.get_or_insert_with(|| {
            let buf = Buf::new(NO_M, generation);
            buf.byte(kind as u8);
            buf
        })
    }
    fn finish(&mut self) {
        if let Some(buf) = self.buf.take() {
            buf.finish();
        }
    }
}

fn cpu_samples(generation: u64) {
    let mut section = Section::new(generation, Event::CpuSamples);
    cpu::drain(|sample| {
        let stack = stack_in(generation, sample.pcs());
        let buf = section.room(64);
        buf.byte(Event::CpuSample as u8);
        sample.head.iter().for_each(|&n| buf.number(n));
        buf.number(stack);
    });
    section.finish();
}

fn stacks(generation: u64, chains: core::ops::Range<usize>) {
    let mut section = Section::new(generation, Event::Stacks);
    for chain in chains {
        tables(generation)
            .stacks
            .for_each_in(chain, |number, bytes| {
                let (words, _) = bytes.as_chunks::<8>();
                let words = without_hooks(words);
                let buf = section.room(32 + words.len() * 40);
                buf.byte(Event::Stack as u8);
                buf.number(number);
                buf.number(words.len() as u64);
                for word in words {
                    frame(generation, buf, u64::from_le_bytes(*word) as usize);
                }
            });
    }
    section.finish();
}

/// Names of the calls between what the user called and the kernel, by their beginnings: no trace shows them.
const HOOKS: [&str; 12] = [
    "runtime.newproc",
    "runtime.entersyscall",
    "runtime.morestack",
    "runtime/trace.user",
    "internal/sync.",
    "sync.runtime_",
    "internal/poll.runtime_",
    "internal/poll.(*pollDesc).",
    "internal/runtime/syscall.",
    "syscall.runtime_",
    "syscall.Syscall",
    "syscall.RawSyscall",
];

/// Without the innermost calls that are hooks, or entries of the kernel that only our Go side calls (`kfoo`).
fn without_hooks(pcs: &[[u8; 8]]) -> &[[u8; 8]] {
    let hooks = pcs.iter().take_while(|pc| {
        unwind::Logical::at(usize::from_le_bytes(**pc) - 1).is_some_and(|call| {
            let name = call.name();
            let helper = name.strip_prefix("runtime.k").unwrap_or("K");
            !helper.starts_with(|c: char| c.is_uppercase())
                || HOOKS.iter().any(|h| name.starts_with(h))
        })
    });
    let n = hooks.count();
    // A stack of nothing else stays as it is.
    if n == pcs.len() { pcs } else { &pcs[n..] }
}

/// One call of a stack; `pc` is as in `unwind::callers`.
fn frame(generation: u64, buf: &mut Buf, pc: usize) {
    let call = unwind::Logical::at(pc - 1);
    let (name, (file, line)) = match &call {
        Some(call) => (call.name(), call.file_line()),
        None => ("", ("", 0)),
    };
    buf.number(pc as u64);
    buf.number(string_in(generation, name.as_bytes()));
    buf.number(string_in(generation, file.as_bytes()));
    buf.number(line.max(0) as u64);
}

fn strings(generation: u64, chains: core::ops::Range<usize>) {
    let mut section = Section::new(generation, Event::Strings);
    for chain in chains {
        let chain = chain - CHAINS;
        tables(generation)
            .strings
            .for_each_in(chain, |number, bytes| {
                let buf = section.room(32 + bytes.len());
                buf.byte(Event::String as u8);
                buf.number(number);
                buf.number(bytes.len() as u64);
                buf.data(bytes);
            });
    }
    section.finish();
}
