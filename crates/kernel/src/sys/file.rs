//! Files, pipes and epoll.

use super::{Errno, nr, playback};
use crate::arch::syscall;

/// Writes some of `bytes`.
pub fn write(fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
    playback::write(fd, bytes).unwrap_or_else(|| write_some(fd, bytes))
}

fn write_some(fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
    Errno::check(syscall(
        nr::WRITE,
        [fd as usize, bytes.as_ptr() as usize, bytes.len(), 0, 0, 0],
    ))
}

/// Writes all of `bytes` unless the file refuses.
pub fn write_all(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match write(fd, bytes) {
            Ok(0) => return,
            Ok(n) => bytes = &bytes[n..],
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Err(_) => return,
        }
    }
}

/// Writes all of `bytes` as they are, or says why not.
pub(super) fn write_whole(fd: i32, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match write_some(fd, bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Reads up to `into.len()` bytes.
pub fn read(fd: i32, into: &mut [u8]) -> Result<usize, Errno> {
    Errno::check(syscall(
        nr::READ,
        [fd as usize, into.as_mut_ptr() as usize, into.len(), 0, 0, 0],
    ))
}

/// Reads up to `into.len()` bytes from `offset` on.
pub fn pread(fd: i32, into: &mut [u8], offset: usize) -> Result<usize, Errno> {
    Errno::check(syscall(
        nr::PREAD64,
        [
            fd as usize,
            into.as_mut_ptr() as usize,
            into.len(),
            offset,
            0,
            0,
        ],
    ))
}

/// Opens the file named by the NUL-terminated `path`.
pub fn open(path: &core::ffi::CStr, flags: i32, mode: u32) -> Result<i32, Errno> {
    Errno::check(syscall(
        nr::OPEN,
        [
            path.as_ptr() as usize,
            flags as usize,
            mode as usize,
            0,
            0,
            0,
        ],
    ))
    .map(|fd| fd as i32)
}

/// Closes a descriptor.
pub fn close(fd: i32) {
    syscall(nr::CLOSE, [fd as usize, 0, 0, 0, 0, 0]);
}

/// Raw `fcntl`.
pub fn fcntl(fd: i32, cmd: i32, arg: i32) -> Result<i32, Errno> {
    Errno::check(syscall(
        nr::FCNTL,
        [fd as usize, cmd as usize, arg as usize, 0, 0, 0],
    ))
    .map(|v| v as i32)
}

/// A pipe: read end, write end.
pub fn pipe2(flags: i32) -> Result<(i32, i32), Errno> {
    let mut fds = [0i32; 2];
    Errno::check(syscall(
        nr::PIPE2,
        [fds.as_mut_ptr() as usize, flags as usize, 0, 0, 0, 0],
    ))?;
    Ok((fds[0], fds[1]))
}

/// A non-blocking, close-on-exec event counter.
pub fn eventfd() -> Result<i32, Errno> {
    const CLOEXEC_NONBLOCK: usize = 0o2004000;
    Errno::check(syscall(nr::EVENTFD2, [0, CLOEXEC_NONBLOCK, 0, 0, 0, 0])).map(|fd| fd as i32)
}

/// Linux's `struct epoll_event`.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct EpollEvent {
    /// Event bits.
    pub events: u32,
    /// The caller's word.
    pub data: u64,
}

/// A close-on-exec epoll instance.
pub fn epoll_create() -> Result<i32, Errno> {
    const CLOEXEC: usize = 0o2000000;
    Errno::check(syscall(nr::EPOLL_CREATE1, [CLOEXEC, 0, 0, 0, 0, 0])).map(|fd| fd as i32)
}

/// Adds (1), deletes (2) or changes (3) the registration of `fd`.
pub fn epoll_ctl(epfd: i32, op: usize, fd: i32, event: &mut EpollEvent) -> Result<(), Errno> {
    let at = &raw mut *event as usize;
    Errno::check(syscall(
        nr::EPOLL_CTL,
        [epfd as usize, op, fd as usize, at, 0, 0],
    ))
    .map(drop)
}

/// Waits up to `timeout_ms` (negative: for ever) for events.
pub fn epoll_wait(epfd: i32, events: &mut [EpollEvent], timeout_ms: i32) -> Result<usize, Errno> {
    let at = events.as_mut_ptr() as usize;
    Errno::check(syscall(
        nr::EPOLL_PWAIT,
        [epfd as usize, at, events.len(), timeout_ms as usize, 0, 0],
    ))
}

/// As [`epoll_wait`] with a time-out in nanoseconds. Linux 5.11 and later.
pub fn epoll_wait_ns(
    epfd: i32,
    events: &mut [EpollEvent],
    timeout_ns: i64,
) -> Result<usize, Errno> {
    let at = events.as_mut_ptr() as usize;
    let spec = [timeout_ns / 1_000_000_000, timeout_ns % 1_000_000_000];
    let limit = if timeout_ns < 0 {
        0
    } else {
        spec.as_ptr() as usize
    };
    Errno::check(syscall(
        nr::EPOLL_PWAIT2,
        [epfd as usize, at, events.len(), limit, 0, 0],
    ))
}
