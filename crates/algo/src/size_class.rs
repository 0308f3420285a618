//! Size classes: how many bytes an allocation really gets.
//!
//! An object of at most 32 KiB takes one slot of a span whose slots all have the same size; larger ones take whole
//! pages. The 67 slot sizes are Go 1.25's, because programs observe them: `cap()` after `append` shows the slot.
//! Everything else (lookup table, objects per span, division magic) is computed from the sizes when the crate compiles.
//!
//! S1  Class 0 means "larger than any class"; it has no slot size.
//! S2  `class_of(n)` is the smallest class with at least n bytes.
//! S3  For every offset inside a span, `obj_index` equals the true quotient (tested exhaustively).

/// Bytes of a heap page.
pub const PAGE_BYTES: usize = 8192;
/// The largest slot; above it an object gets pages of its own.
pub const MAX_SMALL_BYTES: usize = 32768;
/// A word in front of an object, where stock Go keeps the type of a larger object that holds pointers.
pub const HEADER_BYTES: usize = 8;
/// The largest object with pointers that needs no header.
pub const MAX_HEADERLESS_BYTES: usize = 512;

const COUNT: usize = 68;

/// (bytes per slot, pages per span)
#[rustfmt::skip]
const CLASSES: [(u16, u8); COUNT] = [
    (0, 0),
    (8, 1), (16, 1), (24, 1), (32, 1), (48, 1), (64, 1), (80, 1), (96, 1), (112, 1), (128, 1),
    (144, 1), (160, 1), (176, 1), (192, 1), (208, 1), (224, 1), (240, 1), (256, 1), (288, 1), (320, 1),
    (352, 1), (384, 1), (416, 1), (448, 1), (480, 1), (512, 1), (576, 1), (640, 1), (704, 1), (768, 1),
    (896, 1), (1024, 1), (1152, 1), (1280, 1), (1408, 2), (1536, 1), (1792, 2), (2048, 1), (2304, 2), (2688, 1),
    (3072, 3), (3200, 2), (3456, 3), (4096, 1), (4864, 3), (5376, 2), (6144, 3), (6528, 4), (6784, 5), (6912, 6),
    (8192, 1), (9472, 7), (9728, 6), (10240, 5), (10880, 4), (12288, 3), (13568, 5), (14336, 7), (16384, 2),
    (18432, 9), (19072, 7), (20480, 5), (21760, 8), (24576, 3), (27264, 10), (28672, 7), (32768, 4),
];

/// What the allocator asks about a class, side by side: one cache line answers it.
#[derive(Clone, Copy)]
struct Facts {
    /// ceil(2^32 / bytes): multiplying and dropping 32 bits divides by `bytes` (S3).
    magic: u32,
    bytes: u16,
    objects: u16,
    pages: u8,
}

static FACTS: [Facts; COUNT] = {
    let mut facts = [Facts {
        magic: 0,
        bytes: 0,
        objects: 0,
        pages: 0,
    }; COUNT];
    let mut c = 1;
    while c < COUNT {
        let (bytes, pages) = CLASSES[c];
        facts[c] = Facts {
            magic: u32::MAX / bytes as u32 + 1,
            bytes,
            objects: (pages as usize * PAGE_BYTES / bytes as usize) as u16,
            pages,
        };
        c += 1;
    }
    facts
};

// Sizes up to 1 KiB are looked up in steps of 8, larger ones in steps of 128, in one table.
const FINE_MAX: usize = 1024;
const SLOTS: usize = FINE_MAX / 8 + (MAX_SMALL_BYTES - FINE_MAX) / 128 + 1;

const fn slot(bytes: usize) -> usize {
    if bytes <= FINE_MAX {
        bytes.div_ceil(8)
    } else {
        FINE_MAX / 8 + (bytes - FINE_MAX).div_ceil(128)
    }
}

static CLASS_OF_SLOT: [u8; SLOTS] = {
    let mut table = [0; SLOTS];
    let (mut s, mut c) = (0, 1);
    while s < SLOTS {
        let largest = if s <= FINE_MAX / 8 {
            s * 8
        } else {
            FINE_MAX + (s - FINE_MAX / 8) * 128
        };
        if largest > CLASSES[c].0 as usize {
            c += 1;
        }
        table[s] = c as u8;
        s += 1;
    }
    table
};

/// One of Go's 68 size classes; 0 stands for "larger than 32 KiB".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct SizeClass(u8);

impl SizeClass {
    /// How many classes there are, class 0 included.
    pub const COUNT: u8 = COUNT as u8;
    /// The class of objects that have pages of their own.
    pub const LARGE: Self = Self(0);

