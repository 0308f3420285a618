//! How a traceback prints the arguments of a frame: the ArgInfo and ArgLiveInfo streams of funcdata.
//!
//! ArgInfo is a script: print the word at this offset, open a brace, close it, print an ellipsis. ArgLiveInfo says
//! which of the words that arrived in registers have a spilled, hence readable, value at this PC; the traceback marks
//! the others with a question mark.

const END: u8 = 0xff;
const START_AGG: u8 = 0xfe;
const END_AGG: u8 = 0xfd;
const DOT_DOT_DOT: u8 = 0xfc;
const OFFSET_TOO_LARGE: u8 = 0xfb;

/// One step of printing an argument list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgEvent {
    /// Print the `size` bytes at `offset` from the frame's argument pointer.
    Value {
        /// Distance from the argument pointer.
        offset: u8,
        /// 1, 2, 4 or 8.
        size: u8,
    },
    /// A struct or array opens: `{`.
    StartAgg,
    /// It closes: `}`.
    EndAgg,
    /// More follows that is not printed: `...`.
    DotDotDot,
    /// A value whose offset the stream cannot express: `_`.
    OffsetTooLarge,
}

/// The events of an ArgInfo stream, which ends at its end mark or with the slice.
#[derive(Clone, Debug)]
pub struct ArgInfo<'a> {
    rest: &'a [u8],
}

impl<'a> ArgInfo<'a> {
    /// Reads the stream that starts at the first byte.
    pub const fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }
}

impl Iterator for ArgInfo<'_> {
    type Item = ArgEvent;

    fn next(&mut self) -> Option<ArgEvent> {
        let (&op, rest) = self.rest.split_first()?;
        let (event, rest) = match op {
            END => (None, &[][..]),
            START_AGG => (Some(ArgEvent::StartAgg), rest),
            END_AGG => (Some(ArgEvent::EndAgg), rest),
            DOT_DOT_DOT => (Some(ArgEvent::DotDotDot), rest),
            OFFSET_TOO_LARGE => (Some(ArgEvent::OffsetTooLarge), rest),
            offset => match rest.split_first() {
                Some((&size, rest)) => (Some(ArgEvent::Value { offset, size }), rest),
                None => (None, rest),
            },
        };
        self.rest = rest;
        event
    }
}

/// Which arguments are live at a PC. Feed it every `Value` in stream order: it counts the tracked ones.
#[derive(Clone, Debug)]
pub struct ArgLiveness<'a> {
    bitmap: &'a [u8],
    first_tracked: u8,
    slot: usize,
}

impl<'a> ArgLiveness<'a> {
    /// `info` is the function's ArgLiveInfo (empty if it has none), `index` the PC's ArgLiveIndex.
    pub fn new(info: &'a [u8], index: i32) -> Self {
        let known = usize::try_from(index).ok().filter(|&i| i > 0);
        let bitmap = known.and_then(|i| info.get(i..)).unwrap_or(&[]);
        Self {
            bitmap,
            first_tracked: info.first().copied().unwrap_or(u8::MAX),
            slot: 0,
        }
    }

    /// Is the next value, at `offset`, live? Values that nothing is known about are.
    pub fn next_is_live(&mut self, offset: u8) -> bool {
        if offset < self.first_tracked {
            return true;
        }
        let slot = self.slot;
        self.slot += 1;
        self.bitmap
            .get(slot / 8)
            .is_none_or(|bits| bits >> (slot % 8) & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn stream_becomes_events_until_its_end_mark() {
        use ArgEvent::*;
        let stream = [
            0,
            8,
            START_AGG,
            8,
            4,
            END_AGG,
            OFFSET_TOO_LARGE,
            DOT_DOT_DOT,
            END,
            1,
            1,
        ];
        let events: Vec<_> = ArgInfo::new(&stream).collect();
        let expected = [
            Value { offset: 0, size: 8 },
            StartAgg,
            Value { offset: 8, size: 4 },
            EndAgg,
            OffsetTooLarge,
            DotDotDot,
        ];
        assert_eq!(events, expected);
    }

    #[test]
    fn cut_stream_ends_without_a_half_event() {
        assert_eq!(ArgInfo::new(&[]).next(), None);
        assert_eq!(ArgInfo::new(&[16]).next(), None);
    }

    #[test]
    fn iterator_stays_at_its_end() {
        let mut info = ArgInfo::new(&[END, 0, 8]);
        assert_eq!((info.next(), info.next()), (None, None));
    }

    #[test]
    fn liveness_counts_only_tracked_values() {
        // Offsets from 8 on are tracked; the bitmap at index 1 says: first live, second dead, third live.
        let mut live = ArgLiveness::new(&[8, 0b101], 1);
        assert_eq!(
            [0, 8, 16, 24].map(|offset| live.next_is_live(offset)),
            [true, true, false, true]
        );
    }

    #[test]
    fn unknown_liveness_means_live() {
        for (info, index) in [
            (&[][..], 1),
            (&[0, 0][..], 0),
            (&[0, 0][..], -1),
            (&[0, 0][..], 9),
        ] {
            assert!(
                ArgLiveness::new(info, index).next_is_live(8),
                "{info:?} at {index}"
            );
        }
    }
}
