//! Entries of the type system: thin, unpack the argument words and call `types`.

use crate::types::{self, InterfaceType, Itab, Type};
use core::ptr::null;

/// The itab of a pair, null if the type does not implement the interface.
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

/// The pointer mask of a type.
#[unsafe(no_mangle)]
pub extern "C" fn gx_kgcmask(typ: &Type) -> *const u8 {
    types::gc_mask(typ)
}
