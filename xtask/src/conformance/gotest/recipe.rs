//! One case of Go's test directory: what the first line of its file asks for, and its sources as a module.
//!
//! The directory has its own small language: `// run -gcflags=-l a.go arg` in a file, `// rundir` beside a directory
//! `<name>.dir` whose files are packages in order. A case becomes a module named `test` (or, for `runindir`, named like
//! its directory), so that the ordinary go command of either side builds it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;

/// The language version of the modules: loops and types mean what they mean with the compiler that is tested.
const GO_MOD: &str = "go 1.25\n";

static PACKAGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^package\s+(\w+)").expect("the pattern is a constant"));
static LOCAL_IMPORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""\./(\w+)""#).expect("the pattern is a constant"));

/// How a case is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// One program of one file.
    Run,
    /// The files of a directory are packages that import each other as `./name`.
    RunDir,
    /// A directory is a module.
    RunInDir,
    /// A program that writes a program, which is then run.
    RunOutput,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Path below the directory, without `.go`.
    pub name: String,
    pub recipe: Recipe,
    /// For `go build`.
    pub flags: Vec<String>,
    /// For the program.
    pub args: Vec<String>,
    /// More files of the same program.
    files: Vec<String>,
    /// GOEXPERIMENT.
    pub experiment: Option<String>,
    one_file_packages: bool,
    /// The time limit times this.
    pub patience: u32,
}

impl Case {
    /// The case that begins in the file, if its recipe is one of ours.
    pub fn read(tests: &Path, file: &Path) -> Result<Option<Case>> {
        let text = fs::read(file).with_context(|| file.display().to_string())?;
        let text = String::from_utf8_lossy(&text);
        let name = file.strip_prefix(tests)?.with_extension("");
        Ok(action(&text).and_then(|line| Case::parse(&name.to_string_lossy(), line)))
    }

    fn parse(name: &str, action: &str) -> Option<Case> {
        let mut words = split(action).into_iter();
        let recipe = match words.next()?.as_str() {
            "run" | "buildrun" => Recipe::Run,
            "rundir" => Recipe::RunDir,
            "runindir" | "buildrundir" => Recipe::RunInDir,
            "runoutput" => Recipe::RunOutput,
            _ => return None,
        };
        let mut case = Case {
            name: name.to_owned(),
            recipe,
            flags: Vec::new(),
            args: Vec::new(),
            files: Vec::new(),
            experiment: None,
            one_file_packages: false,
            patience: 1,
        };
        let mut compile = Vec::new();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-goexperiment" => case.experiment = words.next(),
                "-t" => drop(words.next()),
                "-s" => case.one_file_packages = true,
                "-ldflags" => {
                    let flags: Vec<String> = words.by_ref().collect();
                    case.flags.push(format!("-ldflags={}", flags.join(" ")));
                }
                flag if flag.starts_with('-') && case.args.is_empty() => {
                    if recipe == Recipe::RunDir {
                        compile.push(word);
                    } else {
                        case.take_build_flag(&word, &mut words);
                    }
                }
                file if file.ends_with(".go") => case.files.push(word),
                _ => case.args.push(word),
            }
        }
        if !compile.is_empty() {
            case.flags.push(format!("-gcflags={}", compile.join(" ")));
        }
        if action.starts_with("buildrun ") {
            case.patience = 2;
        }
        Some(case)
    }

    /// `-gcflags -l=4` in two words is one flag; `-race` and the like stand alone.
    fn take_build_flag(&mut self, word: &str, rest: &mut impl Iterator<Item = String>) {
        let bare = matches!(word, "-gcflags" | "-ldflags" | "-tags");
        let value = if bare { rest.next() } else { None };
        self.flags
            .push(value.map_or_else(|| word.to_owned(), |v| format!("{word}={v}")));
    }

    /// Whether one go command may build it together with others.
    pub fn plain(&self) -> bool {
        matches!(self.recipe, Recipe::Run | Recipe::RunOutput)
            && self.flags.is_empty()
            && self.experiment.is_none()
    }

    /// The name of its directory among others.
    pub fn flat_name(&self) -> String {
        self.name.replace(['/', '.'], "_")
    }

    /// What the program must write; nothing, if there is no such file.
    pub fn expected(&self, tests: &Path) -> String {
        let file = tests.join(format!("{}.out", self.name));
        fs::read(file).map_or_else(
            |_| String::new(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )
    }

    /// Writes the sources of a one-file program to `dir`, which is part of a module.
    pub fn lay_files(&self, tests: &Path, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir)?;
        let own = tests.join(format!("{}.go", self.name));
        let beside = own.parent().unwrap_or(tests);
        copy(&own, &dir.join(safe_name(&own)))?;
        for file in &self.files {
            // `runoutput ./rotate.go` names a file of the directory in which the whole suite is run.
            let found = [beside.join(file), tests.join(file)];
            let from = found.iter().find(|p| p.exists()).context(file.clone())?;
            copy(from, &dir.join(safe_name(from)))?;
        }
        Ok(())
    }

    /// Writes the module of a case with a directory.
    pub fn lay_module(&self, tests: &Path, module: &Path) -> Result<()> {
        let from = tests.join(format!("{}.dir", self.name));
        if self.recipe == Recipe::RunDir {
            write_go_mod(module, "test")?;
            return self.lay_packages(&from, module);
        }
        copy_tree(&from, module)?;
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        write_go_mod(module, &name)
    }

    /// Files of one package clause are one package, named after its first file; main is the module itself.
    fn lay_packages(&self, from: &Path, module: &Path) -> Result<()> {
        let mut packages: BTreeMap<String, PathBuf> = BTreeMap::new();
        for file in sorted(from)? {
            if file.extension().is_none_or(|e| e != "go") {
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let package = package_of(&text);
            let dir = if package == "main" {
                module.to_path_buf()
            } else if self.one_file_packages {
                module.join(&*stem)
            } else {
                let first = || module.join(&*stem);
                packages.entry(package).or_insert_with(first).clone()
            };
            fs::create_dir_all(&dir)?;
            let text = LOCAL_IMPORT.replace_all(&text, "\"test/$1\"");
            fs::write(dir.join(safe_name(&file)), &*text)?;
        }
        Ok(())
    }
}

