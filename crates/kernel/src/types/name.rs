//! Encoded names: flag byte, length, bytes, then optionally a tag and a package path.

use super::Type;
use super::offsets::name_at;

const FLAG_EXPORTED: u8 = 1;
const FLAG_TAG: u8 = 2;
const FLAG_PKG_PATH: u8 = 4;

/// A name as compiler or reflect encoded it. Immortal or kept alive by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name(*const u8);

impl Name {
    /// A name at an address that a type descriptor holds; null for none.
    pub(super) fn at(ptr: *const u8) -> Self {
        Self(ptr)
    }
    /// Whether there is no name.
    pub fn is_empty(self) -> bool {
        self.0.is_null()
    }
    /// Whether other packages may use it.
    pub fn is_exported(self) -> bool {
        self.flags() & FLAG_EXPORTED != 0
    }
    /// The text.
    pub fn bytes(self) -> &'static [u8] {
        if self.is_empty() {
            return &[];
        }
        let (len, start) = self.varint(1);
        // SAFETY: the encoding says that `len` bytes follow.
        unsafe { core::slice::from_raw_parts(self.0.add(start), len) }
    }
    /// The package path of an unexported name, if it is part of the encoding.
    pub fn pkg_path(self) -> Self {
        if self.flags() & FLAG_PKG_PATH == 0 {
            return Self::at(core::ptr::null());
        }
        let (len, start) = self.varint(1);
        let mut at = start + len;
        if self.flags() & FLAG_TAG != 0 {
            let (len, start) = self.varint(at);
            at = start + len;
        }
        // SAFETY: the flag says that a four-byte name offset follows.
        let off = unsafe { self.0.add(at).cast::<i32>().read_unaligned() };
        name_at(self.0 as usize, off)
    }
    fn flags(self) -> u8 {
        if self.is_empty() {
            return 0;
        }
        // SAFETY: a name begins with its flag byte.
        unsafe { *self.0 }
    }
    /// The number encoded at byte `at`, and where the bytes behind it begin.
    fn varint(self, mut at: usize) -> (usize, usize) {
        let (mut value, mut shift) = (0, 0);
        loop {
            // SAFETY: the encoder ended the number with a byte below 0x80.
            let byte = unsafe { *self.0.add(at) };
            value |= usize::from(byte & 0x7f) << shift;
            at += 1;
            if byte < 0x80 {
                return (value, at);
            }
            shift += 7;
        }
    }
}

/// The name of a type as `%T` prints it.
pub fn type_name(typ: &Type) -> &'static str {
    let bytes = name_at(typ as *const Type as usize, typ.str_off).bytes();
    let skip = usize::from(typ.has_extra_star() && !bytes.is_empty());
    core::str::from_utf8(&bytes[skip..]).unwrap_or("?")
}

/// The path of the package that a named type belongs to; empty for other types.
pub fn package_path(typ: &Type) -> &'static str {
    let Some(uncommon) = typ.uncommon().filter(|_| typ.is_named()) else {
        return "";
    };
    let path = name_at(typ as *const Type as usize, uncommon.pkg_path);
    if path.is_empty() {
        return "";
    }
    core::str::from_utf8(path.bytes()).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(bytes: &'static [u8]) -> (bool, &'static [u8], bool) {
        let name = Name::at(bytes.as_ptr());
        (name.is_exported(), name.bytes(), name.pkg_path().is_empty())
    }

    #[test]
    fn names_are_read_with_and_without_tag() {
        assert_eq!(exported(b"\x01\x03Abc"), (true, &b"Abc"[..], true));
        assert_eq!(exported(b"\x02\x01x\x04tag!"), (false, &b"x"[..], true));
        assert_eq!(Name::at(core::ptr::null()).bytes(), b"");
    }

    #[test]
    fn long_names_have_two_length_bytes() {
        let mut bytes = vec![1, 0x80 | 0x2c, 0x02];
        bytes.extend([b'n'; 300]);
        assert_eq!(Name::at(bytes.as_ptr()).bytes(), [b'n'; 300]);
    }
}
