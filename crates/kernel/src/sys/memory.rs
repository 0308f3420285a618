//! Address space.

use super::{Errno, nr};
use crate::arch::syscall;
use core::ffi::CStr;

const PROT_NONE: usize = 0;
const PROT_READ_WRITE: usize = 3;
const MAP_PRIVATE_ANON: usize = 0x22;
const MAP_NORESERVE: usize = 0x4000;
const MAP_FIXED_NOREPLACE: usize = 0x10_0000;
/// `madvise`: give the pages back; they read as zero afterwards.
pub const DONTNEED: usize = 4;
/// `madvise`: the system may take the pages when it runs short, and until it does they keep what is in them.
pub const FREE: usize = 8;
/// `madvise`: do not use huge pages here.
pub const NOHUGEPAGE: usize = 15;

/// Maps `bytes` of zeroed read-write memory at `hint` exactly (0: anywhere). Fails rather than replacing a mapping.
pub fn mmap_at(hint: usize, bytes: usize) -> Result<usize, Errno> {
    map(hint, bytes, PROT_READ_WRITE, 0)
}

/// Reserves read-write address space that costs nothing until touched.
pub fn reserve(bytes: usize) -> Result<usize, Errno> {
    map(0, bytes, PROT_READ_WRITE, MAP_NORESERVE)
}

/// Whether `bytes` of address space could be had without memory behind it.
pub fn has_address_space(bytes: usize) -> bool {
    match map(0, bytes, PROT_NONE, MAP_NORESERVE) {
        Ok(at) => {
            munmap(at, bytes);
            true
        }
        Err(_) => false,
    }
}

fn map(hint: usize, bytes: usize, prot: usize, extra: usize) -> Result<usize, Errno> {
    let fixed = if hint != 0 { MAP_FIXED_NOREPLACE } else { 0 };
    let got = Errno::check(syscall(
        nr::MMAP,
        [
            hint,
            bytes,
            prot,
            MAP_PRIVATE_ANON | extra | fixed,
            usize::MAX,
            0,
        ],
    ))?;
    if hint != 0 && got != hint {
        // A system without MAP_FIXED_NOREPLACE (Linux < 4.17) took the address as a hint and chose another.
        munmap(got, bytes);
        return Err(Errno::EEXIST);
    }
    Ok(got)
}

/// Removes a mapping made by this module.
pub fn munmap(addr: usize, bytes: usize) {
    syscall(nr::MUNMAP, [addr, bytes, 0, 0, 0, 0]);
}

/// Advises the kernel about a range; whether it knows the advice.
pub fn madvise(addr: usize, bytes: usize, advice: usize) -> bool {
    syscall(nr::MADVISE, [addr, bytes, advice, 0, 0, 0]) == 0
}

/// Forbids or allows all access to a range.
pub fn protect(addr: usize, bytes: usize, accessible: bool) {
    let prot = if accessible {
        PROT_READ_WRITE
    } else {
        PROT_NONE
    };
    syscall(nr::MPROTECT, [addr, bytes, prot, 0, 0, 0]);
}

/// Gives a mapping a name, shown in /proc/self/maps as `[anon:NAME]`; whether the system can.
pub fn name_mapping(addr: usize, bytes: usize, name: &CStr) -> bool {
    const PR_SET_VMA: usize = 0x5356_4d41;
    const PR_SET_VMA_ANON_NAME: usize = 0;
    let name = name.as_ptr() as usize;
    let args = [PR_SET_VMA, PR_SET_VMA_ANON_NAME, addr, bytes, name, 0];
    Errno::check(syscall(nr::PRCTL, args)) != Err(Errno::EINVAL)
}
