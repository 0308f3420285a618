//! Batches of events: one buffer per M that writes, and the full ones of each generation.

use super::event::Event;
use super::{clock, generation};
use crate::mem::meta;
use crate::sched::{self, M};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering::*};

/// Bytes kept free in front of the data for the batch's header: the kind and four numbers.
const HEAD: usize = 48;
/// A batch with its header may have 64 KiB.
const BYTES: usize = (64 << 10) - 64;
/// The longest number.
const VARINT_MAX: usize = 10;
/// The M number of batches that no M wrote.
pub const NO_M: u64 = u64::MAX;

/// A batch in the making.
#[repr(C)]
pub struct Buf {
    link: *mut Buf,
    generation: u64,
    m: u64,
    /// Time in the header, and of the last event.
    time: u64,
    last: u64,
    /// The batch lies in `bytes[start..end]`.
    start: usize,
    end: usize,
    bytes: [u8; BYTES],
}

static POOL: meta::Pool<Buf> = meta::Pool::new();
/// Full buffers by generation, newest first. Anybody pushes, the reader takes all at once.
static FULL: [AtomicPtr<Buf>; 2] = [const { AtomicPtr::new(null_mut()) }; 2];

impl Buf {
    /// A new batch of `m` for `generation`.
    pub fn new(m: u64, generation: u64) -> &'static mut Buf {
        // SAFETY: buffers are type-stable kernel memory, and a pooled one is nobody's.
        let buf = unsafe { &mut *POOL.get() };
        buf.generation = generation;
        buf.m = m;
        buf.time = clock();
        buf.last = buf.time;
        buf.start = HEAD;
        buf.end = HEAD;
        buf
    }
    /// Whether `bytes` more fit.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.end + bytes <= BYTES
    }
    /// Appends a byte; the caller has made sure that it fits.
    pub fn byte(&mut self, b: u8) {
        self.bytes[self.end] = b;
        self.end += 1;
    }
    /// Appends a number.
    pub fn number(&mut self, n: u64) {
        self.end = put_number(&mut self.bytes, self.end, n);
    }
    /// Appends bytes.
    pub fn data(&mut self, data: &[u8]) {
        self.bytes[self.end..self.end + data.len()].copy_from_slice(data);
        self.end += data.len();
    }
    /// Appends the time since the last event.
    pub fn time(&mut self) {
        let now = clock().max(self.last);
        self.number(now - self.last);
        self.last = now;
    }
    /// The finished batch.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
    /// Writes the header and gives the batch to the reader.
    pub fn finish(&'static mut self) {
        let mut head = [0; HEAD];
        head[0] = Event::Batch as u8;
        let mut n = 1;
        let size = (self.end - HEAD) as u64;
        for word in [self.generation, self.m, self.time, size] {
            n = put_number(&mut head, n, word);
        }
        self.start = HEAD - n;
        self.bytes[self.start..HEAD].copy_from_slice(&head[..n]);
        push(self);
    }
}

fn put_number(to: &mut [u8], mut at: usize, mut n: u64) -> usize {
    while n >= 0x80 {
        to[at] = n as u8 | 0x80;
        at += 1;
        n >>= 7;
    }
    to[at] = n as u8;
    at + 1
}

/// Only the reader takes, and always everything, so the head cannot come back meanwhile.
fn push(buf: &'static mut Buf) {
    let full = &FULL[(buf.generation % 2) as usize];
    let mut head = full.load(Relaxed);
    loop {
        buf.link = head;
        // Release: the reader sees what is in the batch.
        match full.compare_exchange_weak(head, buf, Release, Relaxed) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// Whether the reader finds full batches of `generation`.
pub fn any_full(generation: u64) -> bool {
    !FULL[(generation % 2) as usize].load(Relaxed).is_null()
}

/// All full batches of `generation`, oldest first, linked; null if there are none.
pub fn take_full(generation: u64) -> *mut Buf {
    let mut at = FULL[(generation % 2) as usize].swap(null_mut(), Acquire);
    let mut oldest_first = null_mut();
    while !at.is_null() {
        // SAFETY: the list was just taken; its buffers are the reader's.
        let buf = unsafe { &mut *at };
        at = core::mem::replace(&mut buf.link, oldest_first);
        oldest_first = buf;
    }
    oldest_first
}

/// Unlinks the first of a list that [`take_full`] returned.
pub fn next(list: &mut *mut Buf) -> Option<&'static mut Buf> {
    // SAFETY: the list is the caller's.
    let buf = unsafe { list.as_mut() }?;
    *list = buf.link;
    Some(buf)
}

/// Gives a batch back that has been read.
pub fn recycle(buf: &'static mut Buf) {
    POOL.put(buf);
}

/// Writes an event with its time to the buffer of this M. Under T1.
pub fn write(kind: Event, args: &[u64]) {
    let m = sched::m();
    let buf = buffer_for(m, 1 + VARINT_MAX * (1 + args.len()));
    buf.byte(kind as u8);
    buf.time();
    args.iter().for_each(|&a| buf.number(a));
}

fn buffer_for(m: &M, room: usize) -> &'static mut Buf {
    // SAFETY: null or the buffer of this M, which only this M uses (T1).
    if let Some(buf) = unsafe { m.trace_buf.get().as_mut() } {
        if buf.has_room(room) {
            return buf;
        }
        buf.finish();
    }
    let buf = Buf::new(m.id.get() as u64, generation());
    m.trace_buf.set(buf);
    buf
}

/// Hands over what `m` has written. World stopped, nobody writes.
pub fn flush(m: &M) {
    // SAFETY: null or the buffer of `m`, which does not write now.
    if let Some(buf) = unsafe { m.trace_buf.replace(null_mut()).as_mut() } {
        buf.finish();
    }
}
