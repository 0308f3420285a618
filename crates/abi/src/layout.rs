//! The structs that compiled Go code, assembly stubs and the kernel all touch.
//!
//! Only the fields below are shared; the kernel's `G`, `M` and `P` begin with these prefixes and add their own.

use core::cell::{Cell, UnsafeCell};
use core::mem::offset_of;
use core::sync::atomic::{AtomicU32, AtomicUsize};

/// Declares a `#[repr(C)]` struct together with the table from which its Go and assembly twins are written. Go names with a
/// dot become a struct field; a field without a Go name is part of the one before.
macro_rules! shared_layout {
    ($(#[$sm:meta])* pub struct $name:ident : $go:literal { $($(#[$fm:meta])* $f:ident : $t:ty = $gof:literal : $got:literal),* $(,)? }) => {
        $(#[$sm])*
        #[repr(C)]
        pub struct $name { $($(#[$fm])* pub $f: $t),* }

        impl $name {
            /// Name of the Go struct, then for each field: Go name, Go type, byte offset.
            pub const LAYOUT: (&'static str, &'static [(&'static str, &'static str, usize)]) =
                ($go, &[$(($gof, $got, offset_of!($name, $f))),*]);
        }
    };
}

/// Number of argument words that a parking kernel call leaves in [`G::kargs`] for the collector.
pub const KARGS: usize = 4;

shared_layout! {
    /// The prefix of `g`. Offsets up to `_panic` are fixed by the compiler (see funcdata in the contract).
    pub struct G: "g" {
        stack_lo: Cell<usize> = "stack.lo": "uintptr",
        stack_hi: Cell<usize> = "stack.hi": "uintptr",
        /// Every prologue compares SP with this; preemption poisons it.
        stackguard0: AtomicUsize = "stackguard0": "uintptr",
        stackguard1: Cell<usize> = "stackguard1": "uintptr",
        /// Innermost panic record, on this goroutine's own stack. WRAPPER prologues read and patch its first word.
        panic: Cell<*mut Panic> = "_panic": "*_panic",
        /// Innermost defer record.
        defer: Cell<*mut Defer> = "_defer": "*_defer",
        m: Cell<*mut M> = "m": "*m",
        /// Where the goroutine continues: SP, PC, BP as they are after the kernel call has returned.
        sched_sp: Cell<usize> = "sched.sp": "uintptr",
        sched_pc: Cell<usize> = "sched.pc": "uintptr",
        sched_bp: Cell<usize> = "sched.bp": "uintptr",
        /// Closure context, loaded into DX on resume. A Go pointer.
        sched_ctxt: Cell<usize> = "sched.ctxt": "uintptr",
        /// Result registers AX, BX, CX on resume. The collector reads them conservatively.
        ret: Cell<[usize; 3]> = "ret": "[3]uintptr",
        /// First argument words of the current parking kernel call, conservative roots while it is parked.
        kargs: Cell<[usize; KARGS]> = "kargs": "[4]uintptr",
        /// Pointer to the pprof label map, a Go pointer (root).
        labels: Cell<usize> = "labels": "unsafe.Pointer",
        /// The number. Packages that want it read it at this distance from the start, which is that of Go 1.25's own `g`.
        goid: Cell<u64> = "goid": "uint64",
        /// Scratch word for Go-side code that hands a value across a park, a Go pointer (root).
        param: Cell<usize> = "param": "unsafe.Pointer",
        /// Bubble of testing/synctest, a Go pointer (root), nil outside of one.
        bubble: Cell<usize> = "bubble": "unsafe.Pointer",
        /// Coroutine argument (iter.Pull), a Go pointer (root).
        coroarg: Cell<usize> = "coroarg": "unsafe.Pointer",
        /// Signal that `sigpanic` reports, its code, faulting address and PC.
        sig: Cell<usize> = "sig": "uintptr",
        sigcode0: Cell<usize> = "sigcode0": "uintptr",
        sigcode1: Cell<usize> = "sigcode1": "uintptr",
        sigpc: Cell<usize> = "sigpc": "uintptr",
        /// `debug.SetPanicOnFault` for this goroutine.
        paniconfault: Cell<u8> = "paniconfault": "bool",
        /// FIPS indicator, per goroutine.
        fips_indicator: Cell<u8> = "fipsIndicator": "uint8",
        /// Set while the goroutine is on its way to print a fatal panic.
        throwing: Cell<u8> = "throwing": "uint8",
        /// The goroutine belongs to the runtime (not counted, not shown by default).
        system: Cell<u8> = "system": "bool",
        wait_reason: Cell<u32> = "waitreason": "uint32",
        /// What the goroutine is doing (`GState` of the kernel). From here on: what debuggers show, under the names they know.
        state: AtomicU32 = "atomicstatus": "atomic.Uint32",
        /// The `go` statement: PC behind it, and the goroutine that executed it.
        created_pc: Cell<usize> = "gopc": "uintptr",
        created_by: Cell<u64> = "parentGoid": "uint64",
        /// Entry PC of the goroutine's function.
        start_pc: Cell<usize> = "startpc": "uintptr",
        /// When the goroutine began to wait (0: not recorded), for "[…, 5 minutes]" in tracebacks.
        wait_since: Cell<i64> = "waitsince": "int64",
        /// Always 0. gdb's script takes the registers of a goroutine in a system call from here, or else from its thread,
        /// which has them: system calls are made on the goroutine's stack.
        syscall_pc: Cell<usize> = "syscallpc": "uintptr",
        syscall_sp: Cell<usize> = "syscallsp": "uintptr",
        /// Results of an allocation whose caller first runs `collect`, read conservatively.
        kept: Cell<[usize; 3]> = "kept": "[3]uintptr",
    }
}

shared_layout! {
    /// The prefix of `m`, an operating system thread.
    pub struct M: "m" {
        g0: Cell<*mut G> = "g0": "*g",
        /// Top of the kernel stack: kernel calls start here, 16-byte aligned.
        g0_sp: Cell<usize> = "g0_sp": "uintptr",
        /// The P held by this M, nil while it is in a system call or idle.
        p: Cell<*mut P> = "p": "*p",
        curg: Cell<*mut G> = "curg": "*g",
        /// Nesting count: while above zero the M keeps its P and is not preempted (procPin).
        locks: Cell<i32> = "locks": "int32",
        id: Cell<i32> = "id": "int32",
        /// State of the per-M generator behind `cheaprand`.
        cheaprand: Cell<u64> = "cheaprand": "uint64",
        /// The thread's number, for debuggers.
        thread_id: Cell<u64> = "procid": "uint64",
    }
}

/// Words in the write-barrier buffer of a P.
pub const WB_BUF_LEN: usize = 512;

shared_layout! {
    /// The prefix of `p`, the right to run Go code.
    pub struct P: "p" {
        id: Cell<i32> = "id": "int32",
        status: AtomicU32 = "status": "uint32",
        /// Next free word of the write-barrier buffer, and its end.
        wb_next: Cell<usize> = "wbNext": "uintptr",
        wb_end: Cell<usize> = "wbEnd": "uintptr",
        wb_buf: UnsafeCell<[usize; WB_BUF_LEN]> = "wbBuf": "[512]uintptr",
        /// Defer records for reuse, linked by `link`. Holder only.
        defer_pool: Cell<*mut Defer> = "deferpool": "uintptr",
    }
}

shared_layout! {
    /// A defer record (48 bytes, layout fixed by the compiler for records it reserves in frames).
    pub struct Defer: "_defer" {
        /// The record was allocated by the kernel, not reserved in the frame.
        heap: Cell<u8> = "heap": "bool",
        /// Head of a range-over-func chain: `head` holds an atomic list.
        rangefunc: Cell<u8> = "rangefunc": "bool",
        sp: Cell<usize> = "sp": "uintptr",
        pc: Cell<usize> = "pc": "uintptr",
        /// The deferred `func()`, a `*funcval`: a Go pointer, root by way of the goroutine's chain of records.
        func: Cell<usize> = "fn": "func()",
        link: Cell<*mut Defer> = "link": "*_defer",
        /// First record added by the body of a range-over-func loop. Pushed to by CAS.
        head: AtomicUsize = "head": "uintptr",
    }
}

shared_layout! {
    /// A panic (or Goexit) in progress. Lives on the stack of the goroutine, in the frame of `gopanic` or `Goexit`.
    pub struct Panic: "_panic" {
        /// Argument pointer with which a deferred call may recover; patched by WRAPPER prologues. First by contract.
        argp: Cell<usize> = "argp": "unsafe.Pointer",
        /// The panic value, an `any`: two words here.
        arg_type: Cell<usize> = "arg": "any",
        arg_data: Cell<usize> = "": "",
        link: Cell<*mut Panic> = "link": "*_panic",
        /// Frame whose deferred calls are running: its SP, and a PC inside the call at which it is stopped.
        sp: Cell<usize> = "sp": "uintptr",
        pc: Cell<usize> = "pc": "uintptr",
        /// Where the loop of `gopanic` or `Goexit` continues that runs the deferred calls: SP and PC.
        own_sp: Cell<usize> = "ownsp": "uintptr",
        own_pc: Cell<usize> = "ownpc": "uintptr",
        recovered: Cell<u8> = "recovered": "bool",
        /// The value was panicked again after a recover.
        repanicked: Cell<u8> = "repanicked": "bool",
        goexit: Cell<u8> = "goexit": "bool",
    }
}

shared_layout! {
    /// What the kernel tells the Go side at boot: `runtime.kvars`. Filled in before the first goroutine runs, read-only
    /// afterwards. Its pointers lead to memory that Linux set up for the process, outside of the Go heap.
    pub struct KVars: "kvarsBlock" {
        argc: Cell<i32> = "argc": "int32",
        /// Processors this process may run on at start.
        ncpu: Cell<i32> = "ncpu": "int32",
        /// `argv`, `envp`: NULL-terminated arrays of NUL-terminated strings.
        argv: Cell<usize> = "argv": "**byte",
        envp: Cell<usize> = "envp": "**byte",
        /// The auxiliary vector: pairs of words, and how many words up to and including the closing AT_NULL pair.
        auxv: Cell<usize> = "auxv": "*uintptr",
        auxv_words: Cell<usize> = "auxvWords": "uintptr",
        page_bytes: Cell<usize> = "pageBytes": "uintptr",
        /// Monotonic clock at process entry.
        start_nano: Cell<i64> = "startNano": "int64",
        /// Unpredictable bits (AT_RANDOM or getrandom) from which Go-side hash seeds are drawn.
        seed: Cell<[u64; 4]> = "seed": "[4]uint64",
        /// `__vdso_gettimeofday`, or 0.
        vdso_gettimeofday: Cell<usize> = "vdsoGettimeofday": "uintptr",
        /// `__vdso_clock_gettime`, or 0.
        vdso_clock_gettime: Cell<usize> = "vdsoClockgettime": "uintptr",
    }
}

const _: () = {
    assert!(
        offset_of!(G, stackguard0) == 16,
        "every Go prologue compares SP with 16(R14)"
    );
    assert!(offset_of!(G, panic) == 32, "WRAPPER prologues load 32(R14)");
    assert!(
        offset_of!(G, goid) == 152,
        "goroutine-id packages load 152(R14)"
    );
    assert!(size_of::<Defer>() == 48 && offset_of!(Defer, func) == 24);
    assert!(offset_of!(Panic, argp) == 0);
};

/// Bytes between `stack.lo` and the guard of ordinary goroutines.
pub const STACK_GUARD: usize = 928;
/// Value of `stackguard0` that makes the next prologue call into the kernel.
pub const STACK_PREEMPT: usize = 0xffff_ffff_ffff_fade;
/// Bytes of an arena of the heap: where addresses are counted from.
pub const ARENA_BYTES: usize = 64 << 20;
/// Smallest goroutine stack in bytes.
pub const STACK_MIN: usize = 2048;

/// Code addresses of Go-side functions the kernel jumps to, in the order of `runtime·gotab`.
#[repr(usize)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GoFn {
    /// One byte behind the start of `goexit`: the return address at the bottom of every goroutine.
    Goexit = 0,
    /// `kpanicroom`, which calls `kpanic(code, a, b uintptr)`: raises the Go panic that the kernel asks for.
    Kpanic,
    /// Shim that restores R14 and X15, then calls `sigpanic`.
    Sigpanic0,
    /// Saves every register and yields; injected by the preemption signal.
    AsyncPreempt,
    /// `*funcval` of `runtime.main`.
    MainFuncval,
    /// `collectroom`, which calls `collect` and returns what [`G::kept`] holds: a collection is to begin.
    Collect,
    /// Start of the goroutine that runs finalizers and cleanups (`*funcval`).
    FinalizerFuncval,
    /// Address of `runtime.firstmoduledata`.
    Moduledata,
    /// Address of `runtime.writeBarrier`.
    WriteBarrier,
    /// Address of `runtime.zerobase`.
    Zerobase,
    /// Address of the Go variable block the kernel fills in at boot (`runtime.kvars`).
    Kvars,
    /// Address of `runtime.godebugDefault`, a string.
    GodebugDefault,
    /// `runtime.traceStandIn`, whose name a trace shows.
    TraceStandIn,
    /// Addresses of `runtime.allgs` and `runtime.allglen`, where debuggers find all goroutines.
    AllGs,
    /// See `AllGs`.
    AllGLen,
    /// Start of the goroutine that runs what a debugger calls (`*funcval`).
    InjectedCallFuncval,
    /// `debugCallV2`, `debugPinnerV1` and `mallocgc`: only debuggers may call them, and what nothing names is not linked.
    DebugCall,
    /// See `DebugCall`.
    DebugPinner,
    /// See `DebugCall`.
    DebugAlloc,
    /// What the system calls when a signal comes.
    Sigtramp,
    /// `func kthrow(msg string)`-free tail: number of entries.
    Count,
}

/// Names in `gotab`, in the order of [`GoFn`]: assembler operands.
pub const GOTAB: [&str; GoFn::Count as usize] = [
    "$runtime·goexit+1(SB)",
    "$runtime·kpanicroom<ABIInternal>(SB)",
    "$runtime·sigpanic0(SB)",
    "$runtime·asyncPreempt(SB)",
    "$runtime·mainPC(SB)",
    "$runtime·collectroom<ABIInternal>(SB)",
    "$runtime·finprocPC(SB)",
    "$runtime·firstmoduledata(SB)",
    "$runtime·writeBarrier(SB)",
    "$runtime·zerobase(SB)",
    "$runtime·kvars(SB)",
    "$runtime·godebugDefault(SB)",
    "$runtime·traceStandIn<ABIInternal>(SB)",
    "$runtime·allgs(SB)",
    "$runtime·allglen(SB)",
    "$runtime·injectedCallPC(SB)",
    "$runtime·debugCallV2<ABIInternal>(SB)",
    "$runtime·debugPinnerV1<ABIInternal>(SB)",
    "$runtime·mallocgc<ABIInternal>(SB)",
    "$runtime·sigtramp(SB)",
];

/// Reasons that the kernel hands to `kpanic`. `a` and `b` depend on the code.
#[repr(usize)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PanicCode {
    /// a, b: pointer and length of a plain run-time error text ("send on closed channel"), without prefix.
    PlainError = 0,
    /// a, b: pointer and length of an error text that is a `runtime.Error` and gets the "runtime error: " prefix.
    RuntimeError = 1,
    /// a: interface type, b: concrete type: missing method, `*TypeAssertionError` (see `assertE2I`).
    TypeAssert = 2,
    /// a: type whose values cannot be hashed or compared.
    Unhashable = 3,
}

/// Every `PanicCode` with its Go constant name.
pub const PANIC_CODES: &[(&str, usize)] = &[
    ("kpanicPlainError", PanicCode::PlainError as usize),
    ("kpanicRuntimeError", PanicCode::RuntimeError as usize),
    ("kpanicTypeAssert", PanicCode::TypeAssert as usize),
    ("kpanicUnhashable", PanicCode::Unhashable as usize),
];

/// Buckets of a time histogram: below 64 ns, then four to each doubling up to 2^39 ns, then everything longer.
pub const TIME_BUCKETS: usize = 1 + (39 - 6) * 4 + 1;
/// Size classes, class 0 being that of large objects.
pub const SIZE_CLASSES: usize = 68;

shared_layout! {
    /// What the kernel counts for `runtime/metrics`. Bytes, objects, nanoseconds, as the name says; all cumulative
    /// since the start unless the name says otherwise.
    pub struct KMetrics: "kmetricsBlock" {
        cycles_automatic: Cell<u64> = "cyclesAutomatic": "uint64",
        cycles_forced: Cell<u64> = "cyclesForced": "uint64",
        /// In force now.
        gogc: Cell<i64> = "gogc": "int64",
        memory_limit: Cell<i64> = "memoryLimit": "int64",
        /// By size class; class 0 counts large objects.
        allocs_by_class: Cell<[u64; SIZE_CLASSES]> = "allocsByClass": "[68]uint64",
        frees_by_class: Cell<[u64; SIZE_CLASSES]> = "freesByClass": "[68]uint64",
        allocated_bytes: Cell<u64> = "allocatedBytes": "uint64",
        freed_bytes: Cell<u64> = "freedBytes": "uint64",
        tiny_allocs: Cell<u64> = "tinyAllocs": "uint64",
        /// Heap size at which the next cycle starts, and bytes that the last one found alive.
        goal_bytes: Cell<u64> = "goalBytes": "uint64",
        live_bytes: Cell<u64> = "liveBytes": "uint64",
        scan_globals_bytes: Cell<u64> = "scanGlobalsBytes": "uint64",
        scan_heap_bytes: Cell<u64> = "scanHeapBytes": "uint64",
        scan_stack_bytes: Cell<u64> = "scanStackBytes": "uint64",
        /// Memory by use, now.
        heap_mapped: Cell<u64> = "heapMapped": "uint64",
        heap_in_spans: Cell<u64> = "heapInSpans": "uint64",
        heap_released: Cell<u64> = "heapReleased": "uint64",
        stacks: Cell<u64> = "stacks": "uint64",
        span_records: Cell<u64> = "spanRecords": "uint64",
        caches: Cell<u64> = "caches": "uint64",
        kernel_mapped: Cell<u64> = "kernelMapped": "uint64",
        /// Processor time: of all Ps, idle Ps, and the collector's by kind (see counters.rs in the kernel).
        total_cpu_ns: Cell<u64> = "totalCPUNs": "uint64",
        idle_cpu_ns: Cell<u64> = "idleCPUNs": "uint64",
        assist_ns: Cell<u64> = "assistNs": "uint64",
        worker_ns: Cell<u64> = "workerNs": "uint64",
        guest_ns: Cell<u64> = "guestNs": "uint64",
        stopped_cpu_ns: Cell<u64> = "stoppedCPUNs": "uint64",
        /// Processor time for giving memory back: by sysmon, and by allocations under the memory limit.
        scavenge_background_ns: Cell<u64> = "scavengeBackgroundNs": "uint64",
        scavenge_assist_ns: Cell<u64> = "scavengeAssistNs": "uint64",
        /// Last cycle that left the program less than half of the time.
        limiter_cycle: Cell<u64> = "limiterCycle": "uint64",
        /// In the table of the profiles' stacks, part of `kernel_mapped`.
        profile_buckets: Cell<u64> = "profileBuckets": "uint64",
        /// Time goroutines waited for sync.Mutex and sync.RWMutex.
        mutex_wait_ns: Cell<u64> = "mutexWaitNs": "uint64",
        gc_pauses: Cell<[u64; TIME_BUCKETS]> = "gcPauses": "[134]uint64",
        gc_stopping: Cell<[u64; TIME_BUCKETS]> = "gcStopping": "[134]uint64",
        other_pauses: Cell<[u64; TIME_BUCKETS]> = "otherPauses": "[134]uint64",
        other_stopping: Cell<[u64; TIME_BUCKETS]> = "otherStopping": "[134]uint64",
        sched_latencies: Cell<[u64; TIME_BUCKETS]> = "schedLatencies": "[134]uint64",
    }
}

const _: () = assert!(
    TIME_BUCKETS == 134,
    "the Go types in the table above say so"
);
