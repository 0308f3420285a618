//! Entries behind the exported API and the hooks of std packages.

use super::{Entry, call, park};

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[
    // stats: settings and limits
    call(
        "kgodebug",
        "(program, environment string, start bool)",
        5,
        0,
    ),
    call("kgodebugvalue", "(name string) int32", 2, 1),
    call("ksettraceback", "(level string)", 2, 0),
    call("ksetmaxthreads", "(n int32) int32", 1, 1),
    // stats: figures
    park("kreadmemstats", "(m *MemStats)", 1, 0),
    call(
        "kthreadprofile",
        "(samples *stackSample, room int) int",
        2,
        1,
    ),
    park("kwriteheapdump", "(fd uintptr, version string)", 3, 0),
    call("kreadmetrics", "(m *kmetricsBlock)", 1, 0),
    call("kgcstats", "(out *uint64) int", 1, 1),
    // gc: specials
    call("kobjectbase", "(p unsafe.Pointer) uintptr", 1, 1),
    call(
        "ksetfinalizer",
        "(p unsafe.Pointer, fn *funcval, arg, typ *_type, results uintptr) bool",
        5,
        1,
    ),
    call("kremovefinalizer", "(p unsafe.Pointer)", 1, 0),
    call(
        "kaddcleanup",
        "(p unsafe.Pointer, fn *funcval) uint64",
        2,
        1,
    ),
    call("kremovecleanup", "(p uintptr, id uint64)", 2, 0),
    call(
        "knoteorigin",
        "(p unsafe.Pointer, id uint64, typ *_type, fn *funcval)",
        4,
        0,
    ),
    call(
        "kweakhandle",
        "(p, fresh unsafe.Pointer) unsafe.Pointer",
        2,
        1,
    ),
    call(
        "kweakstrong",
        "(handle unsafe.Pointer) unsafe.Pointer",
        1,
        1,
    ),
    call("khelperannounce", "(which uintptr, fn *funcval)", 2, 0),
    call(
        "khelpertake",
        "(which uintptr, into *helperCall) bool",
        2,
        1,
    ),
    park("khelperwait", "(which uintptr)", 1, 0),
    call("khelperidle", "(which uintptr) bool", 1, 1),
    // signal
    park("ksigrecv", "() uint32", 0, 1),
    call("ksigidle", "() bool", 0, 1),
    call("ksigset", "(signal, what uint32)", 2, 0),
    call("ksigignored", "(signal uint32) bool", 1, 1),
    call("ksigpipe", "()", 0, 0),
    // profile
    park(
        "kgoroutineprofile",
        "(samples *stackSample, room int) int",
        2,
        1,
    ),
    call("kmemprofilerate", "(rate *int)", 1, 0),
    call(
        "kprofile",
        "(which int, samples *profileSample, room int) int",
        3,
        1,
    ),
    call("kblockprofilerate", "(ns int64)", 1, 0),
    call("kmutexprofilefraction", "(n int64)", 1, 0),
    call("kblockevent", "(ns int64)", 1, 0),
    call("kcpurate", "(hz uint32, frames *[3]uintptr)", 2, 0),
    call(
        "kcpuread",
        "(data *uint64, words int, tags *unsafe.Pointer, ntags int) (nwords, nrecords int)",
        4,
        2,
    ),
    // trace
    call("ktraceon", "() bool", 0, 1),
    park("ktraceswitch", "(what uintptr) bool", 1, 1),
    call("ktracedump", "() bool", 0, 1),
    call("knewsystemproc", "(fn *funcval)", 1, 0),
    call("ktraceintroduce", "(from int) int", 1, 1),
    call("ktracedone", "()", 0, 0),
    park("ktracewait", "()", 0, 0),
    park("ktraceread", "() (piece *byte, n int)", 0, 2),
    call("ktracetaskbegin", "(id, parent uint64, name string)", 4, 0),
    call("ktracetaskend", "(id uint64)", 1, 0),
    call("ktraceregion", "(task, mode uint64, name string)", 4, 0),
    call("ktracelog", "(task uint64, category, message string)", 5, 0),
    // what only packages outside of std ask for
    call("kaddmodule", "(datap *moduledata)", 1, 0),
    call("klinkedpark", "(reason uint32)", 1, 0),
    park("klinkedparked", "()", 0, 0),
    call("klinkedready", "(gp *g)", 1, 0),
    call("kwakep", "()", 0, 0),
    call("klockedosthread", "() bool", 0, 1),
    // process
    park("kallthreads", "(call *allThreadsCall)", 1, 0),
    call("kbeforefork", "()", 0, 0),
    call("kafterfork", "()", 0, 0),
    call("kafterforkinchild", "()", 0, 0),
];
