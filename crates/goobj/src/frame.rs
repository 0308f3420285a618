//! How deep the stack is at every instruction.
//!
//! Go's unwinders, and the frame tables that the Go linker writes for debuggers, want the distance between SP and
//! the return address at each program counter. Rust code with frame pointers says so only in part: `.eh_frame`
//! describes the prologue, then counts from RBP. So the code is followed from its entries, instruction by
//! instruction, through all branches; where `.eh_frame` counts from RSP it has the last word.
//!
//! A function that aligns RSP has no such distance. It is marked, and unwinders must go by RBP.

use std::collections::BTreeMap;

use gimli::{BaseAddresses, CfaRule, EhFrame, LittleEndian, UnwindContext, UnwindSection, X86_64};
use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};

use crate::elf::Place;
use crate::image::{EH_FRAME_BASE, Image};
use crate::pctab::Run;

/// Stack depth of a text section.
#[derive(Debug, PartialEq, Eq)]
pub struct Depths {
    /// Bytes between SP and the return address.
    pub runs: Vec<Run>,
    /// SP is set to something other than a known distance.
    pub writes_sp: bool,
}

/// Stretches for which `.eh_frame` counts from RSP: from, to, depth.
pub type Known = Vec<(u32, u32, i32)>;

/// Follows the code from `entries`. Branches whose field is in `relocated` leave the section.
pub fn depths(
    code: &[u8],
    entries: &[u32],
    relocated: &dyn Fn(u32, u32) -> bool,
    known: &Known,
) -> Depths {
    let mut walk = Walk {
        code,
        relocated,
        at: BTreeMap::new(),
        strong: Vec::new(),
        weak: Vec::new(),
        writes_sp: false,
    };
    walk.weak
        .extend(entries.iter().rev().map(|&e| (e, State::ENTRY)));
    walk.run();
    let mut runs: Vec<Run> = Vec::new();
    for (&start, &(_, State { sp, .. })) in &walk.at {
        let depth = known
            .iter()
            .find(|k| k.0 <= start && start < k.1)
            .map_or(sp, |k| Some(k.2));
        if let Some(value) = depth {
            runs.push(Run { start, value });
        }
    }
    Depths {
        runs,
        writes_sp: walk.writes_sp,
    }
}

/// What is known in front of an instruction. Depths count from the return address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct State {
    sp: Option<i32>,
    /// Depth that RBP points to.
    bp: Option<i32>,
    /// Depth that R11 points to: the end of a stack probe.
    probe: Option<i32>,
}

impl State {
    const ENTRY: Self = Self {
        sp: Some(0),
        bp: None,
        probe: None,
    };
}