/// Every case of the directory, in order of name.
pub fn discover(tests: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    collect(tests, tests, &mut cases)?;
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

fn collect(tests: &Path, dir: &Path, into: &mut Vec<Case>) -> Result<()> {
    for path in sorted(dir)? {
        let ends = |suffix: &str| path.extension().is_some_and(|e| e == suffix);
        if path.is_dir() {
            if !ends("dir") {
                collect(tests, &path, into)?;
            }
        } else if ends("go") {
            into.extend(Case::read(tests, &path)?);
        }
    }
    Ok(())
}

/// The line after `//` that names the recipe: the first of the file that is not a build constraint.
fn action(text: &str) -> Option<&str> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .find(|line| !line.contains("+build") && !line.starts_with("//go:build"))
        .and_then(|line| line.strip_prefix("//"))
        .map(str::trim)
}

/// Words, with `"quoted parts"` kept together and without their quotes.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn package_of(text: &str) -> String {
    PACKAGE
        .captures(text)
        .map_or_else(String::new, |found| found[1].to_owned())
}

pub fn write_go_mod(module: &Path, name: &str) -> Result<()> {
    fs::create_dir_all(module)?;
    fs::write(module.join("go.mod"), format!("module {name}\n{GO_MOD}"))?;
    Ok(())
}

/// A file that is named on the command line has no constraints in its name; in a directory it would have.
fn safe_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let last = stem.rsplit('_').next().unwrap_or_default();
    let constrains = ["test", "linux", "windows", "amd64", "386", "arm64", "js"].contains(&last);
    let tail = if stem.contains('_') && constrains {
        "_"
    } else {
        ""
    };
    format!("{stem}{tail}.go")
}

fn sorted(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    let mut paths = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for path in sorted(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            copy(&path, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_is_the_first_line_that_is_no_constraint() {
        assert_eq!(action("// run -v x\n\npackage main\n"), Some("run -v x"));
        assert_eq!(action("// +build !js\n// run\n\npackage main"), Some("run"));
        assert_eq!(action("//go:build x\n\n// run\n"), Some("run"));
        assert_eq!(action("package main\n// run\n"), None);
    }

    #[test]
    fn words_of_an_action_find_their_place() {
        let case = Case::parse("a/b", "run -gcflags=\"-l -N\" two.go x y").unwrap();
        assert_eq!(case.flags, ["-gcflags=-l -N"]);
        assert_eq!(
            (&*case.files, &*case.args),
            (
                &["two.go".to_owned()][..],
                &["x".to_owned(), "y".to_owned()][..]
            )
        );
        let case = Case::parse("a", "rundir -l=4").unwrap();
        assert_eq!(case.flags, ["-gcflags=-l=4"]);
        let case = Case::parse("a", "run -gcflags -l=4").unwrap();
        assert_eq!(case.flags, ["-gcflags=-l=4"]);
        let case = Case::parse("a", "runindir -goexperiment fieldtrack -ldflags -k=v").unwrap();
        assert_eq!(case.experiment.as_deref(), Some("fieldtrack"));
        assert_eq!(case.flags, ["-ldflags=-k=v"]);
        assert!(Case::parse("a", "errorcheck").is_none());
    }

    #[test]
    fn file_names_lose_their_constraints() {
        assert_eq!(safe_name(Path::new("/x/a_test.go")), "a_test_.go");
        assert_eq!(safe_name(Path::new("/x/linux.go")), "linux.go");
        assert_eq!(safe_name(Path::new("/x/bug1.go")), "bug1.go");
    }
}
