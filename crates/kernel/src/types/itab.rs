//! Which methods a concrete type brings for an interface type.
//!
//! All itabs are in one open-addressing table by (interface, type). Readers take no lock: slots go from null to an
//! itab once, with Release, and a table that is too full is replaced by a copy. Old tables stay, since a reader may
//! still probe one; what it misses there it looks up again under the lock. That a type does not implement an interface
//! is an itab too.

use super::offsets::{name_at, text_at, type_at};
use super::rtype::{Imethod, Method, Type, UncommonType};
use super::{InterfaceType, module};
use crate::mem::meta;
use crate::prim::{Lock, Rank};
use core::mem::offset_of;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering::*};

/// `abi.ITab`: method table of a (interface type, concrete type) pair. Immortal.
#[repr(C)]
pub struct Itab {
    /// Interface type.
    pub inter: *const InterfaceType,
    /// Concrete type.
    pub typ: *const Type,
    /// Copy of `typ.hash`, for type switches.
    pub hash: u32,
    /// Method code addresses in the interface's order start here; the first is 0 if the type does not implement it.
    pub fun: [usize; 1],
}

const _: () = assert!(offset_of!(Itab, fun) == 24);

struct Table {
    mask: usize,
    slots: *const AtomicPtr<Itab>,
}

/// The table in use. Release on replacement, Acquire in readers: the slots are visible.
static TABLE: AtomicPtr<Table> = AtomicPtr::new(null_mut());
/// Number of itabs. Whoever adds one holds the lock.
static COUNT: Lock<usize> = Lock::new(Rank::Itab, 0);

impl Table {
    fn with_room(slots: usize) -> *mut Table {
        let table = meta::alloc(size_of::<Table>(), align_of::<Table>()).cast::<Table>();
        let memory = meta::alloc(slots * size_of::<AtomicPtr<Itab>>(), 64);
        // SAFETY: fresh memory of the right size; zeroed slots are null pointers.
        unsafe {
            table.write(Table {
                mask: slots - 1,
                slots: memory.cast(),
            })
        };
        table
    }
    fn slot(&self, i: usize) -> &AtomicPtr<Itab> {
        // SAFETY: the table has `mask + 1` slots.
        unsafe { &*self.slots.add(i & self.mask) }
    }
    /// The itab of the pair, if it is here.
    #[inline]
    fn find(&self, inter: &InterfaceType, typ: &Type) -> Option<&'static Itab> {
        let mut i = start(inter, typ);
        loop {
            let tab = self.slot(i).load(Acquire);
            if tab.is_null() {
                return None;
            }
            // SAFETY: itabs are immortal, and complete before they are stored in a slot.
            let tab = unsafe { &*tab };
            if core::ptr::eq(tab.inter, inter) && core::ptr::eq(tab.typ, typ) {
                return Some(tab);
            }
            i += 1;
        }
    }
    /// Stores an itab that is not here. The lock is held, and there is room.
    fn put(&self, tab: *mut Itab) {
        // SAFETY: the caller passes a complete itab; its types are alive.
        let mut i = unsafe { start(&*(*tab).inter, &*(*tab).typ) };
        while !self.slot(i).load(Relaxed).is_null() {
            i += 1;
        }
        self.slot(i).store(tab, Release);
    }
}

