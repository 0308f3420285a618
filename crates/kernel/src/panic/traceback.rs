//! Stacks as text, in the form that users of Go and their tools read.
//!
//! ```text
//!   goroutine 18 [chan receive, 5 minutes]:
//!   main.worker(0xc000010000, {0xc000012000, 0x3, 0x3?})
//!           /home/me/main.go:12 +0x1d
//!   created by main.main in goroutine 1
//!           /home/me/main.go:30 +0x45
//! ```

use super::args::write_args;
use super::fatal::{Death, Stderr, fails_again, freeze_others, is_dying};
use crate::sched::{self, G, GRef, GState, WaitReason};
use crate::stats::godebug;
use crate::sync;
use crate::unwind::{Frame, Frames, FuncId, Logical, LogicalFrames, find_func, hides_wrapper};
use core::fmt::{self, Write};

/// A long stack is cut: so many frames are printed from each end.
const SHOWN_AT_EACH_END: usize = 50;

/// What to show.
#[derive(Clone, Copy)]
struct Detail {
    /// Frames of the runtime too.
    all_frames: bool,
    /// Addresses of frames and of the goroutine too.
    addresses: bool,
}

impl Detail {
    fn of_level(level: u32) -> Self {
        Self {
            all_frames: level > 1,
            addresses: level > 1,
        }
    }
}

/// Prints the stacks of a dying process to standard error: the goroutine whose kernel call this is, then, as
/// GOTRACEBACK and the kind of death want it, the others.
pub(super) fn print_for_death(death: Death) {
    let set = godebug::traceback();
    let level = if death == Death::Throw {
        set.level.max(2)
    } else {
        set.level
    };
    if set.level == 0 {
        return;
    }
    let mut out = Stderr::new();
    let me = sched::current();
    let detail = Detail::of_level(level);
    if has_go_stack(me) {
        let _ = out.write_str("\n");
        let mut frames = Frames::of(&me);
        if frames
            .clone()
            .next()
            .is_some_and(|f| f.func.name() == "runtime.fatalpanic")
        {
            frames.next(); // the panic is what readers know
        }
        let _ = goroutine(&mut out, me, frames, detail);
    }
    let _ = match death {
        Death::Panic(0) if !set.all => Ok(()),
        Death::Panic(bubble) if !set.all => {
            others(&mut out, me, level, |g| g.bubble.get() == bubble)
        }
        _ => others(&mut out, me, level, |_| true),
    };
}

/// Prints the interrupted goroutine and the others: for signals that end the process.
pub fn print_for_signal(pc: usize, sp: usize) {
    let level = godebug::traceback().level;
    if level == 0 || fails_again() {
        return;
    }
    let level = level.max(2);
    let mut out = Stderr::new();
    let me = sched::current();
    if has_go_stack(me) {
        let in_go = me.stack_contains(sp) && find_func(pc).is_some();
        let frames = if in_go {
            Frames::interrupted(&me, pc, sp)
        } else {
            Frames::of(&me)
        };
        let _ = goroutine(&mut out, me, frames, Detail::of_level(level));
    } else {
        let _ = writeln!(
            out,
            "goroutine 0 gp={:#x} m={} [idle]:",
            me.as_ptr() as usize,
            sched::m().id.get()
        );
    }
    let _ = others(&mut out, me, level, |_| true);
}

fn has_go_stack(g: GRef) -> bool {
    g.goid.get() != 0 && g.stack_lo.get() != 0
}

/// All goroutines except `me` that `wanted` picks.
fn others(
    out: &mut impl Write,
    me: GRef,
    level: u32,
    wanted: impl Fn(GRef) -> bool,
) -> fmt::Result {
    let mut result = Ok(());
    if is_dying() {
        freeze_others(me);
    }
    sched::for_each_g(|g| {
        let dead = matches!(g.state(), GState::Dead | GState::Idle);
        if g == me || dead || result.is_err() || !wanted(g) || (level < 2 && is_system(&g)) {
            return;
        }
        result = other(out, g, Detail::of_level(level));
    });
    result
}

fn other(out: &mut impl Write, g: GRef, detail: Detail) -> fmt::Result {
    out.write_str("\n")?;
    if g.state() == GState::Running {
        header(out, g, detail)?;
        out.write_str("\tgoroutine running on other thread; stack unavailable\n")?;
        return created_by(out, &g);
    }
    goroutine(out, g, Frames::of(&g), detail)
}

/// Whether `g` belongs to the runtime.
pub fn is_system(g: &G) -> bool {
    g.system.get() != 0
}

