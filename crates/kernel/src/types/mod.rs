//! The run-time half of Go's type system: descriptors the compiler lays out, itabs, assertions, offsets.

mod itab;
mod moduledata;
mod rtype;

pub use itab::Itab;
pub use moduledata::{FuncTab, InitTask, ModuleData, RoSlice, TextSect, module, try_module};
pub use rtype::{ChanType, FuncVal, GoSlice, GoString, InterfaceType, Kind, Type};

/// Reads what the linker left for the runtime. Called once by `boot`, before any other thread exists.
pub fn init(module: *const ModuleData) {
    moduledata::set_module(module);
}
