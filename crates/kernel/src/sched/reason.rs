//! Why a goroutine waits: the words in brackets behind "goroutine 7" in a traceback.

macro_rules! wait_reasons {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Why a G waits. The texts are those that users of Go know from tracebacks.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u32)]
        #[allow(missing_docs)]
        pub enum WaitReason { $($name),* }

        impl WaitReason {
            const ALL: &'static [Self] = &[$(Self::$name),*];
            const TEXTS: &'static [&'static str] = &[$($text),*];
            /// The reason with number `n` as stored in `g.waitReason`.
            pub fn from_number(n: u32) -> Self {
                Self::ALL.get(n as usize).copied().unwrap_or(Self::None)
            }
            /// The text for number `n` as stored in `g.waitReason`.
            pub fn text(n: u32) -> &'static str {
                Self::TEXTS.get(n as usize).copied().unwrap_or("unknown wait reason")
            }
        }
    };
}

// The numbers are Go's: debuggers show them as text, and packages that park goroutines through `runtime.gopark` pass
// them. Some are for states that do not exist here. The last three are this runtime's own.
wait_reasons! {
    None = "",
    GcAssistMarking = "GC assist marking",
    IoWait = "IO wait",
    ChanReceiveNil = "chan receive (nil chan)",
    ChanSendNil = "chan send (nil chan)",
    DumpingHeap = "dumping heap",
    GarbageCollection = "garbage collection",
    GarbageCollectionScan = "garbage collection scan",
    PanicWait = "panicwait",
    Select = "select",
    SelectNoCases = "select (no cases)",
    GcAssist = "GC assist wait",
    GcSweepWait = "GC sweep wait",
    GcScavengeWait = "GC scavenge wait",
    ChanReceive = "chan receive",
    ChanSend = "chan send",
    FinalizerWait = "finalizer wait",
    ForceGcIdle = "force gc (idle)",
    MaxProcsUpdateIdle = "GOMAXPROCS updater (idle)",
    Semacquire = "semacquire",
    Sleep = "sleep",
    SyncCondWait = "sync.Cond.Wait",
    SyncMutexLock = "sync.Mutex.Lock",
    SyncRwMutexRLock = "sync.RWMutex.RLock",
    SyncRwMutexLock = "sync.RWMutex.Lock",
    SyncWaitGroupWait = "sync.WaitGroup.Wait",
    TraceReaderBlocked = "trace reader (blocked)",
    WaitForGcCycle = "wait for GC cycle",
    GcWorkerIdle = "GC worker (idle)",
    GcWorkerActive = "GC worker (active)",
    Preempted = "preempted",
    DebugCall = "debug call",
    GcMarkTermination = "GC mark termination",
    StoppingTheWorld = "stopping the world",
    FlushProcCaches = "flushing proc caches",
    TraceGoroutineStatus = "trace goroutine status",
    TraceProcStatus = "trace proc status",
    PageTraceFlush = "page trace flush",
    Coroutine = "coroutine",
    WeakToStrongWait = "GC weak to strong wait",
    SynctestRun = "synctest.Run",
    SynctestWait = "synctest.Wait",
    SynctestChanReceive = "chan receive (durable)",
    SynctestChanSend = "chan send (durable)",
    SynctestSelect = "select (durable)",
    SynctestWaitGroupWait = "sync.WaitGroup.Wait (durable)",
    CleanupWait = "cleanup wait",
    GoroutineProfileCleanup = "goroutine profile cleanup",
    TimerWait = "timer wait",
    SignalWait = "signal wait",
}
