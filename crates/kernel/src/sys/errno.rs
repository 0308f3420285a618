//! Error numbers.

/// A Linux error number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Errno(pub i32);

impl Errno {
    /// Interrupted by a signal.
    pub const EINTR: Self = Self(4);
    /// Invalid argument.
    pub const EINVAL: Self = Self(22);
    /// Out of memory or over a limit.
    pub const ENOMEM: Self = Self(12);
    /// Try again.
    pub const EAGAIN: Self = Self(11);
    /// The system call is unknown.
    pub const ENOSYS: Self = Self(38);
    /// Not an open descriptor.
    pub const EBADF: Self = Self(9);
    /// Already there.
    pub const EEXIST: Self = Self(17);
    /// Not permitted for this kind of file.
    pub const EPERM: Self = Self(1);

    /// Splits a raw result into value and error.
    pub fn check(raw: isize) -> Result<usize, Self> {
        if (-4095..0).contains(&raw) {
            Err(Self(-raw as i32))
        } else {
            Ok(raw as usize)
        }
    }
}
