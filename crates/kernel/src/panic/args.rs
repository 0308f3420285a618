//! The words between the parentheses of a traceback line.

use crate::unwind::{Frame, PcData};
use core::fmt::{self, Write};
use goxide_algo::arginfo::{ArgEvent, ArgInfo, ArgLiveness};

/// Writes the arguments of `frame`, as far as the compiler left a description.
pub(super) fn write_args(out: &mut impl Write, frame: &Frame) -> fmt::Result {
    let Some(info) = frame.func.arg_info() else {
        return Ok(());
    };
    let live_index = frame.func.pcdata(PcData::ArgLiveIndex, frame.lookup);
    let mut live = ArgLiveness::new(frame.func.arg_live_info(), live_index);
    let mut at_start = true;
    for event in ArgInfo::new(info) {
        if !at_start && event != ArgEvent::EndAgg {
            out.write_str(", ")?;
        }
        match event {
            ArgEvent::Value { offset, size } => {
                let doubt = if live.next_is_live(offset) { "" } else { "?" };
                write!(
                    out,
                    "{:#x}{doubt}",
                    read(frame.argp() + usize::from(offset), size)
                )?;
            }
            ArgEvent::StartAgg => out.write_str("{")?,
            ArgEvent::EndAgg => out.write_str("}")?,
            ArgEvent::DotDotDot => out.write_str("...")?,
            ArgEvent::OffsetTooLarge => out.write_str("_")?,
        }
        at_start = event == ArgEvent::StartAgg;
    }
    Ok(())
}

fn read(addr: usize, size: u8) -> u64 {
    // SAFETY: the compiler describes words of the frame's argument area, which is part of the stack; it is read
    // bytewise because a dying program's tables may be wrong about alignment.
    unsafe {
        match size {
            1 => u64::from(*(addr as *const u8)),
            2 => u64::from((addr as *const u16).read_unaligned()),
            4 => u64::from((addr as *const u32).read_unaligned()),
            _ => (addr as *const u64).read_unaligned(),
        }
    }
}
