//! Go versions, as VERSION files and `go version` spell them.

use std::fmt;

/// A released or pre-release version, such as `go1.25.3` or `go1.26rc1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoVersion {
    text: String,
    minor: u32,
    /// `None` for pre-releases (beta, rc).
    patch: Option<u32>,
}

impl GoVersion {
    /// The version that `text` starts with; what follows the first white space is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().next()?;
        let rest = word.strip_prefix("go1.")?;
        let (minor, rest) = digits(rest)?;
        let patch = match rest.strip_prefix('.').and_then(digits) {
            Some((patch, tail)) if is_suffix(tail) => Some(patch),
            _ if is_suffix(rest) => Some(0),
            _ => None,
        };
        let text = word.to_string();
        Some(Self { text, minor, patch })
    }

    /// `1.25.3`, `go1.25.3` or `1.25`, as a user types it.
    pub fn from_user(text: &str) -> Option<Self> {
        let text = text.strip_prefix("go").unwrap_or(text);
        Self::parse(&format!("go{text}"))
    }

    /// Whether this is a 1.25.x; the error says what it is instead.
    pub fn check(&self) -> Result<(), String> {
        match (self.minor, self.patch) {
            (25, Some(_)) => Ok(()),
            (25, None) => Err(format!(
                "{self} is a pre-release; goxide needs a released go1.25.x"
            )),
            _ => Err(format!("{self} is not go1.25.x")),
        }
    }

    /// Whether this go command can fetch another toolchain by GOTOOLCHAIN.
    pub fn can_switch(&self) -> bool {
        self.minor >= 21
    }

    /// Without the `go` in front.
    pub fn number(&self) -> &str {
        self.text.trim_start_matches("go")
    }

    /// With the `go` in front.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn digits(s: &str) -> Option<(u32, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    Some((s[..end].parse().ok()?, &s[end..]))
}

/// Vendors append their mark to a release: `go1.25.3-vendor`, `go1.25.3+auto`.
fn is_suffix(s: &str) -> bool {
    s.is_empty() || s.starts_with(['-', '+'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_released_1_25_is_accepted() {
        let ok = |s: &str| GoVersion::parse(s).is_some_and(|v| v.check().is_ok());
        for good in [
            "go1.25",
            "go1.25.0",
            "go1.25.3\ntime x",
            "go1.25.11-vendor",
            "go1.25.3 X:foo",
        ] {
            assert!(ok(good), "{good}");
        }
        for bad in [
            "go1.25rc1",
            "go1.24.9",
            "go1.26.8",
            "go1.250",
            "go1.25.",
            "devel +abc",
            "1.25.3",
            "",
        ] {
            assert!(!ok(bad), "{bad}");
        }
    }

    #[test]
    fn users_may_leave_out_the_go() {
        assert_eq!(
            GoVersion::from_user("1.25.3"),
            GoVersion::from_user("go1.25.3")
        );
        assert_eq!(GoVersion::from_user("1.25.3").unwrap().number(), "1.25.3");
        assert_eq!(GoVersion::from_user("latest"), None);
    }
}
