//! `elf2go --header-from a.o --out kernel_linux_amd64.syso libkernel.a`: the converter on the command line.

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

const USAGE: &str = "usage: elf2go [--export-prefix gx_]... [--verbose] \
                     (--header-from OBJECT | --header LINE) --out FILE INPUT

Turns a Rust no_std static library (or one ELF object) into a Go object for cmd/link.

  --header-from OBJECT    take the header line from OBJECT, any file that `go tool asm` wrote
  --header LINE           the header line itself
  --export-prefix PREFIX  global symbols with this prefix keep their names (default gx_, may be repeated)
  --out FILE              where to write; name it *_linux_amd64.syso to have the go command pick it up
  --verbose               print sizes, exports and imports";

#[derive(Default)]
struct Args {
    header: Option<String>,
    out: Option<PathBuf>,
    input: Option<OsString>,
    prefixes: Vec<String>,
    verbose: bool,
    help: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("elf2go: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let args = parse()?;
    if args.help {
        println!("{USAGE}");
        return Ok(());
    }
    let (Some(header), Some(out), Some(input)) = (args.header, args.out, args.input) else {
        return Err(USAGE.into());
    };
    let bytes = std::fs::read(&input).map_err(|e| format!("{}: {e}", input.to_string_lossy()))?;
    let exports = |name: &str| args.prefixes.iter().any(|p| name.starts_with(p.as_str()));
    let body = goobj::convert(&bytes, &goobj::Options { exports: &exports })?;
    if args.verbose {
        print(&body);
    }
    std::fs::write(&out, goobj::assemble(&header, &body))
        .map_err(|e| format!("{}: {e}", out.display()))?;
    Ok(())
}

fn parse() -> Result<Args, Box<dyn Error>> {
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("header-from") => args.header = Some(header_from(parser.value()?)?),
            Long("header") => args.header = Some(parser.value()?.string()?),
            Long("export-prefix") => args.prefixes.push(parser.value()?.string()?),
            Long("out") | Short('o') => args.out = Some(parser.value()?.into()),
            Long("verbose") | Short('v') => args.verbose = true,
            Long("help") | Short('h') => args.help = true,
            Value(input) if args.input.is_none() => args.input = Some(input),
            other => return Err(other.unexpected().into()),
        }
    }
    if args.prefixes.is_empty() {
        args.prefixes.push("gx_".to_owned());
    }
    Ok(args)
}

fn header_from(path: OsString) -> Result<String, Box<dyn Error>> {
    let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.to_string_lossy()))?;
    let line = goobj::header_line(&bytes)
        .ok_or_else(|| format!("{}: not a Go object", path.to_string_lossy()))?;
    Ok(line.to_owned())
}

fn print(body: &goobj::Body) {
    let s = &body.stats;
    println!("sections {} of {} live", s.live_sections, s.sections);
    println!(
        "text {} rodata {} data {} bss {}",
        s.text_bytes, s.rodata_bytes, s.data_bytes, s.bss_bytes
    );
    println!("exports {}", body.exports.join(" "));
    println!("imports {}", body.imports.join(" "));
}
