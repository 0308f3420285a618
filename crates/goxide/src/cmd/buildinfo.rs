//! What a binary says about itself: Go's build information, and the kernel's name in its constants.

use std::path::Path;

use anyhow::{Context, Result, bail};
use memchr::memmem;
use object::{Object, ObjectSection};

/// What is known of a Go program.
#[derive(Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// `go1.25.3`.
    pub go: String,
    /// Lines of module information, tab separated; may be empty.
    pub modules: String,
    /// The kernel, or `None` for the stock runtime.
    pub kernel: Option<KernelId>,
}

/// How a kernel names itself: `goxide-kernel <version> <release|debug> [<hash>]`, ended by a zero byte.
#[derive(Debug, PartialEq, Eq)]
pub struct KernelId {
    pub version: String,
    pub kind: String,
    pub hash: Option<String>,
}

const MAGIC: &[u8] = b"\xff Go buildinf:";
const KERNEL_MARK: &[u8] = b"goxide-kernel ";

impl BuildInfo {
    /// Reads a program.
    pub fn of(path: &Path) -> Result<Self> {
        let data = std::fs::read(path)?;
        let file = object::File::parse(&*data)
            .ok()
            .context("not an executable of this system")?;
        let section = file
            .section_by_name(".go.buildinfo")
            .context("not a Go program")?;
        let (go, modules) =
            parse_section(section.data()?).context("its build information is unreadable")?;
        let kernel = find_kernel(&data);
        Ok(Self {
            go,
            modules,
            kernel,
        })
    }
}

/// Layout since Go 1.18: magic, pointer size, flags (bit 1: strings follow inline), then at 32 two strings, each
/// with its length as a varint.
fn parse_section(data: &[u8]) -> Result<(String, String)> {
    if !data.starts_with(MAGIC) || data.get(15).is_none_or(|flags| flags & 2 == 0) {
        bail!("not written by Go 1.18 or later");
    }
    let rest = data.get(32..).context("cut short")?;
    let (go, rest) = take_string(rest).context("cut short")?;
    let (modules, _) = take_string(rest).context("cut short")?;
    Ok((String::from_utf8_lossy(go).into_owned(), unframed(modules)))
}

fn take_string(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut len = 0usize;
    for (i, byte) in data.iter().enumerate().take(5) {
        len |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let rest = &data[i + 1..];
            return (len <= rest.len()).then(|| rest.split_at(len));
        }
    }
    None
}

/// The text lies between two marks of 16 bytes.
fn unframed(modules: &[u8]) -> String {
    let text = match modules.len() {
        0..33 => &[],
        n => &modules[16..n - 16],
    };
    String::from_utf8_lossy(text).into_owned()
}

fn find_kernel(data: &[u8]) -> Option<KernelId> {
    memmem::find_iter(data, KERNEL_MARK)
        .find_map(|at| parse_kernel(&data[at + KERNEL_MARK.len()..]))
}

fn parse_kernel(data: &[u8]) -> Option<KernelId> {
    let end = data.iter().take(128).position(|&b| b == 0)?;
    let text = std::str::from_utf8(&data[..end]).ok()?;
    let mut words = text.split(' ').map(str::to_string);
    let (version, kind, hash) = (words.next()?, words.next()?, words.next());
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    let is_kind = crate::link::Kernel::parse(&kind).is_some();
    (is_version && is_kind).then_some(KernelId {
        version,
        kind,
        hash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_lie_inline_behind_their_lengths() {
        let framed = [&[b'<'; 16][..], b"path\tx\n", &[b'>'; 16]].concat();
        let mut section = MAGIC.to_vec();
        section.extend([8, 2]);
        section.resize(32, 0);
        section.push(8);
        section.extend(b"go1.25.3");
        section.push(framed.len() as u8);
        section.extend(&framed);
        assert_eq!(
            parse_section(&section).unwrap(),
            ("go1.25.3".into(), "path\tx\n".into())
        );
        assert!(parse_section(&section[..40]).is_err());
        assert!(parse_section(b"nothing").is_err());
    }

    #[test]
    fn only_a_whole_name_is_a_kernel() {
        let found = |s: &[u8]| find_kernel(s).map(|k| (k.version, k.kind, k.hash));
        let want = ("0.1.0".into(), "debug".into(), Some("ab12".into()));
        assert_eq!(
            found(b"xx goxide-kernel is\0 goxide-kernel 0.1.0 debug ab12\0"),
            Some(want)
        );
        assert_eq!(
            found(b"goxide-kernel 0.1.0 release\0"),
            Some(("0.1.0".into(), "release".into(), None))
        );
        assert_eq!(found(b"goxide-kernel of a nut\0"), None);
    }
}
