//! The run-time half of Go's type system: descriptors the compiler lays out, itabs, offsets, pointer masks.
//!
//! ```text
//!   getitab (Go) ─▶ itab: (interface, concrete type) ─▶ methods        x.(I), reflect, type switches
//!   resolve…Off  ─▶ offsets: number ─▶ name, type, code                types of the binary: base + number;
//!   gc, mem      ─▶ mask: type ─▶ which words hold pointers            types made by reflect: a registry
//! ```
//!
//! I1  Types of the binary are immortal. Types that reflect makes are kept alive by reflect's own caches and, where
//!     they have an offset, by this module's [`roots`].   I2  An itab is immortal and never changes once published.
//! Locks: `Rank::Itab`, held while an itab or an offset is added; readers of itabs take none.

mod itab;
mod mask;
mod moduledata;
mod name;
mod offsets;
mod rtype;

pub use itab::{Itab, find_itab, for_each_itab, missing_method};
pub use mask::{for_each_pointer_word, gc_mask, object_mask};
pub use moduledata::{
    FuncTab, InitTask, ModuleData, RoSlice, TextSect, godebug_default, module, try_module,
};
pub use name::{Name, package_path, type_name};
pub use offsets::{add_offset, resolve_registered, roots};
pub use rtype::{ChanType, FuncVal, GoSlice, GoString, InterfaceType, Kind, Type};

/// Reads what the linker left for the runtime. Called once by `boot`, after `mem` can serve kernel memory and before
/// any other thread exists.
pub fn init(module: *const ModuleData) {
    moduledata::set_module(module);
    moduledata::module().verify();
    itab::init();
}
