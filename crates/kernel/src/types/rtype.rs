//! Type descriptors as `internal/abi` lays them out (Go 1.25).

/// `abi.Type`: what every type descriptor begins with. Immortal: in the binary, or kept alive by reflect.
#[repr(C)]
pub struct Type {
    /// Bytes of a value.
    pub size: usize,
    /// Bytes of the prefix that can hold pointers; 0: none.
    pub ptr_bytes: usize,
    /// Hash of the type.
    pub hash: u32,
    /// `TFLAG_*`.
    pub tflag: u8,
    /// Alignment of a variable.
    pub align: u8,
    /// Alignment of a field.
    pub field_align: u8,
    /// Kind in the low five bits.
    pub kind: u8,
    /// Equality function value, 0 if not comparable.
    pub equal: usize,
    /// Pointer mask, or the cell of one built on demand.
    pub gc_data: *const u8,
    /// Name offset.
    pub str_off: i32,
    /// Type offset of the pointer to this type.
    pub ptr_to_this: i32,
}

/// The type has an [`UncommonType`].
pub const TFLAG_UNCOMMON: u8 = 1;
/// The type's name is stored with a `*` in front.
pub const TFLAG_EXTRA_STAR: u8 = 2;
/// `gc_data` names a cell that is filled on first use.
pub const TFLAG_GC_MASK_ON_DEMAND: u8 = 16;
/// The type has a name.
const TFLAG_NAMED: u8 = 4;
/// Bit of `kind`: see [`Type::is_direct`].
const KIND_DIRECT: u8 = 1 << 5;

/// Kinds, as `reflect` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Kind(pub u8);

#[allow(missing_docs)]
impl Kind {
    pub const ARRAY: Self = Self(17);
    pub const CHAN: Self = Self(18);
    pub const FUNC: Self = Self(19);
    pub const INTERFACE: Self = Self(20);
    pub const MAP: Self = Self(21);
    pub const POINTER: Self = Self(22);
    pub const SLICE: Self = Self(23);
    pub const STRING: Self = Self(24);
    pub const STRUCT: Self = Self(25);
    pub const UNSAFE_POINTER: Self = Self(26);
}

impl Type {
    /// Whether the type has a name.
    pub fn is_named(&self) -> bool {
        self.tflag & TFLAG_NAMED != 0
    }
    /// Whether an interface's data word is the value itself.
    pub fn is_direct(&self) -> bool {
        self.kind & KIND_DIRECT != 0
    }
    /// The kind.
    pub fn kind(&self) -> Kind {
        Kind(self.kind & 31)
    }
    /// Whether values hold no pointers.
    pub fn noscan(&self) -> bool {
        self.ptr_bytes == 0
    }
    /// Whether the stored name begins with a `*` that is not part of it.
    pub fn has_extra_star(&self) -> bool {
        self.tflag & TFLAG_EXTRA_STAR != 0
    }
    /// Package and methods of a type that has any.
    pub fn uncommon(&self) -> Option<&UncommonType> {
        if self.tflag & TFLAG_UNCOMMON == 0 {
            return None;
        }
        let prefix = match self.kind() {
            Kind::STRUCT => size_of::<StructType>(),
            Kind::INTERFACE => size_of::<InterfaceType>(),
            Kind::ARRAY => size_of::<ArrayType>(),
            Kind::MAP => MAP_TYPE_BYTES,
            Kind::CHAN => size_of::<ChanType>(),
            Kind::POINTER | Kind::SLICE | Kind::FUNC => size_of::<Type>() + 8,
            _ => size_of::<Type>(),
        };
        // SAFETY: the flag says that the record follows the part that the kind adds.
        Some(unsafe { &*(self as *const Type).byte_add(prefix).cast() })
    }
}

/// Bytes of `abi.SwissMapType`.
const MAP_TYPE_BYTES: usize = 112;