/// The text of `runtime.Stack`: the current goroutine from `frames` on, then, with the world stopped, all others.
pub fn write_stacks(out: &mut impl Write, me: GRef, all: bool) -> fmt::Result {
    let level = godebug::traceback().level;
    let mut frames = Frames::of(&me);
    // The first frame is that of `runtime.Stack` itself.
    frames.next();
    goroutine(out, me, frames, Detail::of_level(level))?;
    if all {
        others(out, me, level, |_| true)
    } else {
        Ok(())
    }
}

/// One goroutine: header, frames, creator.
fn goroutine(out: &mut impl Write, g: GRef, frames: Frames, detail: Detail) -> fmt::Result {
    let whole = frames.clone();
    header(out, g, detail)?;
    if stack(out, frames.clone(), detail)? == 0 {
        stack(
            out,
            frames,
            Detail {
                all_frames: true,
                ..detail
            },
        )?;
    }
    super::damage::write(out, &g, whole)?;
    created_by(out, &g)?;
    super::ancestors::write(out, g)
}

fn header(out: &mut impl Write, g: GRef, detail: Detail) -> fmt::Result {
    write!(out, "goroutine {}", g.goid.get())?;
    if detail.addresses {
        write!(out, " gp={:#x}", g.as_ptr() as usize)?;
        // SAFETY: null or an M; Ms are type-stable.
        match unsafe { g.m.get().as_ref() } {
            Some(m) => write!(out, " m={} mp={:#x}", m.id.get(), g.m.get() as usize)?,
            None => out.write_str(" m=nil")?,
        }
    }
    let (status, bubble) = (status(&g), sync::bubble::number(g));
    write!(out, " [{status}")?;
    if bubble.is_some() && waits_in_bubble(&g) && !status.ends_with("(durable)") {
        out.write_str(" (durable)")?;
    }
    let minutes = waiting_minutes(&g);
    if minutes >= 1 {
        write!(out, ", {minutes} minutes")?;
    }
    if !g.locked_m.get().is_null() {
        out.write_str(", locked to thread")?;
    }
    if let Some(number) = bubble {
        write!(out, ", synctest bubble {number}")?;
    }
    out.write_str("]:\n")
}

fn status(g: &G) -> &'static str {
    match g.state() {
        GState::Idle => "idle",
        GState::Runnable => "runnable",
        GState::Running => "running",
        GState::Syscall => "syscall",
        GState::Waiting => match g.wait_reason.get() {
            0 => "waiting",
            reason => WaitReason::text(reason),
        },
        GState::Dead => "dead",
    }
}

/// Whether `g` is parked for a reason that lets its bubble's clock go on.
fn waits_in_bubble(g: &G) -> bool {
    let why = WaitReason::from_number(g.wait_reason.get());
    g.state() == GState::Waiting
        && (why == WaitReason::SynctestRun || sync::bubble::is_durable(why))
}

fn waiting_minutes(g: &G) -> i64 {
    let since = g.wait_since.get();
    let waits = matches!(g.state(), GState::Waiting | GState::Syscall);
    if waits && since != 0 {
        (sched::now() - since) / 60_000_000_000
    } else {
        0
    }
}

/// The frames of one stack, the middle of a long one left out. Returns how many there are to show.
fn stack(out: &mut impl Write, frames: Frames, detail: Detail) -> Result<usize, fmt::Error> {
    let total = shown(frames.clone(), detail).count();
    let outer_from = total.saturating_sub(SHOWN_AT_EACH_END);
    for (i, (frame, call)) in shown(frames, detail).enumerate() {
        if i < SHOWN_AT_EACH_END || i >= outer_from {
            line(out, &frame, &call, detail)?;
        } else if i == SHOWN_AT_EACH_END {
            writeln!(out, "...{} frames elided...", outer_from - i)?;
        }
    }
    Ok(total)
}

/// The calls that a reader wants to see.
fn shown(frames: Frames, detail: Detail) -> impl Iterator<Item = (Frame, Logical)> {
    let mut callee = FuncId::NORMAL;
    let mut none_yet = true;
    frames
        .flat_map(|frame| {
            LogicalFrames::new(frame.func, frame.lookup).map(move |call| (frame, call))
        })
        .filter(move |(_, call)| {
            let show = detail.all_frames || is_shown(call, none_yet, callee);
            callee = call.id;
            none_yet &= !show;
            show
        })
}

/// Whether a reader at the level in force wants to see the call.
pub(super) fn is_for_users(call: &Logical, first: bool) -> bool {
    godebug::traceback().level > 1 || is_shown(call, first, FuncId::NORMAL)
}