fn start(inter: &InterfaceType, typ: &Type) -> usize {
    let pair = u64::from(inter.typ.hash) << 32 | u64::from(typ.hash);
    (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

fn table() -> &'static Table {
    // SAFETY: `init` stored the first table before any other thread existed; tables are immortal.
    unsafe { &*TABLE.load(Acquire) }
}

/// Puts the compiler's itabs into the table.
pub(super) fn init() {
    let links = module().itablinks.as_slice();
    TABLE.store(
        Table::with_room((links.len() * 3).next_power_of_two().max(512)),
        Release,
    );
    let mut count = COUNT.lock();
    for &tab in links {
        table().put(tab.cast_mut());
    }
    *count = links.len();
}

/// Calls `f` with every itab of a type that implements the interface. World stopped.
pub fn for_each_itab(mut f: impl FnMut(&Itab)) {
    for i in 0..=table().mask {
        // SAFETY: null or an itab; itabs are immortal.
        if let Some(tab) = unsafe { table().slot(i).load(Acquire).as_ref() }
            && tab.fun[0] != 0
        {
            f(tab);
        }
    }
}

/// The itab of a pair; its `fun[0]` is 0 if `typ` does not implement `inter`. Built and remembered if it is new.
pub fn find_itab(inter: &InterfaceType, typ: &Type) -> &'static Itab {
    if let Some(tab) = table().find(inter, typ) {
        return tab;
    }
    let mut count = COUNT.lock();
    if let Some(tab) = table().find(inter, typ) {
        return tab; // another M was faster, or the table was replaced
    }
    let tab = build(inter, typ);
    *count += 1;
    if *count * 4 > (table().mask + 1) * 3 {
        replace_table();
    }
    table().put(tab);
    // SAFETY: just built, and immortal.
    unsafe { &*tab }
}

fn replace_table() {
    let old = table();
    let fresh = Table::with_room((old.mask + 1) * 2);
    for i in 0..=old.mask {
        let tab = old.slot(i).load(Relaxed);
        if !tab.is_null() {
            // SAFETY: the fresh table is ours until it is published.
            unsafe { (*fresh).put(tab) };
        }
    }
    TABLE.store(fresh, Release);
}

fn build(inter: &InterfaceType, typ: &Type) -> *mut Itab {
    let n = inter.methods().len();
    let tab = meta::alloc(offset_of!(Itab, fun) + n.max(1) * size_of::<usize>(), 8).cast::<Itab>();
    // SAFETY: fresh zeroed memory with room for `n` method words.
    unsafe {
        (*tab).inter = inter;
        (*tab).typ = typ;
        (*tab).hash = typ.hash;
        let fun = tab.byte_add(offset_of!(Itab, fun)).cast::<usize>();
        if match_methods(inter, typ, |i, code| fun.add(i).write(code)).is_some() {
            fun.write(0);
        }
    }
    tab
}

/// Index of the first method of `inter` that `typ` lacks, if there is one.
pub fn missing_method(inter: &InterfaceType, typ: &Type) -> Option<usize> {
    match_methods(inter, typ, |_, _| {})
}

/// Walks both method lists, which are sorted alike, once. Calls `found` with each method's code; stops at the first
/// that is missing and returns its index.
fn match_methods(
    inter: &InterfaceType,
    typ: &Type,
    mut found: impl FnMut(usize, usize),
) -> Option<usize> {
    let uncommon = typ.uncommon();
    let mut have = uncommon.map_or(&[][..], UncommonType::methods).iter();
    for (i, want) in inter.methods().iter().enumerate() {
        let Some(method) = have
            .by_ref()
            .find(|m| is_method(inter, want, typ, uncommon, m))
        else {
            return Some(i);
        };
        found(i, text_at(typ as *const Type as usize, method.ifn));
    }
    None
}

/// Whether `have` of `typ` is the method that `inter` wants: same name, same type and, if unexported, same package.
fn is_method(
    inter: &InterfaceType,
    want: &Imethod,
    typ: &Type,
    uncommon: Option<&UncommonType>,
    have: &Method,
) -> bool {
    let (inter_at, typ_at) = (
        inter as *const InterfaceType as usize,
        typ as *const Type as usize,
    );
    let name = name_at(typ_at, have.name);
    let wanted = name_at(inter_at, want.name);
    if name != wanted && name.bytes() != wanted.bytes() {
        return false;
    }
    let want_type = type_at(inter_at, want.typ);
    if want_type.is_null() || want_type != type_at(typ_at, have.mtyp) {
        return false;
    }
    if name.is_exported() {
        return true;
    }
    let own = |path: super::Name, or: super::Name| if path.is_empty() { or } else { path };
    let have_path = own(
        name.pkg_path(),
        name_at(typ_at, uncommon.map_or(0, |u| u.pkg_path)),
    );
    let want_path = own(wanted.pkg_path(), super::Name::at(inter.pkg_path));
    have_path.bytes() == want_path.bytes()
}
