//! The go command's command line, understood just far enough to find a flag and to put one in.
//!
//! go's flags have one or two dashes, take their value after `=` or as the next argument, and end at the first
//! word that is none; only `go test` has them among its packages. To know whether the next argument is a value,
//! one must know which flags have none: those are listed here. Everything is given back as it was written.

use std::ffi::OsString;

/// Flags without a value, over all subcommands that compile. `-json` and `-v` may have one, but only after `=`.
const BOOLEAN: &[&str] = &[
    "a",
    "asan",
    "benchmem",
    "buildvcs",
    "c",
    "compiled",
    "cover",
    "deps",
    "diff",
    "e",
    "export",
    "failfast",
    "find",
    "fix",
    "fullpath",
    "h",
    "help",
    "i",
    "json",
    "linkshared",
    "m",
    "modcacherw",
    "msan",
    "n",
    "race",
    "retracted",
    "short",
    "trimpath",
    "u",
    "v",
    "versions",
    "work",
    "x",
];

/// In `go vet`, `-c` has a value; in `go list`, `-test` has none.
fn is_boolean(subcommand: &str, name: &str) -> bool {
    match (subcommand, name) {
        ("vet", "c") => false,
        ("list", "test") => true,
        _ => BOOLEAN.contains(&name.strip_prefix("test.").unwrap_or(name)),
    }
}

/// Flags with a value; any other flag is taken for one without, which only matters to `go test` and `go vet`,
/// where such flags belong to somebody else.
const VALUED: &[&str] = &[
    "C",
    "asmflags",
    "bench",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "buildmode",
    "c",
    "compiler",
    "count",
    "covermode",
    "coverpkg",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "debug-actiongraph",
    "debug-runtime-trace",
    "debug-trace",
    "exec",
    "f",
    "fuzz",
    "fuzzcachedir",
    "fuzzminimizetime",
    "fuzztime",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "kernel",
    "ldflags",
    "list",
    "memprofile",
    "memprofilerate",
    "mod",
    "modfile",
    "mutexprofile",
    "mutexprofilefraction",
    "o",
    "outputdir",
    "overlay",
    "p",
    "parallel",
    "pgo",
    "pkgdir",
    "reuse",
    "run",
    "shuffle",
    "skip",
    "tags",
    "testlogfile",
    "timeout",
    "toolexec",
    "trace",
    "vet",
    "vettool",
];

fn has_value(subcommand: &str, name: &str) -> bool {
    !is_boolean(subcommand, name) && VALUED.contains(&name.strip_prefix("test.").unwrap_or(name))
}

/// A flag as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Without dashes.
    pub name: String,
    /// `None` for a flag that stands alone.
    pub value: Option<String>,
    written: Vec<OsString>,
}

impl Flag {
    /// `-name=value`.
    pub fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_string(),
            value: Some(value.to_string()),
            written: vec![format!("-{name}={value}").into()],
        }
    }

    /// Reads `-name` or `-name=value`; `None` if it is no flag.
    pub fn parse(arg: &str) -> Option<Self> {
        let body = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'))?;
        if body.is_empty() || body.starts_with(['-', '=']) {
            return None;
        }
        let (name, value) = match body.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (body, None),
        };
        let written = vec![arg.into()];
        let name = name.to_string();
        Some(Self {
            name,
            value,
            written,
        })
    }

    /// Whether a flag that is on or off is on.
    pub fn is_on(&self) -> bool {
        let off = ["0", "f", "F", "false", "FALSE", "False"];
        !self.value.as_deref().is_some_and(|v| off.contains(&v))
    }
}

#[derive(Debug)]
enum Item {
    Flag(Flag),
    Word(OsString),
}

/// The arguments behind a subcommand.
#[derive(Debug)]
pub struct GoArgs {
    items: Vec<Item>,
    /// What the go command does not look at: arguments of the program or of the test.
    tail: Vec<OsString>,
}