struct Walk<'a> {
    code: &'a [u8],
    relocated: &'a dyn Fn(u32, u32) -> bool,
    /// Instructions seen: length and state in front.
    at: BTreeMap<u32, (u32, State)>,
    /// Where a branch certainly leads.
    strong: Vec<(u32, State)>,
    /// What follows a call, which may not return, and what only a jump table reaches.
    weak: Vec<(u32, State)>,
    writes_sp: bool,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut tables: Option<State> = None;
        loop {
            while let Some((at, state)) = self.strong.pop().or_else(|| self.weak.pop()) {
                self.straight(at, state, &mut tables);
            }
            let Some(gap) = self.first_gap() else { break };
            self.strong.push((gap, self.state_in_gap(gap, tables)));
        }
    }

    /// The first byte that no instruction covers: padding, or the target of a jump table.
    fn first_gap(&self) -> Option<u32> {
        let mut next = 0;
        for (&at, &(len, _)) in &self.at {
            if at > next {
                return Some(next);
            }
            next = next.max(at + len);
        }
        ((next as usize) < self.code.len()).then_some(next)
    }

    /// Padding belongs to the code before it. Anything else is reached through a table, if there is one.
    fn state_in_gap(&self, gap: u32, tables: Option<State>) -> State {
        let before = self
            .at
            .range(..gap)
            .next_back()
            .map_or(State::ENTRY, |(_, &(_, state))| state);
        let first =
            Decoder::with_ip(64, &self.code[gap as usize..], 0, DecoderOptions::NONE).decode();
        let padding = matches!(
            first.mnemonic(),
            Mnemonic::Nop | Mnemonic::Int3 | Mnemonic::Ud2
        );
        tables.filter(|_| !padding).unwrap_or(before)
    }

    /// Follows the code until it branches away or meets code already seen.
    fn straight(&mut self, start: u32, mut state: State, tables: &mut Option<State>) {
        let mut decoder = Decoder::with_ip(64, self.code, 0, DecoderOptions::NONE);
        if decoder.set_position(start as usize).is_err() {
            return;
        }
        decoder.set_ip(u64::from(start));
        let mut previous = Instruction::default();
        while decoder.can_decode() {
            let i = decoder.decode();
            let (at, len) = (i.ip() as u32, i.len() as u32);
            if self.at.insert(at, (len, state)).is_some() {
                return;
            }
            let next = at + len;
            if i.flow_control() != FlowControl::Next {
                match self.branch(&i, state, tables) {
                    Then::Stop => return,
                    Then::MayGoOn => {
                        self.weak.push((next, state));
                        return;
                    }
                    Then::GoOn => state = after_probe(&previous, &i, state),
                }
            } else {
                state = self.step(&i, state);
            }
            previous = i;
            if self.at.contains_key(&next) {
                return;
            }
        }
    }

    fn branch(&mut self, i: &Instruction, state: State, tables: &mut Option<State>) -> Then {
        let end = i.ip() as u32 + i.len() as u32;
        let outside = (self.relocated)(i.ip() as u32, end);
        let target = i.near_branch_target();
        let mut follow = || {
            if !outside
                && target < self.code.len() as u64
                && !self.at.contains_key(&(target as u32))
            {
                self.strong.push((target as u32, state));
            }
        };
        match i.flow_control() {
            FlowControl::ConditionalBranch => {
                follow();
                Then::GoOn
            }
            FlowControl::UnconditionalBranch => {
                follow();
                Then::Stop
            }
            FlowControl::IndirectBranch => {
                // A jump through a table happens inside the frame, a tail call behind it.
                *tables = Some(tables.filter(|t| t.sp > state.sp).unwrap_or(state));
                Then::Stop
            }
            FlowControl::Call | FlowControl::IndirectCall if i.mnemonic() == Mnemonic::Syscall => {
                Then::GoOn
            }
            FlowControl::Call | FlowControl::IndirectCall => Then::MayGoOn,
            FlowControl::Return | FlowControl::Exception => Then::Stop,
            _ => Then::GoOn,
        }
    }

    fn step(&mut self, i: &Instruction, mut s: State) -> State {
        let (to, from) = (i.op0_register(), i.op1_register());
        let pushed = -i.stack_pointer_increment();
        match i.mnemonic() {
            Mnemonic::Leave => (s.sp, s.bp) = (s.bp.map(|d| d - 8), None),
            Mnemonic::Mov if to == Register::RBP && from == Register::RSP => s.bp = s.sp,
            Mnemonic::Mov if to == Register::RSP && from == Register::RBP => s.sp = s.bp,
            Mnemonic::Lea if to == Register::RBP => s.bp = address(i, s),
            Mnemonic::Lea if to == Register::R11 => s.probe = address(i, s),
            Mnemonic::Lea if to == Register::RSP => s.sp = address(i, s),
            Mnemonic::Sub | Mnemonic::Add if to == Register::RSP && is_immediate(i) => {
                let grow = if i.mnemonic() == Mnemonic::Sub { 1 } else { -1 };
                s.sp = s.sp.map(|d| d.wrapping_add(grow * i.immediate(1) as i32));
            }
            Mnemonic::Pop if to == Register::RBP => (s.sp, s.bp) = (s.sp.map(|d| d - 8), None),
            _ if pushed != 0 => s.sp = s.sp.map(|d| d + pushed),
            Mnemonic::Cmp | Mnemonic::Test => {}
            _ if i.op0_kind() == OpKind::Register && to == Register::RSP => s.sp = None,
            Mnemonic::Mov | Mnemonic::Xor if to == Register::RBP => s.bp = None,
            _ => {}
        }
        self.writes_sp |= s.sp.is_none();
        s
    }
}

enum Then {
    GoOn,
    MayGoOn,
    Stop,
}

/// `lea reg, [rsp+n]` or `[rbp+n]`: the depth of that address.
fn address(i: &Instruction, s: State) -> Option<i32> {
    let base = match i.memory_base() {
        Register::RSP => s.sp,
        Register::RBP => s.bp,
        _ => None,
    };
    let plain = i.memory_index() == Register::None;
    base.filter(|_| plain)
        .map(|d| d.wrapping_sub(i.memory_displacement64() as i32))
}

fn is_immediate(i: &Instruction) -> bool {
    !matches!(i.op1_kind(), OpKind::Register | OpKind::Memory)
}

/// A loop that touches page after page until RSP meets R11.
fn after_probe(previous: &Instruction, i: &Instruction, s: State) -> State {
    let compares = previous.mnemonic() == Mnemonic::Cmp
        && previous.op0_register() == Register::RSP
        && previous.op1_register() == Register::R11;
    if compares && i.mnemonic() == Mnemonic::Jne {
        State {
            sp: s.probe.or(s.sp),
            ..s
        }
    } else {
        s
    }
}

