//! The end of the process by our own decision: `throw!` for a bug of ours or of the machine's state, `fatal!` for the
//! program's fault. A fatal path owns its memory: a small stack buffer, `write`, exit.

use crate::sys;
use core::fmt::{self, Write};

/// Writes to standard error without a buffer of its own beyond one line.
pub struct Stderr {
    buf: [u8; 512],
    len: usize,
}

impl Stderr {
    /// An empty line.
    pub const fn new() -> Self {
        Self { buf: [0; 512], len: 0 }
    }
    /// Sends what is there.
    pub fn flush(&mut self) {
        sys::write_all(2, &self.buf[..self.len]);
        self.len = 0;
    }
    /// Adds raw bytes.
    pub fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.len == self.buf.len() {
                self.flush();
            }
            let n = bytes.len().min(self.buf.len() - self.len);
            self.buf[self.len..self.len + n].copy_from_slice(&bytes[..n]);
            self.len += n;
            bytes = &bytes[n..];
        }
    }
}

impl Default for Stderr {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Stderr {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.put(s.as_bytes());
        Ok(())
    }
}

impl Drop for Stderr {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Prints to standard error from anywhere in the kernel.
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => {{
        use core::fmt::Write as _;
        let _ = write!($crate::panic::Stderr::new(), $($arg)*);
    }};
}

/// Ends the process: our bug. Prints "fatal error: …", the stacks, exit code 2.
#[macro_export]
macro_rules! throw {
    ($($arg:tt)*) => { $crate::panic::die_throw(format_args!($($arg)*)) };
}

/// Ends the process: the program's fault, not recoverable. Prints "fatal error: …", the stacks, exit code 2.
#[macro_export]
macro_rules! fatal {
    ($($arg:tt)*) => { $crate::panic::die_fatal(format_args!($($arg)*)) };
}

/// An invariant of the kernel; checked in the debug kernel only.
#[macro_export]
macro_rules! kassert {
    ($($arg:tt)*) => { if cfg!(feature = "debug-kernel") { assert!($($arg)*) } };
}

/// See [`throw!`].
#[cold]
pub fn die_throw(what: fmt::Arguments<'_>) -> ! {
    crate::eprint!("fatal error: {what}\n");
    super::traceback::print_for_death(true);
    sys::exit_group(2)
}

/// See [`fatal!`].
#[cold]
pub fn die_fatal(what: fmt::Arguments<'_>) -> ! {
    crate::eprint!("fatal error: {what}\n");
    super::traceback::print_for_death(false);
    sys::exit_group(2)
}

#[cfg(not(test))]
#[panic_handler]
fn rust_panic(info: &core::panic::PanicInfo<'_>) -> ! {
    crate::eprint!("fatal error: goxide kernel: {}\n", info.message());
    if let Some(at) = info.location() {
        crate::eprint!("\tat {at}\n");
    }
    super::traceback::print_for_death(true);
    sys::exit_group(2)
}