impl GoArgs {
    /// Reads the arguments of `subcommand`.
    pub fn parse(subcommand: &str, args: Vec<OsString>) -> Self {
        let mut items = Vec::new();
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            match arg.to_str().and_then(Flag::parse) {
                Some(flag) if subcommand == "test" && flag.name == "args" => {
                    let tail = std::iter::once(arg).chain(args).collect();
                    return Self { items, tail };
                }
                Some(mut flag) => {
                    if flag.value.is_none()
                        && has_value(subcommand, &flag.name)
                        && let Some(value) = args.next()
                    {
                        flag.value = Some(value.to_string_lossy().into_owned());
                        flag.written.push(value);
                    }
                    items.push(Item::Flag(flag));
                }
                None if subcommand == "test" && arg != "--" => items.push(Item::Word(arg)),
                None => {
                    let tail = std::iter::once(arg).chain(args).collect();
                    return Self { items, tail };
                }
            }
        }
        let tail = Vec::new();
        Self { items, tail }
    }

    /// The flags in order.
    pub fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.items.iter().filter_map(|item| match item {
            Item::Flag(flag) => Some(flag),
            Item::Word(_) => None,
        })
    }

    /// Removes every flag of that name and returns the last one, which is the one in force.
    pub fn take(&mut self, name: &str) -> Option<Flag> {
        let is_it = |item: &mut Item| matches!(item, Item::Flag(f) if f.name == name);
        let taken = self.items.extract_if(.., is_it).last()?;
        match taken {
            Item::Flag(flag) => Some(flag),
            Item::Word(_) => None,
        }
    }

    /// Puts a flag where every subcommand reads it: in front, but behind `-C`, which go wants first.
    pub fn put(&mut self, flag: Flag) {
        let behind_c = matches!(self.items.first(), Some(Item::Flag(f)) if f.name == "C");
        self.items.insert(usize::from(behind_c), Item::Flag(flag));
    }

    /// The arguments for the go command.
    pub fn into_args(self) -> Vec<OsString> {
        let written = self.items.into_iter().flat_map(|item| match item {
            Item::Flag(flag) => flag.written,
            Item::Word(word) => vec![word],
        });
        written.chain(self.tail).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(subcommand: &str, line: &str) -> GoArgs {
        GoArgs::parse(
            subcommand,
            line.split_whitespace().map(OsString::from).collect(),
        )
    }

    fn names(args: &GoArgs) -> String {
        args.flags()
            .map(|f| f.name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn line(args: GoArgs) -> String {
        let words = args
            .into_args()
            .into_iter()
            .map(|a| a.into_string().unwrap());
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_are_not_taken_for_flags_or_packages() {
        let args = parse("build", "-o -race -ldflags=-s --tags x -v ./a -race");
        assert_eq!(names(&args), "o ldflags tags v");
        assert_eq!(line(args), "-o -race -ldflags=-s --tags x -v ./a -race");
    }

    #[test]
    fn arguments_of_the_program_are_its_own() {
        let mut args = parse("run", "-kernel debug ./x -kernel=release -race");
        assert_eq!(args.take("kernel").unwrap().value.as_deref(), Some("debug"));
        assert_eq!(line(args), "./x -kernel=release -race");
        assert_eq!(names(&parse("run", "-- -race")), "");
    }

    #[test]
    fn go_test_has_flags_among_packages_until_args() {
        let args = parse("test", "./... -run X -v pkg -race -args -msan");
        assert_eq!(names(&args), "run v race");
        assert_eq!(line(args), "./... -run X -v pkg -race -args -msan");
    }

    #[test]
    fn the_same_letter_may_differ_between_subcommands() {
        assert_eq!(names(&parse("vet", "-c 3 -race")), "c race");
        assert_eq!(names(&parse("test", "-c -race")), "c race");
        assert_eq!(names(&parse("list", "-test -race")), "test race");
    }

    #[test]
    fn a_flag_goes_behind_chdir() {
        let mut args = parse("build", "-C dir -v .");
        args.put(Flag::new("tags", "t"));
        assert_eq!(line(args), "-C dir -tags=t -v .");
    }

    #[test]
    fn off_is_off() {
        let on = |s: &str| Flag::parse(s).unwrap().is_on();
        assert!(on("-race") && on("-race=true") && on("--race=1"));
        assert!(!on("-race=false") && !on("-race=0"));
        assert_eq!(Flag::parse("-"), None);
        assert_eq!(Flag::parse("--"), None);
    }
}
