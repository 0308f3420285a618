//! The channel object: a header in the Go heap, its buffer behind it or in a second object.

use super::WaitQueue;
use crate::prim::WordLock;
use crate::sync::bubble;
use crate::time::Timer;
use crate::types::{ChanType, Type};
use crate::{gc, mem, sched};
use core::cell::Cell;
use core::ops::Deref;
use core::ptr::{NonNull, null};
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering::*};

/// `hchan`. The Go twin in chan.go is what debuggers see; a test of the layout keeps them equal.
#[repr(C)]
pub struct Chan {
    /// Guards everything below. Read without it, as hints only: `closed`, `count`, the queues' emptiness.
    pub lock: WordLock,
    closed: AtomicU8,
    /// There is a timer behind it: `timer` says which.
    is_timer: Cell<bool>,
    /// A bubble made it: `bubble` says which.
    is_bubbled: Cell<bool>,
    count: AtomicUsize,
    cap: Cell<usize>,
    elem_bytes: Cell<usize>,
    elem_type: Cell<*const Type>,
    send_x: Cell<usize>,
    recv_x: Cell<usize>,
    /// Parked receivers.
    pub recvq: WaitQueue,
    /// Parked senders.
    pub sendq: WaitQueue,
    /// First byte of the buffer. A Go pointer if the buffer is an object of its own.
    buf: Cell<*mut u8>,
    /// The timer behind a timer channel, null for others. A Go pointer.
    timer: Cell<*const Timer>,
    /// The bubble that made the channel, 0 for none.
    bubble: Cell<usize>,
}

/// Bytes of the header; a pointer-free buffer begins here.
pub const HEADER_BYTES: usize = size_of::<Chan>();

const _: () = assert!(
    HEADER_BYTES.is_multiple_of(8) && HEADER_BYTES == 112,
    "hchan in chan.go has the same size"
);

/// Pointer mask of the header: `buf` and `timer`. The queues hold kernel memory.
static HEADER_MASK: [u8; 2] = {
    let mask =
        mask_bit(core::mem::offset_of!(Chan, buf)) | mask_bit(core::mem::offset_of!(Chan, timer));
    mask.to_le_bytes()
};

const fn mask_bit(offset: usize) -> u16 {
    1 << (offset / 8)
}

struct HeaderType(Type);
// SAFETY: the descriptor is never written.
unsafe impl Sync for HeaderType {}

/// Describes the header to the allocator when it holds pointers.
static HEADER_TYPE: HeaderType = HeaderType(Type {
    size: HEADER_BYTES,
    ptr_bytes: core::mem::offset_of!(Chan, timer) + 8,
    hash: 0,
    tflag: 0,
    align: 8,
    field_align: 8,
    kind: 25,
    equal: 0,
    gc_data: HEADER_MASK.as_ptr(),
    str_off: 0,
    ptr_to_this: 0,
});

/// A channel that is not nil.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct ChanRef(NonNull<Chan>);

impl Deref for ChanRef {
    type Target = Chan;
    fn deref(&self) -> &Chan {
        // SAFETY: the word came from a Go channel value, which keeps the object alive during the kernel call; later uses
        // find it through a sudog or timer that the collector scans. Fields are cells or atomics.
        unsafe { self.0.as_ref() }
    }
}

impl ChanRef {
    /// A channel value; `None` for nil.
    pub fn from_word(c: usize) -> Option<Self> {
        NonNull::new(c as *mut Chan).map(Self)
    }

    /// The channel value.
    pub fn word(self) -> usize {
        self.0.as_ptr() as usize
    }
}

/// `make(chan T, n)`. Panics in Go if the size is out of range.
pub fn make(typ: *const ChanType, n: isize) -> *mut Chan {
    // SAFETY: the compiler or reflect passes the descriptor of a channel type; both are immortal.
    let elem = unsafe { &*(*typ).elem };
    let bytes = usize::try_from(n)
        .ok()
        .and_then(|n| n.checked_mul(elem.size));
    let Some(bytes) = bytes.filter(|b| *b <= mem::max_alloc() - HEADER_BYTES) else {
        sched::go_panic_text("makechan: size out of range")
    };
    let c = allocate(elem, bytes);
    c.cap.set(n as usize);
    c.elem_bytes.set(elem.size);
    c.elem_type.set(elem);
    let bubble = bubble::current_id();
    c.bubble.set(bubble);
    c.is_bubbled.set(bubble != 0);
    c.0.as_ptr()
}

/// Header and buffer: one pointer-free object if the elements hold no pointers or there is no buffer.
fn allocate(elem: &Type, bytes: usize) -> ChanRef {
    let one = elem.noscan() || bytes == 0;
    let (size, typ) = if one {
        (HEADER_BYTES + bytes, null())
    } else {
        (HEADER_BYTES, &raw const HEADER_TYPE.0)
    };
    let at = mem::alloc(size, typ, true);
    let Some(c) = ChanRef::from_word(at as usize) else {
        crate::throw!("makechan: no memory")
    };
    let buf = if one {
        at.wrapping_add(HEADER_BYTES)
    } else {
        mem::alloc(bytes, elem, true)
    };
    if bytes != 0 {
        c.buf.set(buf);
    }
    c
}

