//! Marking: a work list of grey objects, shared in buffers between the markers.

use crate::mem::{self, MSpan, meta::Pool};
use crate::prim::{Lock, Rank};
use crate::types::{Type, gc_mask};
use crate::{arch, sys};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::*};

const BUF_ITEMS: usize = 510;
/// Large objects are scanned in pieces of this size, so that several markers can share one, and none is away for long.
const PIECE_BYTES: usize = 8 << 10;

#[repr(C)]
struct WorkBuf {
    link: usize,
    len: usize,
    items: [usize; BUF_ITEMS],
}

static POOL: Pool<WorkBuf> = Pool::new();
/// Buffers with grey objects, linked.
static FULL: Lock<usize> = Lock::new(Rank::Meta, 0);
/// Number of buffers in `FULL`; a hint that saves taking the lock.
static FULL_COUNT: AtomicU32 = AtomicU32::new(0);
/// Markers that may still produce work.
static ACTIVE: AtomicU32 = AtomicU32::new(0);
/// Bytes of the objects marked, for the pacer.
static MARKED_BYTES: AtomicU64 = AtomicU64::new(0);
/// Bytes of the objects scanned, reported every [`TICK`] objects.
static SCANNED_BYTES: AtomicU64 = AtomicU64::new(0);
/// Objects after which a marker reports, and looks at what others need.
const TICK: u32 = 64;
/// Objects that are fetched before they are scanned. First in, first out: a stack alone would scan what it has just
/// begun to fetch (Cher, Hosking and Vitek, "Software prefetching for mark-sweep garbage collection", 2004).
const AHEAD: usize = 8;

/// Gives the objects of a buffer to all markers. What fits joins the buffer published last: a program that greys an object
/// at a time, as one that sets finalizers does, would fill the memory with buffers that are all but empty.
fn publish(buf: *mut WorkBuf) {
    let mut full = FULL.lock();
    let last = *full as *mut WorkBuf;
    // SAFETY: the buffer is the caller's until it is in the list; what is in the list is whose who holds the lock.
    let (mine, last) = unsafe { (&mut *buf, last.as_mut()) };
    if let Some(last) = last
        && last.len + mine.len <= BUF_ITEMS
    {
        last.items[last.len..][..mine.len].copy_from_slice(&mine.items[..mine.len]);
        last.len += mine.len;
        full.release();
        return POOL.put(buf);
    }
    mine.link = *full;
    *full = buf as usize;
    FULL_COUNT.fetch_add(1, Release);
}

fn take_published() -> Option<*mut WorkBuf> {
    if FULL_COUNT.load(Acquire) == 0 {
        return None;
    }
    let mut full = FULL.lock();
    let buf = *full as *mut WorkBuf;
    // SAFETY: the list holds buffers.
    *full = unsafe { buf.as_ref()? }.link;
    FULL_COUNT.fetch_sub(1, Relaxed);
    Some(buf)
}

/// Begins to load what scanning the object at `at` will look at.
#[inline]
fn fetch(at: usize) {
    arch::prefetch(at);
    arch::prefetch(mem::ptr_word_addr(at));
}

fn empty_buf() -> *mut WorkBuf {
    let buf = POOL.get();
    // SAFETY: the buffer is ours.
    unsafe { (*buf).len = 0 };
    buf
}

/// Waiting for another thread of the collection: a short spin, then the processor goes to whoever needs it.
pub struct Backoff(u32);

impl Backoff {
    const SPINS: u32 = 256;

    /// Has not waited yet.
    pub const fn new() -> Self {
        Self(0)
    }
    /// Waits a little.
    pub fn wait(&mut self) {
        self.0 += 1;
        if self.0 < Self::SPINS {
            core::hint::spin_loop()
        } else {
            sys::osyield()
        }
    }
}

/// Before the first marker of a collection starts.
pub fn begin() {
    ACTIVE.store(0, Relaxed);
    MARKED_BYTES.store(0, Relaxed);
    SCANNED_BYTES.store(0, Relaxed);
}

/// Bytes of the objects scanned in this collection, or in the last one.
pub fn scanned_bytes() -> u64 {
    SCANNED_BYTES.load(Relaxed)
}

/// Whether published buffers wait for a marker.
pub fn work_left() -> bool {
    FULL_COUNT.load(Acquire) != 0
}