/// `abi.ArrayType`.
#[repr(C)]
pub struct ArrayType {
    /// Common part.
    pub typ: Type,
    /// Element type.
    pub elem: *const Type,
    /// Slice of the element type.
    pub slice: *const Type,
    /// Number of elements.
    pub len: usize,
}

/// `abi.StructField`.
#[repr(C)]
pub struct StructField {
    /// Encoded name.
    pub name: *const u8,
    /// Type.
    pub typ: *const Type,
    /// Bytes from the start of the struct.
    pub offset: usize,
}

/// `abi.StructType`.
#[repr(C)]
pub struct StructType {
    /// Common part.
    pub typ: Type,
    /// Encoded name of the package path, or null.
    pub pkg_path: *const u8,
    fields: *const StructField,
    nfields: usize,
    _cap: usize,
}

impl StructType {
    /// The fields in order.
    pub fn fields(&self) -> &[StructField] {
        if self.nfields == 0 {
            return &[];
        }
        // SAFETY: compiler or reflect wrote address and length of the field table, which lives as long as the type.
        unsafe { core::slice::from_raw_parts(self.fields, self.nfields) }
    }
}

/// `abi.UncommonType`.
#[repr(C)]
pub struct UncommonType {
    /// Name offset of the package path.
    pub pkg_path: i32,
    /// Number of methods.
    pub mcount: u16,
    /// Number of exported methods.
    pub xcount: u16,
    moff: u32,
    _unused: u32,
}

impl UncommonType {
    /// The methods, sorted by name.
    pub fn methods(&self) -> &[Method] {
        // SAFETY: `mcount` records lie `moff` bytes behind this one, by the compiler's or reflect's hand.
        unsafe {
            let first = (self as *const Self).byte_add(self.moff as usize).cast();
            core::slice::from_raw_parts(first, self.mcount.into())
        }
    }
}

/// `abi.Method`.
#[repr(C)]
pub struct Method {
    /// Name offset.
    pub name: i32,
    /// Type offset of the signature.
    pub mtyp: i32,
    /// Text offset of the code that interface calls use.
    pub ifn: i32,
    /// Text offset of the code that direct calls use.
    pub tfn: i32,
}

/// `abi.ChanType`.
#[repr(C)]
pub struct ChanType {
    /// Common part.
    pub typ: Type,
    /// Element type.
    pub elem: *const Type,
    /// Direction bits.
    pub dir: usize,
}

/// One method of an interface type: offsets of its name and type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Imethod {
    /// Name offset.
    pub name: i32,
    /// Type offset.
    pub typ: i32,
}

/// `abi.InterfaceType`. Methods are sorted by name.
#[repr(C)]
pub struct InterfaceType {
    /// Common part.
    pub typ: Type,
    /// Encoded name of the package path, or null.
    pub pkg_path: *const u8,
    methods: *const Imethod,
    nmethods: usize,
    _cap: usize,
}

impl InterfaceType {
    /// The methods, sorted by name.
    pub fn methods(&self) -> &[Imethod] {
        if self.nmethods == 0 {
            return &[];
        }
        // SAFETY: compiler or reflect wrote the address and length of the method table, which lives as long as the type.
        unsafe { core::slice::from_raw_parts(self.methods, self.nmethods) }
    }
}

/// A func value points here: code, then captured variables.
#[repr(C)]
pub struct FuncVal {
    /// Code address.
    pub code: usize,
}

/// A Go string.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GoString {
    /// First byte.
    pub ptr: *const u8,
    /// Bytes.
    pub len: usize,
}

impl GoString {
    /// The bytes, if they are text.
    pub fn as_str(&self) -> &'static str {
        if self.len == 0 {
            return "";
        }
        // SAFETY: a Go string of the binary, or of who loaded a module, which both stay.
        let bytes = unsafe { core::slice::from_raw_parts(self.ptr, self.len) };
        core::str::from_utf8(bytes).unwrap_or("?")
    }
}

/// A Go slice.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GoSlice {
    /// First element.
    pub ptr: *mut u8,
    /// Elements.
    pub len: usize,
    /// Elements there is room for.
    pub cap: usize,
}
