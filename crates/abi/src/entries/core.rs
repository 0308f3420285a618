//! Entries of boot, scheduler, stacks, allocator and collector.

use super::{Entry, call, park, yields};

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[
    // mem
    yields(
        "kmallocgc",
        "(size uintptr, typ *_type, needzero bool) unsafe.Pointer",
        3,
        1,
    ),
    yields("newobject", "(typ *_type) unsafe.Pointer", 1, 1),
    yields(
        "kmakeslice",
        "(typ *_type, len, cap int) unsafe.Pointer",
        3,
        1,
    ),
    yields(
        "growslice",
        "(oldPtr unsafe.Pointer, newLen, oldCap, num int, et *_type) slice",
        5,
        3,
    ),
    call(
        "kfindobject",
        "(p unsafe.Pointer) (base, size uintptr)",
        1,
        2,
    ),
    call(
        "persistentalloc",
        "(size, align uintptr) unsafe.Pointer",
        2,
        1,
    ),
    // gc
    call("kgctarget", "() uint64", 0, 1),
    park("kgcwait", "(target uint64) bool", 1, 1),
    call("kgcstop", "(why uintptr) bool", 1, 1),
    call("kgcgo", "()", 0, 0),
    call("kwbflush", "()", 0, 0),
    call("setgcpercent", "(percent int32) int32", 1, 1),
    call("setmemorylimit", "(limit int64) int64", 1, 1),
    call("kfreeosmemory", "()", 0, 0),
    // sched
    call("newproc", "(fn *funcval)", 1, 0),
    call("goexit1", "()", 0, 0),
    call("Gosched", "()", 0, 0),
    call("kpreempt", "()", 0, 0),
    call("entersyscall", "()", 0, 0),
    call("exitsyscall", "()", 0, 0),
    call("entersyscallblock", "()", 0, 0),
    call("kgomaxprocs", "(n int, who uintptr) int", 2, 1),
    call("kcpucount", "() int", 0, 1),
    call("kprocswatch", "(update *funcval)", 1, 0),
    call("kprocswatchfiles", "(quota, period int)", 2, 0),
    park("kprocswait", "()", 0, 0),
    call("knumgoroutine", "() int", 0, 1),
    call("lockosthread", "()", 0, 0),
    call("unlockosthread", "()", 0, 0),
    call(
        "kdebugcheck",
        "(pc, bytes uintptr) (why *byte, n uintptr)",
        2,
        2,
    ),
    call("kdebugcall", "(room uintptr)", 1, 0),
    call("kdebugreturn", "()", 0, 0),
    // process
    call("kbootphase", "(phase int)", 1, 0),
    call("kernel_ident", "() *byte", 0, 1),
    call("kexit", "(code int32)", 1, 0),
    call(
        "kwrite",
        "(fd uintptr, p unsafe.Pointer, n int32) int32",
        3,
        1,
    ),
    call("nanotime", "() int64", 0, 1),
    call("kplayback", "()", 0, 0),
    call("kwalltime", "() (sec int64, nsec int32)", 0, 2),
    call("rand", "() uint64", 0, 1),
    call("kthrow", "(msg string)", 2, 0),
    call("kfatal", "(msg string)", 2, 0),
];
