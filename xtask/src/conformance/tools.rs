//! Go's own tools as test programs: each is built by both sides and given the same real input; the results must be
//! equal byte for byte. And stock's `go tool pprof` and `go tool trace` as readers of what a goxide program writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::Session;
use super::exec::{self, End, Outcome};
use super::filter::Names;
use super::report::{self, Counts, Report};
use super::toolchain::{Side, Toolchains};

const TOOLS: &[&str] = &[
    "cmd/gofmt",
    "cmd/vet",
    "cmd/asm",
    "cmd/nm",
    "cmd/link",
    "cmd/compile",
];
/// In the order in which they are run.
const CHECKS: &[&str] = &["gofmt", "compile", "asm", "link", "nm", "vet", "pprof"];
const TOOL_NAMES: Names = Names {
    what: "tool",
    list: "there are gofmt, compile, asm, link, nm, vet, and pprof",
};
const COMPILE: &[&str] = &["fmt", "net/http", "go/types"];
const ASSEMBLE: &[&str] = &[
    "math/big",
    "internal/bytealg",
    "sync/atomic",
    "crypto/md5",
    "math",
];
const VET: &[&str] = &[
    "fmt",
    "net/http",
    "go/types",
    "cmd/vet/testdata/print",
    "cmd/vet/testdata/assign",
    "cmd/vet/testdata/copylock",
    "cmd/vet/testdata/httpresponse",
    "cmd/vet/testdata/structtag",
    "cmd/vet/testdata/waitgroup",
    "cmd/vet/testdata/lostcancel",
    "cmd/vet/testdata/unsafeptr",
];
/// What the program api/httppprof writes, what reads it, and what that must print.
const PROFILES: &[(&str, &[&str], &str)] = &[
    ("profile1.pb.gz", TOP, "main.hotLoop"),
    ("heap.pb.gz", TOP, "main.keepsMemory"),
    ("allocs.pb.gz", TOP, "main.keepsMemory"),
    ("goroutine.pb.gz", TOP, "main.waitsForChannel"),
    ("block.pb.gz", TOP, "Type: delay"),
    ("mutex.pb.gz", TOP, "main.contends"),
    ("mutex1.pb.gz", TOP, "Type: delay"),
    ("allocs1.pb.gz", TOP, "Type: "),
    ("threadcreate.pb.gz", TOP, "Type: threadcreate"),
    ("trace", &["tool", "trace", "-d=parsed"], "main.hotLoop"),
];
const TOP: &[&str] = &["tool", "pprof", "-top"];
const TIMEOUT: Duration = Duration::from_secs(600);

/// `cargo xtask conformance tools`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Only these tools: gofmt, vet, asm, nm, link, compile, pprof.
    only: Vec<String>,
    /// Each check this many times.
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// Smaller input.
    #[arg(long)]
    quick: bool,
}

impl Args {
    /// For `cargo xtask test`.
    pub fn quick() -> Args {
        Args {
            only: Vec::new(),
            runs: 1,
            quick: true,
        }
    }
}

/// What `go list -json -export` says about a package.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Package {
    import_path: String,
    dir: PathBuf,
    export: Option<String>,
    go_files: Vec<String>,
    s_files: Vec<String>,
    import_map: BTreeMap<String, String>,
    imports: Vec<String>,
    standard: bool,
}

/// The input of `vet`, as the go command writes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct VetConfig<'a> {
    #[serde(rename = "ID")]
    id: &'a str,
    compiler: &'a str,
    dir: &'a Path,
    import_path: &'a str,
    go_files: Vec<PathBuf>,
    import_map: BTreeMap<&'a str, &'a str>,
    package_file: BTreeMap<&'a str, &'a str>,
    standard: BTreeMap<&'a str, bool>,
    vetx_only: bool,
    vetx_output: PathBuf,
    go_version: &'a str,
    succeed_on_typecheck_failure: bool,
}

/// Everything the checks share.
struct Bench<'a> {
    tools: &'a Toolchains,
    bin: PathBuf,
    work: tempfile::TempDir,
    packages: BTreeMap<String, Package>,
    report: Report,
    args: &'a Args,
    /// `conformance/programs`.
    programs: PathBuf,
}

