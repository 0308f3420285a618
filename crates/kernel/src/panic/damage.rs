//! A stack that cannot be walked to its end: somebody has overwritten a return address. What is told is where that was
//! seen, and the words around, as readers of Go's reports know them.

use super::fatal::Stderr;
use crate::sched::{G, GRef};
use crate::throw;
use crate::unwind::{Frame, Frames, find_func};
use core::fmt::{self, Write};

/// Words shown on each side of the last good frame, and from its stack pointer at the most.
const AROUND_WORDS: usize = 32;
const FAR_WORDS: usize = 256;

/// Where a walk has ended.
struct End {
    /// The last frame that was found, if there was one.
    last: Option<Frame>,
    /// What follows it: not the address of a call, and the stack pointer there.
    pc: usize,
    sp: usize,
}

impl End {
    /// Walks to the end; `None` if it is a proper one.
    fn of(mut frames: Frames) -> Option<Self> {
        let last = frames.by_ref().last();
        let (pc, sp) = frames.position();
        frames.broken().then_some(Self { last, pc, sp })
    }
}

/// Says why the stack of `g` ends where it does, unless it ends as it should. A return address of 0 counts as an end.
pub(super) fn write(out: &mut impl Write, g: &G, frames: Frames) -> fmt::Result {
    match End::of(frames) {
        Some(end) if end.pc != 0 => report(out, g, &end),
        _ => Ok(()),
    }
}

/// Ends the process: the stack of `g` must be walked, and cannot be.
#[cold]
pub fn die_of_damage(g: GRef) -> ! {
    super::start_dying();
    let end = End::of(Frames::of(&g));
    if let Some(end) = &end {
        let _ = report(&mut Stderr::new(), &g, end);
    }
    match end {
        Some(End { last: None, .. }) => throw!("unknown pc"),
        Some(End { pc: 0, .. }) => throw!("traceback did not unwind completely"),
        _ => throw!("unknown caller pc"),
    }
}

fn report(out: &mut impl Write, g: &G, end: &End) -> fmt::Result {
    let goid = g.goid.get();
    let Some(last) = &end.last else {
        let (at, pc) = (core::ptr::from_ref(g) as usize, end.pc);
        writeln!(out, "runtime: g {goid} gp={at:#x}: unknown pc {pc:#x}")?;
        return dump(out, g, end.sp, 0);
    };
    if end.pc == 0 {
        let (sp, lo, hi) = (end.sp, g.stack_lo.get(), g.stack_hi.get());
        writeln!(out, "runtime: g{goid}: frame.sp={sp:#x} top={hi:#x}")?;
        return writeln!(out, "\tstack=[{lo:#x}-{hi:#x}");
    }
    writeln!(
        out,
        "runtime: g {goid}: unexpected return pc for {} called from {:#x}",
        last.func.name(),
        end.pc
    )?;
    dump(out, g, last.sp, last.fp)
}

/// The words around a frame: `<` stands at its stack pointer, `>` at its frame pointer.
fn dump(out: &mut impl Write, g: &G, sp: usize, fp: usize) -> fmt::Result {
    let (lo, hi) = (g.stack_lo.get(), g.stack_hi.get());
    writeln!(
        out,
        "stack: frame={{sp:{sp:#x}, fp:{fp:#x}}} stack=[{lo:#x},{hi:#x})"
    )?;
    let (from, to) = shown(sp, fp, lo, hi);
    for (i, at) in (from..to).step_by(8).enumerate() {
        if i % 2 == 0 {
            out.write_str(if i == 0 { "" } else { "\n" })?;
            write!(out, "{at:#018x}: ")?;
        }
        let mark = match at {
            _ if at == fp => '>',
            _ if at == sp => '<',
            _ => ' ',
        };
        // SAFETY: an aligned word of the goroutine's stack, which stays mapped while it is the goroutine's.
        let word = unsafe { *(at as *const usize) };
        write!(out, "{mark}{word:#018x} ")?;
        if let Some(func) = find_func(word) {
            write!(out, "<{}+{:#018x}> ", func.name(), word - func.entry())?;
        }
    }
    out.write_str("\n")
}

/// The part of the stack `lo..hi` that is shown of a frame.
fn shown(sp: usize, fp: usize, lo: usize, hi: usize) -> (usize, usize) {
    let fp = if fp == 0 { sp } else { fp };
    let (near, far) = (AROUND_WORDS * 8, FAR_WORDS * 8);
    let from = (sp.min(fp).saturating_sub(near)).max(sp.saturating_sub(far));
    let to = (sp.max(fp).saturating_add(near)).min(sp.saturating_add(far));
    (from.max(lo).next_multiple_of(8), to.min(hi))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn the_words_shown_lie_in_the_stack_and_near_the_frame() {
        let (lo, hi) = (0x1000, 0x9000);
        assert_eq!(shown(0x1010, 0x1030, lo, hi), (0x1000, 0x1130));
        assert_eq!(shown(0x4000, 0x4040, lo, hi), (0x3f00, 0x4140));
        assert_eq!(
            shown(0x4000, 0x8000, lo, hi),
            (0x3f00, 0x4800),
            "a large frame"
        );
        assert_eq!(shown(0x8ff0, 0x8ff8, lo, hi), (0x8ef0, 0x9000));
        assert_eq!(shown(0x4000, 0, lo, hi), (0x3f00, 0x4100), "no frame known");
        let (from, to) = shown(0x10, 0, lo, hi);
        assert!(from >= to, "not in the stack: nothing");
    }
}