impl Chan {
    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Acquire) != 0
    }

    /// Marks it closed. Under the lock.
    pub(super) fn set_closed(&self) {
        self.closed.store(1, Release);
    }

    /// Values in the buffer.
    pub fn buffered(&self) -> usize {
        self.count.load(Acquire)
    }

    /// Room in the buffer.
    pub fn cap(&self) -> usize {
        self.cap.get()
    }

    /// Whether a send would have to wait, at some moment during the call.
    pub(super) fn send_would_wait(&self) -> bool {
        if self.cap() == 0 {
            self.recvq.is_empty()
        } else {
            self.buffered() == self.cap()
        }
    }

    /// Whether a receive would have to wait, at some moment during the call. Not for timer channels.
    pub(super) fn recv_would_wait(&self) -> bool {
        if self.cap() == 0 {
            self.sendq.is_empty()
        } else {
            self.buffered() == 0
        }
    }

    /// Whether a timer is behind the channel.
    #[inline]
    pub fn is_timer(&self) -> bool {
        self.is_timer.get()
    }

    /// The timer of a timer channel.
    pub fn timer(&self) -> Option<&Timer> {
        // SAFETY: set once by `time.newTimer`; the channel's object keeps the timer's object alive.
        unsafe { self.timer.get().as_ref() }
    }

    /// Makes this the channel of `timer`, before anybody else knows it.
    pub fn set_timer(&self, timer: *const Timer) {
        // SAFETY: `timer` is a pointer slot of the header, which has a pointer mask: its elements hold pointers.
        unsafe { gc::store(self.timer.as_ptr().cast(), timer as usize) };
        self.is_timer.set(true);
    }

    /// Whether a bubble made it.
    #[inline]
    pub fn is_bubbled(&self) -> bool {
        self.is_bubbled.get()
    }

    /// The number of the bubble that made it.
    pub fn bubble(&self) -> usize {
        self.bubble.get()
    }

    fn slot(&self, i: usize) -> *mut u8 {
        self.buf.get().wrapping_add(i * self.elem_bytes.get())
    }

    fn after(&self, i: usize) -> usize {
        if i + 1 == self.cap() { 0 } else { i + 1 }
    }

    /// Copies one element; `dst` 0: nobody wants it.
    pub(crate) fn copy_elem(&self, dst: usize, src: usize) {
        if dst == 0 || self.elem_bytes.get() == 0 {
            return;
        }
        let (dst, src) = (dst as *mut u8, src as *const u8);
        // SAFETY: both are variables of the element type: buffer slots, or variables of goroutines that are in this
        // call or parked on this channel, whose stacks do not move meanwhile.
        unsafe {
            match &*self.elem_type.get() {
                t if t.noscan() => core::ptr::copy(src, dst, t.size),
                t => gc::typed_copy(t, dst, src),
            }
        }
    }

    /// Sets a receiver's variable to zero; `dst` 0: nobody wants it.
    pub(super) fn clear_elem(&self, dst: usize) {
        if dst == 0 || self.elem_bytes.get() == 0 {
            return;
        }
        // SAFETY: as in `copy_elem`.
        unsafe {
            match &*self.elem_type.get() {
                t if t.noscan() => core::ptr::write_bytes(dst as *mut u8, 0, t.size),
                t => gc::typed_clear(t, dst as *mut u8),
            }
        }
    }

    /// Appends the value at `src`. Under the lock, with room.
    pub(crate) fn buffer_put(&self, src: usize) {
        let i = self.send_x.get();
        self.copy_elem(self.slot(i) as usize, src);
        self.send_x.set(self.after(i));
        self.count.store(self.buffered() + 1, Release);
    }

    /// Takes the oldest value to `dst`. Under the lock, not empty.
    pub(crate) fn buffer_take(&self, dst: usize) {
        let i = self.recv_x.get();
        self.copy_elem(dst, self.slot(i) as usize);
        self.clear_elem(self.slot(i) as usize);
        self.recv_x.set(self.after(i));
        self.count.store(self.buffered() - 1, Release);
    }
}

/// `len(c)`: timer channels look unbuffered.
pub fn length(c: *mut Chan) -> usize {
    ChanRef::from_word(c as usize)
        .filter(|c| !c.is_timer())
        .map_or(0, |c| c.buffered())
}

/// `cap(c)`: timer channels look unbuffered.
pub fn capacity(c: *mut Chan) -> usize {
    ChanRef::from_word(c as usize)
        .filter(|c| !c.is_timer())
        .map_or(0, |c| c.cap())
}
