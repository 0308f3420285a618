//! What the environment variables GOGC, GOMEMLIMIT and GOMAXPROCS say.
//!
//! The documented grammar, nothing more: decimal digits without sign tolerance, blanks or underscores. `None` means
//! "not understood"; what follows from that (a default, or a fatal error for GOMEMLIMIT) is the caller's decision.

/// The memory limit that stands for "no limit".
pub const NO_MEMORY_LIMIT: i64 = i64::MAX;
/// The GOGC value that stands for "off".
pub const GC_OFF: i32 = -1;

/// GOGC: `off` or a whole number; every negative number means off.
pub fn parse_gogc(text: &[u8]) -> Option<i32> {
    if text == b"off" {
        return Some(GC_OFF);
    }
    parse_int(text)
        .and_then(|n| i32::try_from(n).ok())
        .map(|n| n.max(GC_OFF))
}

/// GOMEMLIMIT: empty, `off`, or a byte count.
pub fn parse_memory_limit(text: &[u8]) -> Option<i64> {
    match text {
        b"" | b"off" => Some(NO_MEMORY_LIMIT),
        _ => parse_byte_count(text),
    }
}

/// GOMAXPROCS: a whole number of at least 1. Everything else leaves the default in force.
pub fn parse_max_procs(text: &[u8]) -> Option<u32> {
    parse_int(text)
        .and_then(|n| i32::try_from(n).ok())
        .filter(|&n| n > 0)
        .map(|n| n as u32)
}

/// A number of bytes: digits, then nothing or one of B, KiB, MiB, GiB, TiB.
pub fn parse_byte_count(text: &[u8]) -> Option<i64> {
    const UNITS: [(&[u8], u32); 5] = [
        (b"KiB", 10),
        (b"MiB", 20),
        (b"GiB", 30),
        (b"TiB", 40),
        (b"B", 0),
    ];
    let (digits, shift) = UNITS
        .iter()
        .find_map(|&(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
        .unwrap_or((text, 0));
    parse_digits(digits)?
        .checked_mul(1 << shift)
        .and_then(|n| i64::try_from(n).ok())
}

/// A decimal number, with an optional minus.
pub fn parse_int(text: &[u8]) -> Option<i64> {
    match text.strip_prefix(b"-") {
        Some(digits) => 0i64.checked_sub_unsigned(parse_digits(digits)?),
        None => i64::try_from(parse_digits(text)?).ok(),
    }
}

fn parse_digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |n, c| {
        let digit = c.is_ascii_digit().then(|| u64::from(c - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gogc_takes_off_and_whole_numbers() {
        let cases: [(&str, Option<i32>); 10] = [
            ("off", Some(-1)),
            ("0", Some(0)),
            ("100", Some(100)),
            ("-7", Some(-1)),
            ("2147483647", Some(i32::MAX)),
            ("2147483648", None),
            ("", None),
            ("+5", None),
            ("50%", None),
            ("OFF", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_gogc(text.as_bytes()), expected, "GOGC={text}");
        }
    }

    #[test]
    fn memory_limit_takes_binary_units() {
        let cases: [(&str, Option<i64>); 22] = [
            ("", Some(NO_MEMORY_LIMIT)),
            ("off", Some(NO_MEMORY_LIMIT)),
            ("0", Some(0)),
            ("12345", Some(12345)),
            ("7B", Some(7)),
            ("3KiB", Some(3 << 10)),
            ("4MiB", Some(4 << 20)),
            ("5GiB", Some(5 << 30)),
            ("6TiB", Some(6 << 40)),
            ("8388607TiB", Some(8_388_607 << 40)),
            ("8388608TiB", None),
            ("16777216TiB", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("B", None),
            ("KiB", None),
            ("1iB", None),
            ("1KB", None),
            ("1PiB", None),
            ("1 GiB", None),
            ("-1", None),
            ("1.5GiB", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_memory_limit(text.as_bytes()),
                expected,
                "GOMEMLIMIT={text}"
            );
        }
    }

    #[test]
    fn max_procs_is_positive() {
        let cases: [(&str, Option<u32>); 6] = [
            ("1", Some(1)),
            ("64", Some(64)),
            ("0", None),
            ("-2", None),
            ("4x", None),
            ("4294967297", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_max_procs(text.as_bytes()),
                expected,
                "GOMAXPROCS={text}"
            );
        }
    }
}
