//! Which methods a concrete type brings for an interface type.

use super::Type;

/// `abi.ITab`: method table of a (interface type, concrete type) pair. Immortal.
#[repr(C)]
pub struct Itab {
    /// Interface type.
    pub inter: *const super::InterfaceType,
    /// Concrete type.
    pub typ: *const Type,
    /// Copy of `typ.hash`, for type switches.
    pub hash: u32,
    /// Method code addresses in the interface's order start here; the first is 0 if the type does not implement it.
    pub fun: [usize; 1],
}