    /// The class with this number, for tables that are indexed by class.
    pub const fn from_index(index: usize) -> Self {
        assert!(index < COUNT);
        Self(index as u8)
    }

    /// The smallest class with at least `bytes` bytes (S2); 0 bytes count as 1.
    ///
    /// # Panics
    /// Above [`MAX_SMALL_BYTES`].
    #[inline]
    pub fn of(bytes: usize) -> Self {
        Self(CLASS_OF_SLOT[slot(bytes)])
    }

    /// Position in tables that are indexed by class.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Bytes of a slot; 0 for [`SizeClass::LARGE`].
    #[inline]
    pub fn bytes(self) -> usize {
        FACTS[self.index()].bytes as usize
    }

    /// Pages of a span.
    #[inline]
    pub fn pages(self) -> usize {
        FACTS[self.index()].pages as usize
    }

    /// Slots of a span.
    #[inline]
    pub fn objects(self) -> usize {
        FACTS[self.index()].objects as usize
    }

    /// The multiplier that [`obj_index`] uses; the kernel keeps a copy in the span.
    #[inline]
    pub fn div_magic(self) -> u32 {
        FACTS[self.index()].magic
    }
}

/// Size class plus "objects hold no pointers". Pointer-free classes are the upper half: the marker's tables end at
/// [`SizeClass::COUNT`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct SpanClass(u8);

impl SpanClass {
    /// How many span classes there are.
    pub const COUNT: u8 = 2 * SizeClass::COUNT;

    /// The span class of objects of class `class` with (`noscan == false`) or without pointers.
    #[inline]
    pub const fn new(class: SizeClass, noscan: bool) -> Self {
        Self(class.0 + noscan as u8 * SizeClass::COUNT)
    }

    /// The span class with this number, for tables that are indexed by span class.
    pub const fn from_index(index: usize) -> Self {
        assert!(index < Self::COUNT as usize);
        Self(index as u8)
    }

    /// Position in tables that are indexed by span class.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Do the objects hold no pointers?
    #[inline]
    pub const fn noscan(self) -> bool {
        self.0 >= SizeClass::COUNT
    }

    /// The size class alone.
    #[inline]
    pub const fn size_class(self) -> SizeClass {
        SizeClass(self.0 - self.noscan() as u8 * SizeClass::COUNT)
    }
}

const _: () = {
    assert!(
        SpanClass::COUNT as usize == 2 * COUNT,
        "SpanClass is one byte"
    );
    assert!(CLASSES[COUNT - 1].0 as usize == MAX_SMALL_BYTES);
    assert!(size_of::<Facts>() == 12);
    let mut c = 1;
    while c < COUNT {
        assert!(CLASSES[c - 1].0 < CLASSES[c].0, "classes grow");
        assert!(CLASSES[c].0.is_multiple_of(8), "slots keep words aligned");
        assert!(
            CLASSES[c].0 as usize <= FINE_MAX || CLASSES[c].0.is_multiple_of(128),
            "a lookup step ends at each class"
        );
        assert!(
            CLASSES[c].1 as usize * PAGE_BYTES / CLASSES[c].0 as usize <= 1024,
            "object indices have ten bits"
        );
        c += 1;
    }
};

/// Which object of a span of class `class` holds the byte at `offset` from the span's start?
#[inline]
pub fn obj_index(offset: usize, class: SizeClass) -> usize {
    obj_index_by_magic(offset, class.div_magic())
}

/// [`obj_index`] with the multiplier at hand. A span has at most 80 KiB, so the product stays far below 2^64.
#[inline]
pub const fn obj_index_by_magic(offset: usize, magic: u32) -> usize {
    ((offset as u64 * magic as u64) >> 32) as usize
}

/// Does stock Go put a header in front of such an object? It then takes [`HEADER_BYTES`] more.
#[inline]
pub const fn has_header(bytes: usize, noscan: bool) -> bool {
    !noscan && bytes > MAX_HEADERLESS_BYTES && bytes <= MAX_SMALL_BYTES - HEADER_BYTES
}

/// How many bytes a Go program can use when it asks for `bytes`: what `append` turns into capacity.
///
/// The observable rule: a slot, less its header where there is one; beyond the last slot that leaves room for a
/// header, whole pages. A size whose pages would overflow comes back unchanged, as the caller reports it anyway.
#[inline]
pub fn round_up_size(bytes: usize, noscan: bool) -> usize {
    if bytes > MAX_SMALL_BYTES - HEADER_BYTES {
        return bytes.checked_next_multiple_of(PAGE_BYTES).unwrap_or(bytes);
    }
    if bytes == 0 {
        return 0;
    }
    let header = if has_header(bytes, noscan) {
        HEADER_BYTES
    } else {
        0
    };
    SizeClass::of(bytes + header).bytes() - header
}