/// Bytes of the objects that markers reached in this collection, without those born black.
pub fn marked_bytes() -> u64 {
    MARKED_BYTES.load(Relaxed)
}

/// A grey object and its span.
type Grey = (usize, &'static MSpan);

/// One thread's part of the marking.
pub struct Marker {
    buf: *mut WorkBuf,
    /// Bytes marked.
    bytes: u64,
    /// Bytes scanned and not yet reported.
    scanned: u64,
    /// Objects on their way from the buffer to the scan, whose memory is being fetched: a ring of `ahead_len` from
    /// `ahead_at`.
    ahead: [usize; AHEAD],
    ahead_at: usize,
    ahead_len: usize,
}

impl Marker {
    /// A marker with an empty buffer. Counts as active until [`Marker::drain`] has returned.
    pub fn new() -> Self {
        Self {
            buf: empty_buf(),
            bytes: 0,
            scanned: 0,
            ahead: [0; AHEAD],
            ahead_at: 0,
            ahead_len: 0,
        }
    }

    /// Gives the buffer back; what is left in it is published.
    pub fn finish(mut self) {
        MARKED_BYTES.fetch_add(self.bytes, Relaxed);
        SCANNED_BYTES.fetch_add(self.scanned, Relaxed);
        if self.is_dry() {
            POOL.put(self.buf)
        } else {
            publish(self.buf)
        }
    }

    /// Greys the object that the pointer `word` leads to, if it is one of the Go heap.
    #[inline]
    pub fn grey(&mut self, word: usize) {
        let found = self.reach(word);
        self.keep(found);
    }

    /// What was found is scanned later.
    #[inline]
    fn keep(&mut self, found: Option<Grey>) {
        if let Some((object, _)) = found {
            self.push(object);
        }
    }

    /// As [`Marker::grey`], but a small object that must be scanned is the caller's to push or scan.
    #[inline]
    fn reach(&mut self, word: usize) -> Option<Grey> {
        if crate::debug::ON {
            super::verify::follow(word);
        }
        let Some(span) = mem::span_of(word) else {
            if mem::may_be_heap(word) {
                super::bad_pointer::look_at(word);
            }
            return None;
        };
        let slot = span.slot_of(word);
        if slot >= span.nelems() {
            super::bad_pointer::look_at(word);
            return None;
        }
        crate::kassert!(
            span.is_allocated(slot),
            "pointer {word:#x} to free slot {slot} of span {:#x}",
            span.base()
        );
        self.reach_slot(span, slot)
    }

    /// As [`Marker::grey`] for a word that may be anything.
    pub fn grey_doubtful(&mut self, word: usize) {
        if crate::debug::ON {
            super::verify::follow(word);
        }
        let Some(span) = mem::span_of(word) else {
            return;
        };
        let slot = span.slot_of(word);
        if slot < span.nelems() && !span.is_marked(slot) && span.is_allocated(slot) {
            let found = self.reach_slot(span, slot);
            self.keep(found);
            if !span.is_allocated(slot) {
                super::zombie::doubt();
            }
        }
    }

    #[inline]
    fn reach_slot(&mut self, span: &'static MSpan, slot: usize) -> Option<Grey> {
        if !span.mark(slot) {
            return None;
        }
        let bytes = span.elem_bytes();
        self.bytes += bytes as u64;
        if span.class().noscan() {
            return None;
        }
        let base = span.base() + slot * bytes;
        if bytes <= PIECE_BYTES {
            return Some((base, span));
        }
        self.push_pieces(base, bytes);
        None
    }

    #[cold]
    fn push_pieces(&mut self, base: usize, bytes: usize) {
        (0..bytes.div_ceil(PIECE_BYTES)).for_each(|i| self.push(base + i * PIECE_BYTES));
    }

    /// Scans the object at `base` without marking it: what it refers to stays alive, it need not.
    pub fn scan_contents(&mut self, base: usize) {
        let Some(span) = mem::span_of(base) else {
            return;
        };
        if !span.class().noscan() {
            self.push_pieces(base, span.elem_bytes());
        }
    }

    #[inline]
    fn push(&mut self, object: usize) {
        // SAFETY: the buffer is ours.
        let buf = unsafe { &mut *self.buf };
        if buf.len == BUF_ITEMS {
            return self.push_slow(object);
        }
        buf.items[buf.len] = object;
        buf.len += 1;
    }

    #[cold]
    fn push_slow(&mut self, object: usize) {
        publish(core::mem::replace(&mut self.buf, empty_buf()));
        self.push(object);
    }

    /// The next object to scan: objects enter the ring as they leave the buffer.
    #[inline]
    fn pop(&mut self) -> Option<usize> {
        // SAFETY: the buffer is ours.
        let buf = unsafe { &mut *self.buf };
        while self.ahead_len < AHEAD && buf.len > 0 {
            buf.len -= 1;
            let object = buf.items[buf.len];
            fetch(object);
            self.ahead[(self.ahead_at + self.ahead_len) % AHEAD] = object;
            self.ahead_len += 1;
        }
        self.ahead_len = self.ahead_len.checked_sub(1)?;
        let object = self.ahead[self.ahead_at];
        self.ahead_at = (self.ahead_at + 1) % AHEAD;
        Some(object)
    }

    /// [`Marker::pop`] with the object's span.
    #[inline]
    fn pop_grey(&mut self) -> Option<Grey> {
        let object = self.pop()?;
        // Always some: the object keeps its span.
        Some((object, mem::span_of(object)?))
    }

    /// Whether there is nothing left to scan here. What was on its way goes back to the buffer.
    fn is_dry(&mut self) -> bool {
        while self.ahead_len > 0 {
            self.ahead_len -= 1;
            self.push(self.ahead[(self.ahead_at + self.ahead_len) % AHEAD]);
        }
        // SAFETY: the buffer is ours.
        unsafe { (*self.buf).len == 0 }
    }

    /// Tells the others that this marker may produce work.
    pub fn activate(&self) {
        ACTIVE.fetch_add(1, AcqRel);
    }

    /// Scans until no marker has work left.
    pub fn drain(&mut self) {
        while self.drain_buffer(|marker| {
            marker.report();
            true
        }) && self.refill()
        {}
    }

    /// As [`Marker::drain`], beside the program: what is scanned is credit for those who allocate. `leave`, told whether
    /// there is enough for one more marker, may end it early, with work left; a guest does not wait for work.
    pub fn drain_beside(&mut self, guest: bool, mut leave: impl FnMut(bool) -> bool) {
        while self.drain_buffer(|marker| {
            super::assist::credit(marker.report());
            !leave(marker.has_plenty())
        }) {
            if guest && !work_left() {
                break;
            }
            if !self.refill() {
                return;
            }
        }
        self.deactivate();
    }

    /// Whether half of the buffer is worth giving away.
    fn has_plenty(&self) -> bool {
        // SAFETY: the buffer is ours.
        unsafe { (*self.buf).len >= 32 }
    }

    /// This marker produces no more work; what it has left is for others.
    fn deactivate(&mut self) {
        if !self.is_dry() {
            publish(core::mem::replace(&mut self.buf, empty_buf()));
        }
        ACTIVE.fetch_sub(1, AcqRel);
    }

    /// Scans until the buffer is empty, then true, or until `report`, called every so often, says no.
    fn drain_buffer(&mut self, mut report: impl FnMut(&mut Self) -> bool) -> bool {
        let mut since_tick = 0;
        let mut next = self.pop_grey();
        while let Some((object, span)) = next {
            next = self.scan(object, span).or_else(|| self.pop_grey());
            since_tick += 1;
            if since_tick == TICK {
                self.keep(next);
                if !report(self) {
                    return false;
                }
                self.share();
                since_tick = 0;
                next = self.pop_grey();
            }
        }
        report(self)
    }

    fn report(&mut self) -> u64 {
        let scanned = core::mem::take(&mut self.scanned);
        SCANNED_BYTES.fetch_add(scanned, Relaxed);
        scanned
    }

    /// Scans about `limit` bytes of objects, from published buffers if need be; how many bytes it was. Less means that
    /// there was nothing to be had.
    pub fn drain_some(&mut self, limit: u64) -> u64 {
        self.activate();
        while self.scanned < limit {
            match self.pop_grey() {
                Some((object, span)) => {
                    let next = self.scan(object, span);
                    self.keep(next);
                }
                None => match take_published() {
                    Some(buf) => POOL.put(core::mem::replace(&mut self.buf, buf)),
                    None => break,
                },
            }
        }
        let done = self.report();
        self.deactivate();
        done
    }

    /// Half of a long list goes to whoever comes next and has none.
    fn share(&mut self) {
        if !self.has_plenty() || work_left() {
            return;
        }
        // SAFETY: the buffer is ours.
        let mine = unsafe { &mut *self.buf };
        let other = POOL.get();
        // SAFETY: the buffer is ours until published.
        let theirs = unsafe { &mut *other };
        let n = mine.len / 2;
        theirs.items[..n].copy_from_slice(&mine.items[..n]);
        theirs.len = n;
        mine.items.copy_within(n..mine.len, 0);
        mine.len -= n;
        publish(other);
    }

    /// Takes a published buffer; `false` when all markers have run dry.
    fn refill(&mut self) -> bool {
        if let Some(buf) = take_published() {
            POOL.put(self.buf);
            self.buf = buf;
            return true;
        }
        ACTIVE.fetch_sub(1, AcqRel);
        let mut patience = Backoff::new();
        loop {
            if FULL_COUNT.load(Acquire) != 0 {
                ACTIVE.fetch_add(1, AcqRel);
                if let Some(buf) = take_published() {
                    POOL.put(self.buf);
                    self.buf = buf;
                    return true;
                }
                ACTIVE.fetch_sub(1, AcqRel);
            }
            // A buffer is published only by an active marker: none active and none published means none will come.
            if ACTIVE.load(Acquire) == 0 && FULL_COUNT.load(Acquire) == 0 {
                return false;
            }
            patience.wait();
        }
    }

    /// Blackens one object, or one piece of a large one: greys what its pointers lead to. If that is the only work here,
    /// as in a list, it is handed back with its span: the next scan then does not wait for the buffer, nor for the span
    /// to be found again.
    #[inline]
    fn scan(&mut self, at: usize, span: &'static MSpan) -> Option<Grey> {
        if crate::debug::ON {
            super::verify::turn_to(at);
        }
        let mut bytes = span.elem_bytes();
        if bytes > PIECE_BYTES {
            let end = span.base() + (span.slot_of(at) + 1) * bytes;
            bytes = PIECE_BYTES.min(end - at);
        }
        self.scanned += bytes as u64;
        // SAFETY: a large span's type is immortal or kept alive by reflect.
        if let Some(typ) = unsafe { span.large_type().as_ref() } {
            self.scan_large(typ, span.base(), at, at + bytes);
            return None;
        }
        let map = mem::ptr_bits_of(at);
        let mut last = None;
        // SAFETY: `[at, at + bytes)` lies in an allocated object in this arena, whose pointer words are described.
        unsafe {
            mem::for_each_ptr_word(map, at, bytes, |word| {
                let value = *(word as *const usize);
                if value != 0
                    && let Some(found) = self.reach(value)
                {
                    self.keep(last.replace(found));
                }
            });
        }
        if self.ahead_len > 0 || !self.is_dry() {
            self.keep(last);
            return None;
        }
        last
    }

    /// The part `[at, end)` of a large object at `base` that holds values of `typ`.
    fn scan_large(&mut self, typ: &Type, base: usize, at: usize, end: usize) {
        let mask = gc_mask(typ);
        let mut elem = base + (at - base) / typ.size * typ.size;
        while elem < end {
            // Only the words of this piece: a value may be as large as the object, and there are many pieces.
            let last = (typ.ptr_bytes / 8).min((end - elem) / 8);
            let mut i = at.saturating_sub(elem) / 8;
            while i < last {
                // SAFETY: the mask has a bit for each of the first `ptr_bytes / 8` words.
                let bits = unsafe { *mask.add(i / 8) } >> (i % 8);
                if bits == 0 {
                    i = (i / 8 + 1) * 8;
                    continue;
                }
                if bits & 1 != 0 {
                    // SAFETY: a pointer word of the piece, which lies in the object.
                    let value = unsafe { *((elem + i * 8) as *const usize) };
                    if value != 0 {
                        self.grey(value);
                    }
                }
                i += 1;
            }
            elem += typ.size;
        }
    }
}
