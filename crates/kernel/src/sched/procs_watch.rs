//! GOMAXPROCS follows what the process may use: sysmon looks once a second whether the affinity or the files of the
//! cgroup's quota say something else than before, and if so wakes the goroutine that works the number out (in Go, where the
//! reader of cgroups is) and changes it.
//!
//! A number that the program or its environment has chosen stays. Whether it has is looked at once more in the stopped
//! world, since a call of GOMAXPROCS may come between.

use super::{G, GRef, WaitReason, current, park, ready_list, spawn_parked};
use crate::prim::Racy;
use crate::types::FuncVal;
use crate::{debug, sys};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering::*};

const EVERY_NS: i64 = 1_000_000_000;

/// On whose behalf GOMAXPROCS changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Who {
    /// The program: the number stays from now on.
    Program = 0,
    /// The program, which wants the default again.
    Default = 1,
    /// The default has changed.
    Update = 2,
}

impl Who {
    /// From the word that the Go side passes.
    pub fn from_word(word: usize) -> Self {
        match word {
            0 => Self::Program,
            1 => Self::Default,
            _ => Self::Update,
        }
    }
}

/// The program has chosen the number.
static CHOSEN: AtomicBool = AtomicBool::new(false);
/// The goroutine that updates, while it waits.
static UPDATER: AtomicPtr<G> = AtomicPtr::new(null_mut());
/// Descriptors of the quota's files in the upper and lower half, plus one each; 0: none.
static FILES: AtomicU64 = AtomicU64::new(0);
/// What the default depends on: processors, and the texts of the quota's files, as far as they matter.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    cpus: u32,
    texts: [[u8; 64]; 2],
}

/// What sysmon saw last, and when it looks again. Of sysmon only.
static SEEN: Racy<(Seen, i64)> = Racy::new((
    Seen {
        cpus: 0,
        texts: [[0; 64]; 2],
    },
    0,
));
/// The updater is woken at the next look, change or not: what it or the program read may be older than what sysmon has seen.
static CONFIRM: AtomicBool = AtomicBool::new(true);

/// Processors that the calling thread may use now.
pub fn cpus_now() -> u32 {
    debug::cpus().unwrap_or_else(sys::sched_affinity_count)
}

/// Somebody asks for a number of Ps.
pub fn asked_by(who: Who) {
    match who {
        Who::Program => CHOSEN.store(true, Release),
        Who::Default => {
            CHOSEN.store(false, Release);
            CONFIRM.store(true, Release);
        }
        Who::Update => {}
    }
}

/// Asked in the stopped world.
pub fn may_change(who: Who) -> bool {
    who != Who::Update || !CHOSEN.load(Acquire)
}

/// The files in which the quota is read; -1 for none.
pub fn set_files(files: [i32; 2]) {
    let [high, low] = files.map(|fd| u64::from((fd + 1) as u32));
    FILES.store(high << 32 | low, Release);
}

/// Makes the goroutine that runs `update`, which waits until something has changed.
pub fn start(update: *const FuncVal) {
    let pc = current().sched_pc.get();
    let g = spawn_parked(update, pc, true, WaitReason::MaxProcsUpdateIdle);
    UPDATER.store(g.as_ptr(), Release);
}

/// The updating goroutine waits for the next change.
pub fn wait() -> ! {
    let g = current();
    park(g, WaitReason::MaxProcsUpdateIdle, || {
        UPDATER.store(g.as_ptr(), Release);
    })
}

/// Called by sysmon in every round.
pub(super) fn check(now: i64) {
    let (before, next) = SEEN.get();
    if now < next || UPDATER.load(Relaxed).is_null() || CHOSEN.load(Relaxed) {
        return;
    }
    let seen = look();
    SEEN.set((seen, now + EVERY_NS));
    let changed = seen != before;
    if !CONFIRM.swap(changed, AcqRel) && !changed {
        return;
    }
    if let Some(g) = GRef::from_ptr(UPDATER.swap(null_mut(), AcqRel)) {
        let mut list = super::GList::EMPTY;
        list.push(g);
        ready_list(&mut list);
    }
}

fn look() -> Seen {
    let files = FILES.load(Acquire);
    let mut texts = [[0; 64]; 2];
    for (text, half) in texts.iter_mut().zip([files >> 32, files & 0xffff_ffff]) {
        if half != 0 {
            let _ = sys::pread(half as i32 - 1, text, 0);
        }
    }
    Seen {
        cpus: cpus_now(),
        texts,
    }
}