/// The capacity that `append` aims at, before rounding up to a slot: for a slice of capacity `old_cap` that must hold
/// `new_len` elements.
///
/// The published rule: twice the old capacity while that is small, then growth that falls smoothly from 2x to 1.25x.
/// A request beyond twice the capacity is taken as it is. `new_len` exceeds `old_cap`, or append would not grow.
pub fn grow_cap(new_len: usize, old_cap: usize) -> usize {
    const SMALL: usize = 256;
    if new_len > old_cap.saturating_mul(2) {
        return new_len;
    }
    if old_cap < SMALL {
        return old_cap * 2;
    }
    let mut cap = old_cap;
    while cap < new_len {
        cap = cap.saturating_add((cap + 3 * SMALL) / 4);
    }
    if cap > isize::MAX as usize {
        new_len
    } else {
        cap
    }
}

/// The capacity after an `append` that had to grow, or `None` if the array would exceed `max_bytes`.
///
/// Elements of no size need no memory: their capacity is the length asked for.
pub fn append_cap(
    new_len: usize,
    old_cap: usize,
    elem_bytes: usize,
    noscan: bool,
    max_bytes: usize,
) -> Option<usize> {
    if elem_bytes == 0 {
        return Some(new_len);
    }
    let wanted = grow_cap(new_len, old_cap).checked_mul(elem_bytes)?;
    let usable = round_up_size(wanted, noscan);
    (wanted <= max_bytes && usable <= max_bytes).then(|| usable / elem_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> impl Iterator<Item = SizeClass> {
        (1..COUNT).map(SizeClass::from_index)
    }

    #[test]
    fn class_is_the_smallest_that_fits() {
        for bytes in 1..=MAX_SMALL_BYTES {
            let expected = classes().find(|c| c.bytes() >= bytes).unwrap();
            assert_eq!(SizeClass::of(bytes), expected, "{bytes} bytes");
        }
    }

    #[test]
    fn magic_division_is_exact_for_every_offset_of_every_span() {
        for c in classes() {
            for offset in 0..c.pages() * PAGE_BYTES {
                assert_eq!(
                    obj_index(offset, c),
                    offset / c.bytes(),
                    "offset {offset} in {c:?}"
                );
            }
        }
    }

    #[test]
    fn span_class_keeps_both_parts() {
        for (c, noscan) in classes()
            .chain([SizeClass::LARGE])
            .flat_map(|c| [(c, false), (c, true)])
        {
            let span = SpanClass::new(c, noscan);
            assert_eq!((span.size_class(), span.noscan()), (c, noscan));
            assert_eq!(SpanClass::from_index(span.index()), span);
        }
    }

    #[test]
    fn header_costs_a_word_only_between_512_bytes_and_32_kib() {
        assert_eq!(round_up_size(512, false), 512);
        assert_eq!(round_up_size(513, false), 568);
        assert_eq!(round_up_size(513, true), 576);
        assert_eq!(
            round_up_size(MAX_SMALL_BYTES - 8, false),
            MAX_SMALL_BYTES - 8
        );
        assert_eq!(round_up_size(MAX_SMALL_BYTES - 7, false), MAX_SMALL_BYTES);
        assert_eq!(
            round_up_size(MAX_SMALL_BYTES + 1, true),
            MAX_SMALL_BYTES + PAGE_BYTES
        );
        assert_eq!(
            (round_up_size(0, true), round_up_size(usize::MAX, true)),
            (0, usize::MAX)
        );
    }

    #[test]
    fn huge_growth_neither_wraps_nor_shrinks() {
        let max = isize::MAX as usize;
        assert_eq!(grow_cap(max, max - 1), max);
        assert_eq!(append_cap(max, max - 1, 8, true, 1 << 48), None);
        assert_eq!(append_cap(max, max - 1, 0, true, 1 << 48), Some(max));
    }

    proptest::proptest! {
        #[test]
        fn prop_rounding_never_loses_bytes_and_is_stable(bytes in 0usize..200_000, noscan: bool) {
            let usable = round_up_size(bytes, noscan);
            proptest::prop_assert!(usable >= bytes);
            proptest::prop_assert_eq!(round_up_size(usable, noscan), usable);
        }

        #[test]
        fn prop_append_makes_room(old_cap in 0usize..1 << 20, more in 1usize..1 << 20, elem in 1usize..300) {
            let cap = append_cap(old_cap + more, old_cap, elem, true, 1 << 48).unwrap();
            proptest::prop_assert!(cap >= old_cap + more);
        }
    }
}