/// Builds the tools and runs every check.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    TOOL_NAMES.check(&args.only, |name| CHECKS.contains(&name))?;
    let bin = session.out.join("tools");
    let report = Report::new(session.common.verbose);
    if args.only.iter().any(|o| o != "pprof") || args.only.is_empty() {
        println!("building {} twice", TOOLS.join(" "));
        if let Err(why) = build(session, &bin) {
            report.fail("build of the tools", &format!("{why:#}"));
            return Ok(report.counts());
        }
    }
    let packages = list(&session.tools)?;
    let bench = Bench {
        tools: &session.tools,
        bin,
        work: tempfile::tempdir()?,
        packages,
        report,
        args,
        programs: session.root.join("conformance/programs"),
    };
    for name in CHECKS.iter().copied() {
        if args.only.is_empty() || args.only.iter().any(|o| o == name) {
            bench.suite(name).context(name)?;
        }
    }
    Ok(bench.report.counts())
}

fn build(session: &Session, bin: &Path) -> Result<()> {
    Side::BOTH.into_iter().try_for_each(|side| {
        session
            .tools
            .of(side)
            .build_into(&bin.join(side.name()), TOOLS)
    })
}

/// All packages that the checks need, with stock's export data.
fn list(tools: &Toolchains) -> Result<BTreeMap<String, Package>> {
    let wanted: Vec<&str> = [
        &["list", "-e", "-export", "-deps", "-json"],
        COMPILE,
        ASSEMBLE,
        VET,
        &["runtime"],
    ]
    .concat();
    let text = tools.stock.output(Path::new("/"), &wanted)?;
    let mut packages = BTreeMap::new();
    for package in serde_json::Deserializer::from_str(&text).into_iter::<Package>() {
        let package = package.context("output of go list")?;
        anyhow::ensure!(
            !package.dir.as_os_str().is_empty(),
            "no package {}",
            package.import_path
        );
        packages.insert(package.import_path.clone(), package);
    }
    Ok(packages)
}

