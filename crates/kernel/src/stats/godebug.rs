//! GODEBUG and GOTRACEBACK: one table of options, parsed at start and again when the program sets the variable.
//!
//! An option's value is a 32-bit number. `Start` options keep what they had when `main` began; `Live` options follow
//! `os.Setenv("GODEBUG", …)`. Names that are not in the table belong to `internal/godebug` or `internal/cpu`, which
//! read the same string.

use core::sync::atomic::{AtomicI32, AtomicU32, Ordering::Relaxed};

/// When a change of the environment variable is heeded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// At process start only.
    Start,
    /// Whenever the variable changes.
    Live,
}

/// One row of the table.
#[derive(Debug)]
pub struct Opt {
    /// Key in GODEBUG.
    pub name: &'static str,
    /// Value without GODEBUG.
    pub default: i32,
    /// See [`When`].
    pub when: When,
    /// What the option does.
    pub meaning: &'static str,
    /// Whether this release acts on it; the others are accepted and ignored.
    pub heeded: bool,
}

macro_rules! options {
    ($($name:ident = $default:literal, $when:ident, $heeded:literal, $meaning:literal;)*) => {
        /// All options, in alphabetical order.
        pub const TABLE: &[Opt] = &[$(Opt {
            name: stringify!($name), default: $default, when: When::$when, meaning: $meaning, heeded: $heeded,
        }),*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Slot { $($name),* }

        static VALUES: [AtomicI32; TABLE.len()] = [$(AtomicI32::new($default)),*];

        $(
            #[doc = $meaning]
            pub fn $name() -> i32 {
                VALUES[Slot::$name as usize].load(Relaxed)
            }
        )*
    };
}

options! {
    adaptivestackstart = 1, Start, false, "start goroutines with the average scanned stack size";
    asyncpreemptoff = 0, Start, true, "1: no preemption by signal";
    asynctimerchan = 0, Live, true, "1: timer channels are buffered as before Go 1.23";
    cgocheck = 1, Start, false, "checks of pointers passed to C";
    checkfinalizers = 0, Start, true, "diagnose mistakes with finalizers and cleanups";
    clobberfree = 0, Start, true, "1: freed objects are overwritten";
    containermaxprocs = 1, Start, true, "0: GOMAXPROCS ignores the cgroup's CPU limit";
    dataindependenttiming = 0, Start, false, "data-independent timing of arm64";
    decoratemappings = 1, Start, true, "name anonymous mappings";
    disablethp = 0, Start, true, "1: no transparent huge pages for the heap";
    dontfreezetheworld = 0, Start, true, "1: a fatal panic leaves other threads running";
    efence = 0, Start, false, "each object on a page of its own, never reused";
    gccheckmark = 0, Start, true, "1: a second mark verifies the first";
    gcpacertrace = 0, Start, false, "1: print the pacer's state";
    gcshrinkstackoff = 0, Start, true, "1: stacks never shrink";
    gcstoptheworld = 0, Start, true, "1: the collector stops the world";
    gctrace = 0, Start, true, "1: a line on standard error for every collection";
    harddecommit = 0, Start, true, "1: scavenged memory loses its access rights too";
    inittrace = 0, Start, true, "1: a line on standard error for every package initialisation";
    invalidptr = 1, Start, true, "1: a pointer into a free span is fatal";
    madvdontneed = 1, Start, true, "0: give memory back with MADV_FREE";
    panicnil = 0, Live, true, "1: panic(nil) carries nil";
    profstackdepth = 128, Start, true, "deepest stack in a profile, 1024 at the most";
    sbrk = 0, Start, false, "1: a bump allocator, no collection";
    scavtrace = 0, Start, true, "1: a line on standard error for every collection about memory given back";
    scheddetail = 0, Start, true, "1: schedtrace prints every P, M and G";
    schedtrace = 0, Start, true, "print the scheduler's state every n milliseconds";
    traceadvanceperiod = 1_000_000_000, Start, true, "nanoseconds a trace generation lasts";
    traceallocfree = 0, Live, false, "1: execution traces show allocations";
    tracebackancestors = 0, Start, true, "print this many creators of a goroutine";
    tracecheckstackownership = 0, Start, false, "check the tracer";
    tracefpunwindoff = 0, Start, false, "1: the tracer unwinds without frame pointers";
    updatemaxprocs = 1, Start, true, "0: GOMAXPROCS never follows changed limits";
}

/// The value of the option called `name`, if there is one.
pub fn value(name: &[u8]) -> Option<i32> {
    let at = TABLE.iter().position(|o| o.name.as_bytes() == name)?;
    Some(VALUES[at].load(Relaxed))
}

/// At process start: the table's defaults, then the program's own (`//go:debug`), then the environment.
pub fn start(program: &[u8], environment: &[u8]) {
    set_all(program, environment, |_| true);
}

/// After a change of the environment variable: the same for the options that follow it.
pub fn change(program: &[u8], environment: &[u8]) {
    set_all(program, environment, |o| o.when == When::Live);
}

fn set_all(program: &[u8], environment: &[u8], concerned: impl Fn(&Opt) -> bool) {
    for (opt, value) in TABLE.iter().zip(&VALUES).filter(|(o, _)| concerned(o)) {
        let said = last_value(environment, opt.name).or_else(|| last_value(program, opt.name));
        value.store(said.unwrap_or(opt.default), Relaxed);
    }
}

/// The last well-formed `name=number` in a comma-separated list.
fn last_value(list: &[u8], name: &str) -> Option<i32> {
    let fields = list.rsplit(|&c| c == b',');
    fields
        .filter_map(|f| f.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(parse_i32)
}

/// A decimal number that fits 32 bits, with an optional minus.
pub fn parse_i32(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let n = digits.iter().try_fold(0i64, |n, c| {
        c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0'))
    })?;
    i32::try_from(if negative { -n } else { n }).ok()
}

/// What a dying program prints, and how it dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traceback {
    /// 0: no stacks; 1: without the runtime's own frames; 2 and above: with them.
    pub level: u32,
    /// All goroutines, not only the one that failed.
    pub all: bool,
    /// Dump core instead of exiting with code 2.
    pub crash: bool,
}

const ALL: u32 = 1;
const CRASH: u32 = 2;
const LEVEL_SHIFT: u32 = 2;

static TRACEBACK: AtomicU32 = AtomicU32::new(1 << LEVEL_SHIFT);
/// What GOTRACEBACK said at start: `debug.SetTraceback` cannot go below it.
static TRACEBACK_FLOOR: AtomicU32 = AtomicU32::new(0);

/// The level in force.
pub fn traceback() -> Traceback {
    let word = TRACEBACK.load(Relaxed);
    Traceback {
        level: word >> LEVEL_SHIFT,
        all: word & ALL != 0,
        crash: word & CRASH != 0,
    }
}

/// At process start: GOTRACEBACK sets the level and its floor.
pub fn start_traceback(environment: &[u8]) {
    let word = traceback_word(environment);
    TRACEBACK_FLOOR.store(word, Relaxed);
    TRACEBACK.store(word, Relaxed);
}

/// `debug.SetTraceback`.
pub fn set_traceback(level: &[u8]) {
    TRACEBACK.store(
        traceback_word(level) | TRACEBACK_FLOOR.load(Relaxed),
        Relaxed,
    );
}

fn traceback_word(text: &[u8]) -> u32 {
    match text {
        b"none" => 0,
        b"" | b"single" => 1 << LEVEL_SHIFT,
        b"all" => 1 << LEVEL_SHIFT | ALL,
        b"system" => 2 << LEVEL_SHIFT | ALL,
        b"crash" => 2 << LEVEL_SHIFT | ALL | CRASH,
        _ => {
            // Numbers up to 32 bits are levels, although the highest bits have no meaning.
            let level = goxide_algo::env_value::parse_int(text).map(u32::try_from);
            level.and_then(Result::ok).unwrap_or(0) << LEVEL_SHIFT | ALL
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rightmost_well_formed_value_wins() {
        assert_eq!(last_value(b"a=1,b=2,a=3", "a"), Some(3));
        assert_eq!(last_value(b"a=1,a=x", "a"), Some(1));
        assert_eq!(last_value(b"aa=1", "a"), None);
        assert_eq!(last_value(b"", "a"), None);
    }

    #[test]
    fn environment_beats_program_beats_table() {
        start(b"panicnil=1,gctrace=7", b"gctrace=2");
        assert_eq!((panicnil(), gctrace(), invalidptr()), (1, 2, 1));
        change(b"panicnil=1", b"panicnil=0,gctrace=9");
        assert_eq!((panicnil(), gctrace()), (0, 2));
        start(b"", b"");
    }

    #[test]
    fn traceback_levels_have_their_usual_meaning() {
        let is = |text: &str| {
            start_traceback(text.as_bytes());
            let t = traceback();
            (t.level, t.all, t.crash)
        };
        assert_eq!(is("none"), (0, false, false));
        assert_eq!(is(""), (1, false, false));
        assert_eq!(is("2"), (2, true, false));
        assert_eq!(is("nonsense"), (0, true, false));
        assert_eq!(is("4294967295"), (0x3fff_ffff, true, false));
        assert_eq!(is("4294967296"), (0, true, false));
        assert_eq!(is("crash"), (2, true, true));
        set_traceback(b"none");
        assert!(traceback().crash, "the environment is a floor");
        start_traceback(b"");
    }

    #[test]
    fn the_documentation_says_what_has_no_effect() {
        let page = include_str!("../../../../docs/conformance.md");
        for option in TABLE {
            let row = page
                .lines()
                .find_map(|line| line.strip_prefix(&std::format!("| `{}` | ", option.name)));
            let row = row.unwrap_or_else(|| panic!("no row for {}", option.name));
            assert_eq!(
                row.starts_with("no effect"),
                !option.heeded,
                "{}",
                option.name
            );
        }
    }

    #[test]
    fn table_is_sorted() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }
}