/// Calls `each` with every stretch of code for which `.eh_frame` counts from RSP.
///
/// # Errors
/// When the unwind tables are damaged.
pub fn read_eh_frame(image: &Image, each: &mut dyn FnMut(Place, u32, i32)) -> gimli::Result<()> {
    let section = EhFrame::new(image.section(".eh_frame"), LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(EH_FRAME_BASE);
    let mut context = UnwindContext::new();
    let mut entries = section.entries(&bases);
    while let Some(entry) = entries.next()? {
        let gimli::CieOrFde::Fde(partial) = entry else {
            continue;
        };
        let fde = partial.parse(EhFrame::cie_from_offset)?;
        let mut table = fde.rows(&section, &bases, &mut context)?;
        while let Some(row) = table.next_row()? {
            let CfaRule::RegisterAndOffset {
                register: X86_64::RSP,
                offset,
            } = *row.cfa()
            else {
                continue;
            };
            if let Some(place) = image.place(row.start_address()) {
                let length = row.end_address().saturating_sub(row.start_address());
                each(place, length as u32, offset as i32 - 8);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::{self, Input, SectionId, SectionKind};
    use crate::testing;

    /// Without frame pointers `.eh_frame` knows every depth, so it can be compared with the walk.
    fn compare(flags: &[&str]) -> (usize, Vec<String>) {
        let archive = testing::payload(flags);
        let input = elf::read(&archive).unwrap();
        let mut known: std::collections::HashMap<SectionId, Known> = Default::default();
        for member in &input.members {
            let image = Image::new(&input, member).unwrap();
            read_eh_frame(&image, &mut |p, len, depth| {
                let start = p.offset as u32;
                known
                    .entry(p.section)
                    .or_default()
                    .push((start, start + len, depth));
            })
            .unwrap();
        }
        let mut seen = 0;
        let mut wrong = Vec::new();
        for (i, s) in input
            .sections
            .iter()
            .enumerate()
            .filter(|(_, s)| s.kind == SectionKind::Text)
        {
            let id = SectionId(i as u32);
            let Some(known) = known.get(&id) else {
                continue;
            };
            let fields: Vec<u64> = s.relocs.iter().map(|r| r.offset).collect();
            let relocated = |a: u32, b: u32| {
                fields
                    .iter()
                    .any(|&f| u64::from(a) <= f && f < u64::from(b))
            };
            let walked = depths(&s.data, &[0], &relocated, &Known::new());
            seen += known.len();
            wrong.extend(disagreements(&input, id, known, &walked));
        }
        (seen, wrong)
    }

    fn disagreements(
        input: &Input<'_>,
        id: SectionId,
        known: &Known,
        walked: &Depths,
    ) -> Vec<String> {
        let name = &input.section(id).name;
        let mut wrong = Vec::new();
        for run in &walked.runs {
            let Some(k) = known.iter().find(|k| k.0 <= run.start && run.start < k.1) else {
                continue;
            };
            if k.2 != run.value {
                wrong.push(format!(
                    "{name}+{:#x}: walked {} table {}",
                    run.start, run.value, k.2
                ));
            }
        }
        wrong
    }

    #[test]
    fn walk_agrees_with_unwind_tables() {
        for flags in [
            &["-Cforce-frame-pointers=no"][..],
            &["-Cforce-frame-pointers=yes"],
        ] {
            let (seen, wrong) = compare(flags);
            assert!(seen > 1000, "{seen}");
            assert!(
                wrong.is_empty(),
                "{} of {seen}:\n{}",
                wrong.len(),
                wrong[..wrong.len().min(40)].join("\n")
            );
        }
    }

    fn walked(asm: &str) -> Depths {
        let object = testing::assembled(asm);
        let input = elf::read(&object).unwrap();
        let text = input
            .sections
            .iter()
            .find(|s| s.kind == SectionKind::Text && !s.data.is_empty());
        depths(&text.unwrap().data, &[0], &|_, _| false, &Known::new())
    }

    fn depth_at(d: &Depths, pc: u32) -> i32 {
        d.runs.iter().rfind(|r| r.start <= pc).unwrap().value
    }

    #[test]
    fn frame_pointer_restores_the_depth() {
        let d = walked(
            "push rbp\n mov rbp, rsp\n push rbx\n sub rsp, 0x100\n lea rsp, [rbp - 8]\n pop rbx\n pop rbp\n ret",
        );
        let values: Vec<i32> = d.runs.iter().map(|r| r.value).collect();
        assert_eq!(values, [0, 8, 8, 16, 272, 16, 8, 0]);
        assert!(!d.writes_sp);
    }

    #[test]
    fn stack_probe_ends_at_its_mark() {
        let d = walked(
            "push rbp\n mov rbp, rsp\n lea r11, [rsp - 0x4000]\n 2: sub rsp, 0x1000\n mov qword ptr [rsp], 0\n
             cmp rsp, r11\n jne 2b\n sub rsp, 0x20\n nop\n leave\n ret",
        );
        let depth = d.runs.iter().map(|r| r.value).max();
        assert_eq!(depth, Some(8 + 0x4000 + 0x20));
        assert_eq!(d.runs.last().unwrap().value, 0);
    }

    #[test]
    fn realigned_stack_is_marked() {
        let d = walked(
            "push rbp\n mov rbp, rsp\n and rsp, -64\n sub rsp, 64\n mov rsp, rbp\n pop rbp\n ret",
        );
        assert!(d.writes_sp);
        assert_eq!(d.runs.last().unwrap().value, 0);
    }

    #[test]
    fn code_behind_an_epilogue_has_its_branch_s_depth() {
        let d = walked("push rbx\n test edi, edi\n je 3f\n pop rbx\n ret\n 3: call rax\n ud2");
        assert_eq!((depth_at(&d, 6), depth_at(&d, 7)), (0, 8));
    }
}
