//! The run-time half of Go's type system: descriptors the compiler lays out, itabs, assertions, offsets.

mod rtype;

pub use rtype::{ChanType, FuncVal, GoSlice, GoString, Kind, Type};
