//! What the go command will see in its environment: the process's variables, then the user's `go env -w` file.
//!
//! goxide reads these only to refuse what it cannot do and to merge `-tags`; it changes nothing there.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The settings of `go env`, as far as the user has made any.
#[derive(Default)]
pub struct GoEnv {
    process: HashMap<String, String>,
    file: HashMap<String, String>,
}

impl GoEnv {
    /// Reads the process's environment and the file that `go env -w` writes.
    pub fn read() -> Self {
        let text = |v: OsString| v.to_string_lossy().into_owned();
        Self {
            process: std::env::vars_os()
                .map(|(k, v)| (text(k), text(v)))
                .collect(),
            file: config_file()
                .and_then(|path| std::fs::read_to_string(path).ok())
                .map(|s| parse_file(&s))
                .unwrap_or_default(),
        }
    }

    /// The value in force, or `None` where go's default holds. An empty variable counts as unset, as in go.
    pub fn get(&self, name: &str) -> Option<&str> {
        let set = |m: &'_ HashMap<String, String>| m.get(name).is_some_and(|v| !v.is_empty());
        match (set(&self.process), set(&self.file)) {
            (true, _) => self.process.get(name),
            (_, true) => self.file.get(name),
            _ => None,
        }
        .map(String::as_str)
    }

    /// How to undo a setting: depends on where it was made.
    pub fn undo(&self, name: &str) -> String {
        match self.process.get(name).filter(|v| !v.is_empty()) {
            Some(_) => format!("Unset {name}."),
            None => format!("Run `go env -u {name}`."),
        }
    }

    /// The flags in GOFLAGS, one by one.
    pub fn goflags(&self) -> Vec<String> {
        split_quoted(self.get("GOFLAGS").unwrap_or(""))
    }

    #[cfg(test)]
    pub fn of(process: &[(&str, &str)], file: &str) -> Self {
        let process = process
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect();
        let file = parse_file(file);
        Self { process, file }
    }
}

fn config_file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    match set("GOENV") {
        Some(v) if v == "off" => None,
        Some(v) => Some(v.into()),
        None => set("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| set("HOME").map(|h| PathBuf::from(h).join(".config")))
            .map(|dir| dir.join("go/env")),
    }
}

fn parse_file(text: &str) -> HashMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let named = pairs.filter(|(k, _)| k.starts_with(|c: char| c.is_ascii_uppercase()));
    named.map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

/// Fields separated by white space; a field that opens with a quote ends at the next one.
fn split_quoted(s: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = s.trim_start();
    while let Some(first) = rest.chars().next() {
        let (field, tail) = match first {
            '\'' | '"' => rest[1..].split_once(first).unwrap_or((&rest[1..], "")),
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        fields.push(field.to_string());
        rest = tail.trim_start();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_beats_the_file_and_empty_means_unset() {
        let env = GoEnv::of(
            &[("GOOS", "plan9"), ("GOARCH", "")],
            "# note\nGOOS=windows\nGOARCH=arm64\n",
        );
        assert_eq!(env.get("GOOS"), Some("plan9"));
        assert_eq!(env.get("GOARCH"), Some("arm64"));
        assert_eq!(env.get("GOFLAGS"), None);
        assert!(env.undo("GOARCH").contains("go env -u"));
    }

    #[test]
    fn goflags_may_be_quoted() {
        let env = GoEnv::of(&[("GOFLAGS", " -mod=mod '-ldflags=-s -w'  -v")], "");
        assert_eq!(env.goflags(), ["-mod=mod", "-ldflags=-s -w", "-v"]);
    }
}