fn is_shown(call: &Logical, first: bool, callee: FuncId) -> bool {
    if call.id == FuncId::WRAPPER && hides_wrapper(callee) {
        return false;
    }
    if matches!(call.id, FuncId::RUN_FINALIZERS | FuncId::RUN_CLEANUPS) {
        return true;
    }
    // In the middle of a stack it marks where deferred code begins.
    if call.name() == "runtime.gopanic" && !first {
        return true;
    }
    match call.name().strip_prefix("runtime.") {
        Some(rest) => is_exported(rest),
        None => call.name().contains('.'),
    }
}

/// Whether a name of package runtime (without the package) is part of its API: `Gosched`, `(*Func).Entry`.
fn is_exported(name: &str) -> bool {
    let upper = |s: &str| s.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
    match name.rsplit_once('.') {
        Some((receiver, method)) => {
            let plain = receiver
                .strip_prefix("(*")
                .and_then(|r| r.strip_suffix(')'));
            upper(method) && upper(plain.unwrap_or(receiver))
        }
        None => upper(name),
    }
}

fn line(out: &mut impl Write, frame: &Frame, call: &Logical, detail: Detail) -> fmt::Result {
    function_name(out, call.name())?;
    out.write_str("(")?;
    if call.inlined {
        out.write_str("...")?;
    } else {
        write_args(out, frame)?;
    }
    let (file, line) = call.file_line();
    write!(out, ")\n\t{file}:{line}")?;
    if !call.inlined {
        if frame.pc > frame.func.entry() {
            write!(out, " +{:#x}", frame.pc - frame.func.entry())?;
        }
        if detail.addresses {
            write!(
                out,
                " fp={:#x} sp={:#x} pc={:#x}",
                frame.fp, frame.sp, frame.pc
            )?;
        }
    }
    out.write_str("\n")
}

/// A name as printed: `panic` for its function in the runtime, `[...]` for type arguments.
pub(super) fn function_name(out: &mut impl Write, name: &str) -> fmt::Result {
    if name == "runtime.gopanic" {
        return out.write_str("panic");
    }
    match (name.find('['), name.rfind(']')) {
        (Some(from), Some(to)) if from < to => {
            out.write_str(&name[..from])?;
            out.write_str("[...]")?;
            out.write_str(&name[to + 1..])
        }
        _ => out.write_str(name),
    }
}

fn created_by(out: &mut impl Write, g: &G) -> fmt::Result {
    creator(out, g.goid.get(), g.created_pc.get(), g.created_by.get())
}

/// Where goroutine `goid` was created: at the `go` statement in front of `pc`, by goroutine `by` (0: not told).
pub(super) fn creator(out: &mut impl Write, goid: u64, pc: usize, by: u64) -> fmt::Result {
    let Some(func) = find_func(pc).filter(|_| goid != 1) else {
        return Ok(());
    };
    let lookup = if pc > func.entry() { pc - 1 } else { pc };
    let call = Logical::physical(func, lookup);
    if !is_for_users(&call, false) {
        return Ok(());
    }
    out.write_str("created by ")?;
    function_name(out, call.name())?;
    if by != 0 {
        write!(out, " in goroutine {by}")?;
    }
    place(out, &call, pc)
}

/// The line below a call: its file and line, and how far `pc` is from the function's entry.
pub(super) fn place(out: &mut impl Write, call: &Logical, pc: usize) -> fmt::Result {
    let (file, line) = call.file_line();
    write!(out, "\n\t{file}:{line}")?;
    if pc > call.func.entry() {
        write!(out, " +{:#x}", pc - call.func.entry())?;
    }
    out.write_str("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn printed(name: &str) -> String {
        let mut out = String::new();
        function_name(&mut out, name).unwrap();
        out
    }

    #[test]
    fn exported_names_of_the_runtime_are_its_api() {
        for shown in ["Gosched", "GC", "(*Func).Entry", "Cleanup.Stop"] {
            assert!(is_exported(shown), "{shown}");
        }
        for hidden in [
            "gopanic",
            "(*g).Method",
            "(*Func).inlined",
            "main.func1",
            "",
        ] {
            assert!(!is_exported(hidden), "{hidden}");
        }
    }

    #[test]
    fn type_arguments_are_not_spelled_out() {
        assert_eq!(
            printed("main.Map[go.shape.int,go.shape.[]uint8].Get"),
            "main.Map[...].Get"
        );
        assert_eq!(printed("main.f"), "main.f");
        assert_eq!(printed("runtime.gopanic"), "panic");
    }
}
