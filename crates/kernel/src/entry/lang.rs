//! Entries of the type system: thin, unpack the argument words and call `types`.

use crate::types::{self, InterfaceType, Itab, Type};
use core::ptr::null;

/// The itab of a pair, null if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgetitab(inter: &InterfaceType, typ: &Type) -> *const Itab {
    let tab = types::find_itab(inter, typ);
    if tab.fun[0] == 0 { null() } else { tab }
}

/// Index of the first method that the type lacks.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kmissingmethod(inter: &InterfaceType, typ: &Type) -> usize {
    types::missing_method(inter, typ).unwrap_or(0)
}

/// The address behind an offset that `kaddreflectoff` gave out.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kreflectoff(off: usize) -> usize {
    types::resolve_registered(off as i32)
}

/// Registers an address that reflect made; returns its offset.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kaddreflectoff(addr: usize) -> usize {
    types::add_offset(addr) as u32 as usize
}

/// Which of the first `words` words of a heap object may hold pointers, one byte a word.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kobjectmask(addr: usize, out: *mut u8, words: usize) {
    // SAFETY: the Go side passes a buffer of `words` bytes.
    types::object_mask(addr, unsafe { core::slice::from_raw_parts_mut(out, words) });
}
