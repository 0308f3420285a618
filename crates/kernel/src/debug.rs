//! What the debug kernel does to a program so that bugs show early and again: collections at every n-th allocation,
//! yields at random allocations, stacks moved at random returns into Go.
//!
//! `GOXIDE_DEBUG=gc=N,yield=N,move=N,seed=N` sets how often on average (0: never) and from which seed; the defaults suit
//! programs of a few seconds. `period=MS` shortens the two minutes after which a collection comes by itself. `fault=N` makes the
//! n-th taker of any kernel lock fault while it holds it: a dying process must end all the same. `cpus=N` pretends so many processors. The ordinary kernel compiles none of this in.

use crate::boot;
use crate::prim::Racy;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Whether this is the debug kernel.
pub const ON: bool = cfg!(feature = "debug-kernel");

/// Stacks up to this size move at the set rate.
const CHEAP_STACK: u64 = 16 << 10;

/// How often, as "one in n".
#[derive(Clone, Copy)]
struct Rates {
    gc: u64,
    yields: u64,
    moves: u64,
}

/// Set at boot.
static RATES: Racy<Rates> = Racy::new(Rates {
    gc: 2000,
    yields: 64,
    moves: 1,
});
/// State of the generator, shared by all threads: the order in which they draw is part of the chance.
static STATE: AtomicU64 = AtomicU64::new(1);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
/// Locks still to be taken until one faults; 0: none does.
static LOCKS_TO_FAULT: AtomicU64 = AtomicU64::new(0);

/// Reads `GOXIDE_DEBUG`.
pub fn init() {
    if !ON {
        return;
    }
    STATE.store(boot::random_seed() | 1, Relaxed);
    let mut rates = RATES.get();
    for item in boot::env(b"GOXIDE_DEBUG")
        .unwrap_or(b"")
        .split(|&b| b == b',')
    {
        let Some(at) = item.iter().position(|&b| b == b'=') else {
            continue;
        };
        let value = item[at + 1..]
            .iter()
            .fold(0u64, |v, &d| v * 10 + u64::from(d.wrapping_sub(b'0') % 10));
        match &item[..at] {
            b"gc" => rates.gc = value,
            b"yield" => rates.yields = value,
            b"move" => rates.moves = value,
            b"seed" => STATE.store(value | 1, Relaxed),
            b"cpus" => {}
            b"fault" => LOCKS_TO_FAULT.store(value, Relaxed),
            b"period" => crate::gc::periodic::set_period(value as i64 * 1_000_000),
            _ => {
                crate::eprint!(
                    "GOXIDE_DEBUG: known are gc=N, yield=N, move=N, seed=N, period=MS, fault=N, cpus=N\n"
                )
            }
        }
    }
    RATES.set(rates);
}

/// A draw (splitmix64, Steele, Lea and Flood 2014).
fn draw() -> u64 {
    let mut z = STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn one_in(n: u64) -> bool {
    n != 0 && draw().is_multiple_of(n)
}

/// How many processors the process is to believe it has (`GOXIDE_DEBUG=cpus=N`). Read anew: boot asks before `init`.
pub fn cpus() -> Option<u32> {
    if !ON {
        return None;
    }
    let mut items = boot::env(b"GOXIDE_DEBUG")?.split(|&b| b == b',');
    let text = items.find_map(|item| item.strip_prefix(b"cpus="))?;
    goxide_algo::env_value::parse_max_procs(text)
}

/// Called with a kernel lock just taken.
#[inline]
pub fn fault_if_due() {
    if ON && LOCKS_TO_FAULT.load(Relaxed) != 0 && LOCKS_TO_FAULT.fetch_sub(1, Relaxed) == 1 {
        const NOT_MAPPED: usize = 0x18;
        // SAFETY: it never comes back: the page is not mapped, and the handler of the fault ends the process.
        unsafe { core::ptr::without_provenance_mut::<u64>(NOT_MAPPED).write_volatile(0) };
    }
}

/// Whether this allocation collects.
pub fn collect_now() -> bool {
    let n = RATES.get().gc;
    n != 0 && ALLOCATIONS.fetch_add(1, Relaxed) % n == n - 1
}

/// Whether this allocation ends the marking under way, done or not.
pub fn cut_short() -> bool {
    one_in(4)
}

/// Whether this allocation yields.
pub fn yield_now() -> bool {
    one_in(RATES.get().yields)
}

/// Whether the stack of so many bytes moves before this return into Go. Large stacks move less often, in proportion.
pub fn move_now(stack_bytes: usize) -> bool {
    one_in(RATES.get().moves * (stack_bytes as u64 / CHEAP_STACK).max(1))
}
