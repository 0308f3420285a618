//! Programs become binaries: `<out>/<side>/<area>/<name>`, all programs of an area by one go command.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::case::Program;
use super::exec;
use super::toolchain::{Builder, Side, Toolchains};

/// Where each program's binary is, or why it has none.
pub type Binaries = HashMap<(String, Side), Result<PathBuf, String>>;

/// Builds all programs with both sides.
pub fn build_all(programs: &[Program], tools: &Toolchains, out: &Path) -> Result<Binaries> {
    let mut binaries = Binaries::new();
    for side in Side::BOTH {
        for (area, group) in by_area(programs) {
            let dir = out.join(side.name()).join(area);
            exec::open_directory(&dir)?;
            build_group(&group, tools.of(side), side, &dir, &mut binaries)?;
        }
    }
    Ok(binaries)
}

fn by_area(programs: &[Program]) -> BTreeMap<&str, Vec<&Program>> {
    let mut areas: BTreeMap<&str, Vec<&Program>> = BTreeMap::new();
    for program in programs {
        areas.entry(program.area()).or_default().push(program);
    }
    areas
}

/// One go command for the plain programs of the group; if that fails, and for the others, one each.
fn build_group(
    group: &[&Program],
    builder: &Builder,
    side: Side,
    dir: &Path,
    into: &mut Binaries,
) -> Result<()> {
    let (plain, special): (Vec<&Program>, Vec<&Program>) = group
        .iter()
        .partition(|p| p.spec.build.is_empty() && p.area() != "examples");
    let together = plain.len() > 1 && build_together(&plain, builder, dir)?;
    for program in plain {
        let result = if together {
            Ok(binary(dir, program))
        } else {
            build_one(program, builder, dir)?
        };
        into.insert((program.name.clone(), side), result);
    }
    for program in special {
        into.insert(
            (program.name.clone(), side),
            build_one(program, builder, dir)?,
        );
    }
    Ok(())
}

fn build_together(programs: &[&Program], builder: &Builder, dir: &Path) -> Result<bool> {
    let mut command = builder.command(&["build", "-o"]);
    command.arg(format!("{}/", dir.display()));
    for program in programs {
        command.arg(&program.dir);
    }
    command.current_dir(&programs[0].dir);
    Ok(command.output()?.status.success())
}

fn build_one(program: &Program, builder: &Builder, dir: &Path) -> Result<Result<PathBuf, String>> {
    let target = binary(dir, program);
    let mut command: Command = builder.command(&["build", "-o"]);
    command
        .arg(&target)
        .args(&program.spec.build)
        .arg(".")
        .current_dir(&program.dir);
    let out = command.output()?;
    Ok(if out.status.success() {
        Ok(target)
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    })
}

fn binary(dir: &Path, program: &Program) -> PathBuf {
    dir.join(program.dir.file_name().unwrap_or_default())
}
