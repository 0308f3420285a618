//! Microarchitecture levels of the x86-64 psABI: what GOAMD64=v2, v3, v4 let the compiler use.

use core::arch::asm;
use core::arch::x86_64::{__cpuid, __cpuid_count};

const fn bits<const N: usize>(at: [u32; N]) -> u32 {
    let (mut mask, mut i) = (0, 0);
    while i < N {
        mask |= 1 << at[i];
        i += 1;
    }
    mask
}

/// Leaf 1, ECX: SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT.
const V2_LEAF_1_ECX: u32 = bits([0, 9, 13, 19, 20, 23]);
/// Leaf 0x8000_0001, ECX: LAHF and SAHF.
const V2_EXTENDED_ECX: u32 = bits([0]);
/// Leaf 1, ECX: FMA, MOVBE, OSXSAVE, AVX, F16C.
const V3_LEAF_1_ECX: u32 = bits([12, 22, 27, 28, 29]);
/// Leaf 0x8000_0001, ECX: LZCNT.
const V3_EXTENDED_ECX: u32 = bits([5]);
/// Leaf 7, EBX: BMI1, AVX2, BMI2.
const V3_LEAF_7_EBX: u32 = bits([3, 5, 8]);
/// Leaf 7, EBX: AVX512 F, DQ, CD, BW, VL.
const V4_LEAF_7_EBX: u32 = bits([16, 17, 28, 30, 31]);
/// XCR0: the system saves SSE and AVX registers; and those of AVX-512.
const XCR0_AVX: u32 = bits([1, 2]);
const XCR0_AVX512: u32 = bits([5, 6, 7]);

/// What the processor and the system say.
#[derive(Clone, Copy)]
struct Features {
    leaf_1_ecx: u32,
    leaf_7_ebx: u32,
    extended_ecx: u32,
    xcr0: u32,
}

impl Features {
    fn here() -> Self {
        let leaf_1_ecx = __cpuid(1).ecx;
        let saves = leaf_1_ecx & bits([27]) != 0;
        Self {
            leaf_1_ecx,
            leaf_7_ebx: match __cpuid(0).eax {
                0..7 => 0,
                _ => __cpuid_count(7, 0).ebx,
            },
            extended_ecx: match __cpuid(0x8000_0000).eax {
                0..=0x8000_0000 => 0,
                _ => __cpuid(0x8000_0001).ecx,
            },
            xcr0: if saves { xcr0() } else { 0 },
        }
    }

    fn has(&self, level: u32) -> bool {
        let ones = |word: u32, mask: u32| word & mask == mask;
        let v2 =
            || ones(self.leaf_1_ecx, V2_LEAF_1_ECX) && ones(self.extended_ecx, V2_EXTENDED_ECX);
        let v3 = || {
            ones(self.leaf_1_ecx, V3_LEAF_1_ECX)
                && ones(self.extended_ecx, V3_EXTENDED_ECX)
                && ones(self.leaf_7_ebx, V3_LEAF_7_EBX)
                && ones(self.xcr0, XCR0_AVX)
        };
        let v4 = || ones(self.leaf_7_ebx, V4_LEAF_7_EBX) && ones(self.xcr0, XCR0_AVX512);
        (level < 2 || v2()) && (level < 3 || v3()) && (level < 4 || v4())
    }
}

/// Low half of extended control register 0.
fn xcr0() -> u32 {
    let low: u32;
    // SAFETY: XGETBV only reads; the caller has seen OSXSAVE, without which it is an illegal instruction.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack, preserves_flags));
    }
    low
}

/// Whether this processor, under this system, runs programs of level 1 to 4.
pub fn has_level(level: u32) -> bool {
    Features::here().has(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Features = Features {
        leaf_1_ecx: u32::MAX,
        leaf_7_ebx: u32::MAX,
        extended_ecx: u32::MAX,
        xcr0: u32::MAX,
    };

    #[test]
    fn every_level_needs_its_own_and_those_below() {
        assert!((1..=4).all(|level| ALL.has(level)));
        let no_avx512 = Features {
            leaf_7_ebx: !bits([31]),
            ..ALL
        };
        assert!(no_avx512.has(3) && !no_avx512.has(4));
        let system_saves_none = Features { xcr0: 0, ..ALL };
        assert!(system_saves_none.has(2) && !system_saves_none.has(3));
        let no_popcnt = Features {
            leaf_1_ecx: !bits([23]),
            ..ALL
        };
        assert!(no_popcnt.has(1) && [2, 3, 4].iter().all(|&level| !no_popcnt.has(level)));
    }

    #[test]
    fn this_processor_agrees_with_std() {
        assert_eq!(
            has_level(3),
            std::is_x86_feature_detected!("avx2")
                && std::is_x86_feature_detected!("bmi1")
                && std::is_x86_feature_detected!("bmi2")
                && std::is_x86_feature_detected!("fma")
                && std::is_x86_feature_detected!("f16c")
                && std::is_x86_feature_detected!("lzcnt")
                && std::is_x86_feature_detected!("movbe")
        );
    }
}
