//! The goroutine that reads the trace: gets one batch a call, waits while there is none.

use super::buffer::{self, Buf};
use super::event::Event;
use super::{generation, on};
use crate::prim::{Lock, Rank};
use crate::sched::{self, GRef, WaitReason};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};

/// What stands at the beginning of every trace.
static HEADER: [u8; 16] = *b"go 1.25 trace\0\0\0";
/// What the reader gets between two generations, instead of a batch.
static END: [u8; 1] = [Event::EndOfGeneration as u8];

struct Reading {
    /// The generation being read; 0 when there is no trace, or it has been read to its end.
    generation: u64,
    header_due: bool,
    /// The end of the generation has been told.
    end_told: bool,
    /// Batches taken but not read, and the one that is being read.
    list: *mut Buf,
    current: *mut Buf,
    /// Parked readers and switchers.
    reader: Option<GRef>,
    waiter: Option<GRef>,
}
// SAFETY: the buffers in it are the reader's; Gs are type-stable.
unsafe impl Send for Reading {}

static READING: Lock<Reading> = Lock::new(
    Rank::Assist,
    Reading {
        generation: 0,
        header_due: false,
        end_told: false,
        list: null_mut(),
        current: null_mut(),
        reader: None,
        waiter: None,
    },
);
/// The last generation that is complete.
static COMPLETE: AtomicU64 = AtomicU64::new(0);
/// A reader is parked: looked at without the lock.
static PARKED: AtomicBool = AtomicBool::new(false);

/// A trace begins with `generation`.
pub fn begin(generation: u64) {
    let mut r = READING.lock();
    r.generation = generation;
    r.header_due = true;
    r.end_told = false;
}

/// All of `generation` has been written.
pub fn complete(generation: u64) {
    let mut r = READING.lock();
    COMPLETE.store(generation, Release);
    PARKED.store(false, Relaxed);
    let reader = r.reader.take();
    r.release();
    if let Some(g) = reader {
        sched::ready(g);
    }
}

/// The parked reader if there is something for it to read. The caller runs it.
#[cold]
pub fn reader_due() -> Option<GRef> {
    if !PARKED.load(Relaxed) {
        return None;
    }
    let mut r = READING.lock();
    if !buffer::any_full(r.generation) {
        return None;
    }
    PARKED.store(false, Relaxed);
    r.reader.take()
}

/// Parks `g` until everything of the ended generations has been read.
pub fn wait_until_read(g: GRef) {
    let mut r = READING.lock();
    let wanted = COMPLETE.load(Relaxed);
    if r.generation == 0 || r.generation > wanted {
        return;
    }
    sched::park(g, WaitReason::TraceReaderBlocked, move || {
        r.waiter = Some(g);
        r.release();
    })
}

/// The next piece of the trace as (address, length); length 0: the trace has been read to its end. Parks `g` while there
/// is nothing. A piece stays valid until the next call.
pub fn read(g: GRef) -> (usize, usize) {
    let mut r = READING.lock();
    // SAFETY: null or the batch that the last call returned.
    if let Some(buf) = unsafe { core::mem::replace(&mut r.current, null_mut()).as_mut() } {
        buffer::recycle(buf);
    }
    loop {
        match r.next() {
            Next::Piece(at, len) => return (at, len),
            Next::Passed(waiter) => {
                r.release();
                if let Some(g) = waiter {
                    sched::ready(g);
                }
                r = READING.lock();
            }
            Next::Nothing => break,
        }
    }
    let again = |g: GRef| {
        let (at, len) = read(g);
        g.set_ret(0, at);
        g.set_ret(1, len);
    };
    sched::park_then(g, WaitReason::TraceReaderBlocked, again, move || {
        r.reader = Some(g);
        PARKED.store(true, Relaxed);
        r.release();
    })
}

enum Next {
    Piece(usize, usize),
    /// A generation has been passed; somebody may wait for that.
    Passed(Option<GRef>),
    Nothing,
}

impl Reading {
    fn next(&mut self) -> Next {
        if self.generation == 0 {
            return Next::Piece(0, 0);
        }
        if core::mem::take(&mut self.header_due) {
            return Next::Piece(HEADER.as_ptr() as usize, HEADER.len());
        }
        // Before the batches are looked at: none comes after the end.
        let complete = COMPLETE.load(Acquire) >= self.generation;
        if self.list.is_null() {
            self.list = buffer::take_full(self.generation);
        }
        if let Some(buf) = buffer::next(&mut self.list) {
            self.current = buf;
            return Next::Piece(buf.bytes().as_ptr() as usize, buf.bytes().len());
        }
        if !complete {
            return Next::Nothing;
        }
        if !core::mem::replace(&mut self.end_told, true) {
            return Next::Piece(END.as_ptr() as usize, END.len());
        }
        self.end_told = false;
        let more = on() && self.generation < generation();
        self.generation = if more { self.generation + 1 } else { 0 };
        Next::Passed(self.waiter.take())
    }
}
