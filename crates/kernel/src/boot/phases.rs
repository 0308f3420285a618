//! The phases, in order, each with its time.

use super::args::{Args, env, secure_environment};
use super::{go_fn, set_go_tab, set_random_seed};
use crate::prim::Racy;
use crate::{eprint, gc, mem, sched, signal, stats, sys, types};
use core::sync::atomic::{AtomicBool, Ordering::*};
use goxide_abi::layout::{GoFn, KVars};
use goxide_algo::env_value;

/// Set when `runtime.main` runs: from then on goroutines may spread over threads.
static STARTED: AtomicBool = AtomicBool::new(false);

const PHASES: usize = 12;

/// Name and end of each phase, ns after entry. Written by the first thread only.
struct Timeline {
    on: Racy<bool>,
    count: Racy<usize>,
    entries: Racy<[(&'static str, i64); PHASES]>,
    start: Racy<i64>,
}

static TIMELINE: Timeline = Timeline {
    on: Racy::new(false),
    count: Racy::new(0),
    entries: Racy::new([("", 0); PHASES]),
    start: Racy::new(0),
};

fn phase(name: &'static str) {
    if !TIMELINE.on.get() {
        return;
    }
    let n = TIMELINE.count.get();
    if n < PHASES {
        let mut entries = TIMELINE.entries.get();
        entries[n] = (name, sys::nanotime() - TIMELINE.start.get());
        TIMELINE.entries.set(entries);
        TIMELINE.count.set(n + 1);
    }
}

/// Ends a phase that runs in Go, and prints the timeline after the last one.
pub fn report(name: &'static str, last: bool) {
    phase(name);
    if !last || !TIMELINE.on.get() {
        return;
    }
    let mut before = 0;
    eprint!("goxide boot (µs): phase, at its end\n");
    for (name, end) in &TIMELINE.entries.get()[..TIMELINE.count.get()] {
        let (took, end_us) = ((end - before) / 100, end / 100);
        eprint!(
            "  {name:<16}{:>6}.{}{:>8}.{}\n",
            took / 10,
            took % 10,
            end_us / 10,
            end_us % 10
        );
        before = *end;
    }
    TIMELINE.on.set(false);
}

/// Whether `runtime.main` has begun.
pub fn is_started() -> bool {
    STARTED.load(Relaxed)
}

/// `runtime.main` runs: starts the watchman.
pub fn mark_started() {
    STARTED.store(true, Relaxed);
    sched::start_sysmon();
    report("watchman", false);
}

/// Runs on the system's stack with nothing set up.
pub fn boot(argc: usize, argv: *const *const i8, gotab: *const usize, sp: usize) -> ! {
    set_go_tab(gotab);
    // SAFETY: the entry stub passes what the system laid on the stack.
    let args = unsafe { Args::read(argc, argv) };
    sys::clock_startup(args.vdso);
    TIMELINE.start.set(sys::nanotime());
    TIMELINE
        .on
        .set(env(b"GOXIDE_BOOT").is_some_and(|v| v == b"1"));
    fill_kvars(&args);
    open_standard_files();
    phase("args");
    sched::init_m0((sp - (64 << 10), sp), sp);
    phase("tls");
    // Before the first mapping: GODEBUG says how to map. The defaults that the linker put into the program join in when
    // `runtime.main` hands them over.
    stats::godebug::start(b"", env(b"GODEBUG").unwrap_or(b""));
    mem::init();
    if args.secure {
        kvars().envp.set(secure_environment() as usize);
    }
    gc::set_zero_base(go_fn(GoFn::Zerobase));
    phase("heap");
    types::init(go_fn(GoFn::Moduledata) as *const _);
    phase("types");
    read_options();
    crate::debug::init();
    phase("options");
    sched::init_procs(
        kvars().ncpu.get() as u32,
        initial_procs(kvars().ncpu.get() as u32),
    );
    phase("procs");
    signal::init();
    phase("signals");
    start_main()
}

/// A process that was started without standard files would give their numbers to the first files it opens.
fn open_standard_files() {
    const F_GETFD: i32 = 1;
    const O_RDWR: i32 = 2;
    for fd in 0..3 {
        if sys::fcntl(fd, F_GETFD, 0) == Err(sys::Errno::EBADF) {
            // The lowest free number is `fd`: those below are open.
            let _ = sys::open(c"/dev/null", O_RDWR, 0);
        }
    }
}

fn kvars() -> &'static KVars {
    // SAFETY: the Go side's variable has this layout; only this thread exists while it is written.
    unsafe { &*(go_fn(GoFn::Kvars) as *const KVars) }
}

fn fill_kvars(args: &Args) {
    let k = kvars();
    k.argc.set(args.argc);
    k.argv.set(args.argv as usize);
    k.envp.set(args.envp as usize);
    k.auxv.set(args.auxv as usize);
    k.auxv_words.set(args.auxv_words);
    k.page_bytes.set(args.page_bytes);
    k.start_nano.set(TIMELINE.start.get());
    stats::set_start(TIMELINE.start.get());
    k.ncpu.set(sched::procs_watch::cpus_now() as i32);
    // SAFETY: null or sixteen bytes.
    let [a, b] = unsafe { args.random.as_ref() }
        .copied()
        .unwrap_or([sys::nanotime() as u64, 1]);
    k.seed.set([
        a,
        b,
        a.rotate_left(23) ^ 0xa076_1d64_78bd_642f,
        b.rotate_left(41) ^ 0xe703_7ed1_a0b4_28db,
    ]);
    k.vdso_gettimeofday
        .set(sys::vdso_lookup(args.vdso, b"__vdso_gettimeofday"));
    k.vdso_clock_gettime
        .set(sys::vdso_lookup(args.vdso, b"__vdso_clock_gettime"));
    set_random_seed(a ^ b.rotate_left(32));
}

fn read_options() {
    stats::godebug::start_traceback(env(b"GOTRACEBACK").unwrap_or(b""));
    let percent = env(b"GOGC")
        .filter(|v| !v.is_empty())
        .and_then(env_value::parse_gogc)
        .unwrap_or(100);
    gc::init_pacer(percent, memory_limit());
}

fn memory_limit() -> i64 {
    let Some(text) = env(b"GOMEMLIMIT") else {
        return env_value::NO_MEMORY_LIMIT;
    };
    match env_value::parse_memory_limit(text) {
        Some(limit) => limit,
        None => {
            eprint!("GOMEMLIMIT={}\n", core::str::from_utf8(text).unwrap_or("?"));
            crate::throw!("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`")
        }
    }
}

fn initial_procs(cpus: u32) -> u32 {
    let asked = env(b"GOMAXPROCS").and_then(env_value::parse_max_procs);
    asked
        .filter(|&n| n > 0)
        .unwrap_or(cpus)
        .clamp(1, sched::MAX_PROCS)
}

fn start_main() -> ! {
    let main = go_fn(GoFn::MainFuncval) as *const types::FuncVal;
    sched::spawn(main, go_fn(GoFn::Goexit), false);
    phase("main goroutine");
    sched::schedule()
}