impl Bench<'_> {
    fn suite(&self, tool: &str) -> Result<()> {
        match tool {
            "gofmt" => self.gofmt(),
            "compile" => self.compile(),
            "asm" => self.asm(),
            "link" => self.link(),
            "nm" => self.nm(),
            "pprof" => self.profiles(),
            _ => self.vet(),
        }
    }

    /// Runs `<tool> <args>` of both sides in `dir` and compares exit, output, and the file it made, if it makes one.
    fn check(
        &self,
        title: &str,
        tool: &str,
        dir: &Path,
        args: &[String],
        product: Option<&str>,
    ) -> Result<()> {
        let (stock, stock_file) = self.execute(Side::Stock, tool, dir, args, product)?;
        for run in 1..=self.args.runs {
            let (goxide, goxide_file) = self.execute(Side::Goxide, tool, dir, args, product)?;
            if let Some(difference) = difference(&stock, &goxide, &stock_file, &goxide_file) {
                self.report.fail(
                    title,
                    &format!("run {run} of {}\n{difference}", self.args.runs),
                );
                return Ok(());
            }
        }
        let (end, time) = (&stock.end, stock.time);
        self.report
            .pass(&format!("{title} ({end}, stock {time:.2?})"));
        Ok(())
    }

    fn execute(
        &self,
        side: Side,
        tool: &str,
        dir: &Path,
        args: &[String],
        product: Option<&str>,
    ) -> Result<(Outcome, Vec<u8>)> {
        let mut command = Command::new(self.bin.join(side.name()).join(tool));
        command
            .args(args)
            .current_dir(dir)
            .env("GOROOT", &self.tools.goroot);
        let product = product.map(|p| self.work.path().join(p));
        if let Some(product) = &product {
            let _ = fs::remove_file(product);
        }
        let outcome = exec::run(command, None, TIMEOUT)?;
        let bytes = product
            .map(|p| fs::read(p).unwrap_or_default())
            .unwrap_or_default();
        Ok((outcome, bytes))
    }

    fn path(&self, name: &str) -> String {
        self.work.path().join(name).display().to_string()
    }

    fn gofmt(&self) -> Result<()> {
        let src = self.tools.goroot.join("src");
        let input = if self.args.quick {
            src.join("go")
        } else {
            src.clone()
        };
        for flag in ["-l", "-d"] {
            let args = [flag.to_owned(), input.display().to_string()];
            self.check(
                &format!(
                    "gofmt {flag} {}",
                    input.strip_prefix(&self.tools.goroot)?.display()
                ),
                "gofmt",
                &src,
                &args,
                None,
            )?;
        }
        Ok(())
    }

    fn compile(&self) -> Result<()> {
        for path in COMPILE {
            let package = &self.packages[*path];
            let config = self.write("importcfg", &self.import_config(package))?;
            let mut args = strings(&[
                "-o",
                &self.path("out.a"),
                "-p",
                path,
                "-std",
                "-complete",
                "-pack",
                "-c=4",
                "-buildid",
                "x",
                "-goversion",
            ]);
            args.extend(strings(&["go1.25.3", "-importcfg", &config]));
            args.extend(package.go_files.iter().map(|f| format!("./{f}")));
            self.check(
                &format!("compile {path}"),
                "compile",
                &package.dir,
                &args,
                Some("out.a"),
            )?;
        }
        Ok(())
    }

    fn asm(&self) -> Result<()> {
        for path in ASSEMBLE {
            let package = &self.packages[*path];
            self.write_asm_header(package)?;
            let include = self.tools.goroot.join("pkg/include").display().to_string();
            let work = self.work.path().display().to_string();
            let base = strings(&[
                "-p",
                path,
                "-I",
                &work,
                "-I",
                &include,
                "-D",
                "GOOS_linux",
                "-D",
                "GOARCH_amd64",
                "-D",
                "GOAMD64_v1",
            ]);
            for file in &package.s_files {
                let args = [
                    &base[..],
                    &strings(&["-o", &self.path("out.o"), &format!("./{file}")]),
                ]
                .concat();
                self.check(
                    &format!("asm {path}/{file}"),
                    "asm",
                    &package.dir,
                    &args,
                    Some("out.o"),
                )?;
            }
        }
        Ok(())
    }

    /// `go_asm.h` of the package, by stock's compiler.
    fn write_asm_header(&self, package: &Package) -> Result<()> {
        let config = self.write("importcfg", &self.import_config(package))?;
        let mut args = strings(&[
            "-o",
            &self.path("asm.a"),
            "-p",
            &package.import_path,
            "-std",
            "-importcfg",
            &config,
        ]);
        args.extend(strings(&["-asmhdr", &self.path("go_asm.h")]));
        args.extend(package.go_files.iter().map(|f| format!("./{f}")));
        self.execute(Side::Stock, "compile", &package.dir, &args, None)?;
        Ok(())
    }

    fn link(&self) -> Result<()> {
        self.write("hello.go", "package main\n\nimport \"net/http\"\n\nfunc main() { println(http.StatusText(404)) }\n")?;
        let config = self.write("importcfg", &self.all_export_data())?;
        let compile = strings(&[
            "-o",
            &self.path("hello.a"),
            "-p",
            "main",
            "-complete",
            "-pack",
            "-importcfg",
            &config,
            "hello.go",
        ]);
        let (made, _) = self.execute(Side::Stock, "compile", self.work.path(), &compile, None)?;
        anyhow::ensure!(
            made.end == End::Exit(0),
            "compiling hello.go: {}",
            made.stderr
        );
        for extra in [&[][..], &["-s", "-w"]] {
            let flags = strings(&[
                "-o",
                &self.path("hello"),
                "-importcfg",
                &config,
                "-buildmode=exe",
                "-buildid=x",
            ]);
            let args = [flags, strings(extra), strings(&["hello.a"])].concat();
            self.check(
                &format!("link {}", extra.join(" ")),
                "link",
                self.work.path(),
                &args,
                Some("hello"),
            )?;
        }
        Ok(())
    }

    fn nm(&self) -> Result<()> {
        let input = self.bin.join("stock/compile").display().to_string();
        for flags in [&["-n"][..], &["-size", "-sort", "size", "-type"]] {
            let args = [strings(flags), vec![input.clone()]].concat();
            self.check(
                &format!("nm {}", flags.join(" ")),
                "nm",
                self.work.path(),
                &args,
                None,
            )?;
        }
        Ok(())
    }

    fn vet(&self) -> Result<()> {
        for path in VET {
            let package = &self.packages[*path];
            let config = self.write(
                "vet.cfg",
                &serde_json::to_string(&self.vet_config(package))?,
            )?;
            self.check(&format!("vet {path}"), "vet", &package.dir, &[config], None)?;
        }
        Ok(())
    }

    /// What a goxide program hands out through net/http/pprof, read by stock's tools.
    fn profiles(&self) -> Result<()> {
        let dir = self.work.path().join("profiles");
        fs::create_dir_all(&dir)?;
        let program = dir.join("program");
        let source = self.programs.join("api/httppprof");
        let target = program.display().to_string();
        self.tools
            .goxide
            .output(&source, &["build", "-o", &target, "."])?;
        let mut command = Command::new(&program);
        command.arg(&dir);
        exec::run(command, None, TIMEOUT)?;
        for (file, tool, wanted) in PROFILES {
            let title = format!("{} of {file}", tool.join(" "));
            let args = [*tool, &[*file]].concat();
            match self.tools.stock.output(&dir, &args) {
                Ok(text) if text.contains(wanted) => self.report.pass(&title),
                Ok(text) => self
                    .report
                    .fail(&title, &format!("no {wanted:?} in:\n{text}")),
                Err(why) => self.report.fail(&title, &format!("{why:#}")),
            }
        }
        Ok(())
    }

    fn vet_config<'p>(&'p self, package: &'p Package) -> VetConfig<'p> {
        let mut import_map: BTreeMap<&str, &str> = package
            .imports
            .iter()
            .map(|i| (i.as_str(), i.as_str()))
            .collect();
        import_map.extend(
            package
                .import_map
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str())),
        );
        VetConfig {
            id: &package.import_path,
            compiler: "gc",
            dir: &package.dir,
            import_path: &package.import_path,
            go_files: package
                .go_files
                .iter()
                .map(|f| package.dir.join(f))
                .collect(),
            import_map,
            package_file: self
                .packages
                .values()
                .filter_map(|p| Some((p.import_path.as_str(), p.export.as_deref()?)))
                .collect(),
            standard: self
                .packages
                .values()
                .map(|p| (p.import_path.as_str(), p.standard))
                .collect(),
            vetx_only: false,
            vetx_output: self.work.path().join("vetx.out"),
            go_version: "go1.25",
            succeed_on_typecheck_failure: false,
        }
    }

    fn import_config(&self, package: &Package) -> String {
        let maps = package
            .import_map
            .iter()
            .map(|(from, to)| format!("importmap {from}={to}\n"));
        maps.collect::<String>() + &self.all_export_data()
    }

    fn all_export_data(&self) -> String {
        let exports = self
            .packages
            .values()
            .filter_map(|p| Some((&p.import_path, p.export.as_ref()?)));
        exports
            .map(|(path, file)| format!("packagefile {path}={file}\n"))
            .collect()
    }

    fn write(&self, name: &str, text: &str) -> Result<String> {
        let path = self.path(name);
        fs::write(&path, text)?;
        Ok(path)
    }
}

fn difference(
    stock: &Outcome,
    goxide: &Outcome,
    stock_file: &[u8],
    goxide_file: &[u8],
) -> Option<String> {
    let mut parts = Vec::new();
    if stock.end != goxide.end {
        parts.push(format!("end: stock {}, goxide {}", stock.end, goxide.end));
    }
    if stock.stdout != goxide.stdout {
        parts.push(format!(
            "stdout:\n{}",
            report::diff(&stock.stdout, &goxide.stdout)
        ));
    }
    if stock.stderr != goxide.stderr {
        parts.push(format!(
            "stderr:\n{}",
            report::diff(&stock.stderr, &goxide.stderr)
        ));
    }
    if stock_file != goxide_file {
        let at = stock_file.iter().zip(goxide_file).position(|(a, b)| a != b);
        parts.push(format!(
            "product: {} and {} bytes, first difference at {at:?}",
            stock_file.len(),
            goxide_file.len()
        ));
    }
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn strings(args: &[&str]) -> Vec<String> {
    args.iter().map(|a| (*a).to_owned()).collect()
}
