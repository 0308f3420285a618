//! Delve (built by stock Go, its version pinned in conformance/debuggers/delve) and gdb on a program of ours: breakpoints,
//! stepping, goroutines, stacks, variables, channels, an unrecovered panic, function calls, attaching to a process that runs.
//!
//! Each session has a script and what must appear, in order. Stock's binary goes first: what it does not show is not asked
//! of goxide's, and where nothing can be debugged at all, the session is skipped.
//!
//! Last, conformance/debuggers/injector calls functions at places that no debugger's user would think of. Stock's runtime
//! does not survive that (it lets a call park in the middle of `procPin`), so goxide's binary is asked alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use regex::Regex;

use super::Session;
use super::exec;
use super::filter::Names;
use super::report::{Counts, Report};
use super::toolchain::Side;

const LIMIT: Duration = Duration::from_secs(60);
const DELVE: &str = "github.com/go-delve/delve/cmd/dlv";

const NAMES: Names = Names {
    what: "session",
    list: "`--verbose` names them as they pass",
};

/// `cargo xtask conformance debuggers`
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Regular expression on the names of the sessions.
    filter: Option<String>,
    /// Runs of each session.
    #[arg(long, default_value_t = 1)]
    runs: u32,
}

impl Args {
    /// For `cargo xtask test`.
    pub fn quick() -> Args {
        Args {
            filter: None,
            runs: 1,
        }
    }
}

/// A script and what it must show.
struct Play {
    name: &'static str,
    tool: Tool,
    /// Argument of the program.
    part: &'static str,
    script: &'static str,
    shows: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Delve,
    DelveAttach,
    Gdb,
}

const PLAYS: &[Play] = &[
    Play {
        name: "delve: step, variables, goroutines, channel",
        tool: Tool::Delve,
        part: "worker",
        script: "break main.add\ncontinue\ngoroutines\nstack\nargs\nnext\nnext\nlocals\nframe 1 print p\n\
                 frame 1 print in.qcount\ngoroutine 1 bt\ncontinue\nclearall\ncontinue\n",
        shows: &[
            r"> \[Breakpoint 1\] main\.add\(\) \S*main\.go:\d+ \(hits goroutine\(\d+\):1 total:1\)",
            r"  Goroutine 1 - User: \S*main\.go:\d+ main\.main",
            r"\* Goroutine \d+ - User: \S*main\.go:\d+ main\.add .*thread \d+",
            r"0  0x\w+ in main\.add",
            r"1  0x\w+ in main\.worker",
            r"runtime\.goexit",
            r"a = 0",
            r"b = 7",
            r"> main\.add\(\) \S*main\.go",
            r"> main\.add\(\) \S*main\.go",
            r"c = 7",
            r#"main\.point \{X: 0, Y: 7, Name: "p"\}"#,
            r"\n0\n",
            r"in main\.main",
            r"in runtime\.main",
            r"\{0 7 p\} 7",
            r"hits goroutine\(\d+\):2 total:2",
            r"\{2 7 p\} 9",
            r"exited with status 0",
        ],
    },
    Play {
        name: "delve: unrecovered panic",
        tool: Tool::Delve,
        part: "panic",
        script: "continue\nstack\n",
        shows: &[
            r"\[unrecovered-panic\] runtime\.fatalpanic\(\)",
            r"runtime\.curg\._panic\.arg: interface \{\}\(.*boom",
            r"in runtime\.fatalpanic",
            r"in main\.inner",
            r"in main\.inner",
            r"in main\.main",
        ],
    },
    Play {
        name: "delve: attach",
        tool: Tool::DelveAttach,
        part: "loop",
        script: "break main.tick\ncontinue\nargs\nstepout\nclearall\n",
        shows: &[
            r"main\.tick\(\) \S*main\.go:\d+ \(hits goroutine\(1\):1 total:1\)",
            r"n = \d+",
            r"> main\.main\(\) \S*main\.go",
            r"Values returned:",
            r"~r0: \d+",
        ],
    },
    Play {
        name: "delve: call: arguments, results, methods, literals, calls in arguments",
        tool: Tool::Delve,
        part: "call",
        script: "break main.stop\ncontinue\ncall join(\"ab\", 3, \"cd\")\ncall split(67)\ncall p.move(5)\ncall p.sum()\n\
                 call both(newPoint(1), newPoint(2))\nnext\nnext\ncall p.move(1)\nprint n\ncall n = deep(9)\n\
                 print n\nclearall\ncontinue\n",
        shows: &[
            r"> \[Breakpoint 1\] main\.stop\(\)",
            r#"~r0: "ab3cd""#,
            r#"~r0: 6\s+~r1: "7""#,
            r#"~r0: "p0!""#,
            r"~r0: 5",
            r#"~r0: "\{1 1 p1\} \{2 2 p2\}""#,
            r#"~r0: "p0!""#,
            r"\n0\n",
            r"\n9\n",
            r"\{6 0 p0\} \{0 0 q\} 6 7\n\{1 1 p1\} \{1 1 q\} 2 3\n\{2 2 p2\} \{2 2 q\} 4 5",
            r"exited with status 0",
        ],
    },
    Play {
        name: "delve: call: collections, a large stack, waiting, a panic",
        tool: Tool::Delve,
        part: "call",
        script: "break main.stop\ncontinue\ncall collect(55)\ncall deep(1000)\ncall waits(21)\ncall explode(\"x\")\n\
                 call both(newPoint(1), p)\ngoroutines\nclearall\ncontinue\n",
        shows: &[
            r"sum: 1485",
            r"~r0: 1000",
            r"~r0: 42",
            r#"~panic: interface \{\}\(string\) "boom x""#,
            r#"~r0: "\{1 1 p1\} \{0 0 p0\}""#,
            r"\* Goroutine 1 - User: \S*main\.go:\d+ main\.stop",
            r"\{0 0 p0\} \{0 0 q\} 0 1\n\{1 1 p1\} \{1 1 q\} 2 3\n\{2 2 p2\} \{2 2 q\} 4 5",
            r"exited with status 0",
        ],
    },
    Play {
        name: "delve: call: a breakpoint in the function",
        tool: Tool::Delve,
        part: "call",
        script: "break main.stop\ncontinue\nbreak main.newPoint\ncall newPoint(7)\nargs\nstack\ngoroutine 1 bt\ncontinue\n\
                 clearall\ncontinue\n",
        shows: &[
            r"> \[Breakpoint 2\] main\.newPoint\(\)",
            r"n = 7",
            r"0  0x\w+ in main\.newPoint",
            r"1  0x\w+ in debugCall\d+",
            r"in runtime\.goexit",
            r"in runtime\.debugCallV2",
            r"in main\.stop",
            r"in main\.main",
            r#"\*main\.point \{X: 7, Y: 7, Name: "p7"\}"#,
            r"exited with status 0",
        ],
    },
    Play {
        name: "delve: call: refused",
        tool: Tool::Delve,
        part: "call",
        script: "break main.unsafePlace\ncontinue\nnext\nnext\ncall split(67)\nbreak runtime.GC\ncontinue\ncall main.split(67)\n\
                 clearall\ncontinue\n",
        shows: &[
            r"> \[Breakpoint 1\] main\.unsafePlace\(\)",
            r"call not at safe point",
            r"\{0 0 p0\} \{0 0 q\} 0 1\n",
            r"> \[Breakpoint 2\] runtime\.GC\(\)",
            r"call from within the Go runtime",
            r"\{1 1 p1\} \{1 1 q\} 2 3\n\{2 2 p2\} \{2 2 q\} 4 5",
            r"exited with status 0",
        ],
    },
    Play {
        name: "delve: attach, call",
        tool: Tool::DelveAttach,
        part: "loop",
        script: "break main.tick\ncontinue\ncall add(40, 2)\ncall add(1, add(1, 1))\ncontinue\ncall add(1, 1)\nclearall\n",
        shows: &[
            r"main\.tick\(\) \S*main\.go:\d+ \(hits goroutine\(1\):1 total:1\)",
            r"~r0: 42",
            r"~r0: 3",
            r"~r0: 2",
        ],
    },
    Play {
        name: "delve: runtime.Breakpoint",
        tool: Tool::Delve,
        part: "breakpoint",
        script: "continue\nstack\ncontinue\nnext\ncontinue\n",
        shows: &[
            r"> \[hardcoded-breakpoint\] main\.main\(\)",
            r"in main\.main",
            r"past 0",
            r"> \[hardcoded-breakpoint\] main\.main\(\)",
            r"past 1",
            r"exited with status 0",
        ],
    },
    Play {
        name: "gdb: step, variables, goroutines",
        tool: Tool::Gdb,
        part: "worker",
        script: "set pagination off\nset confirm off\nhandle SIGURG nostop noprint pass\nbreak main.add\nrun\nbt\n\
                 next\nnext\ninfo locals\nsource RUNTIME_GDB\ninfo goroutines\nframe 1\nprint p\nprint $len(in)\n\
                 delete\ncontinue\n",
        shows: &[
            r"Breakpoint 1, main\.add \(a=0, b=7",
            r"#1 .*main\.worker \(id=7, in=",
            r"runtime\.goexit",
            r"c = 7",
            r"  1 (waiting|runnable|running) ",
            r"\* \d+ running ",
            r#"\$1 = \{X = 0, Y = 7, Name = "p"\}"#,
            r"\$2 = 0",
            r"\{2 7 p\} 9",
            r"exited normally",
        ],
    },
    Play {
        name: "gdb: what it loads by itself, lines of the program, constants, through a signal handler",
        tool: Tool::Gdb,
        part: "signal",
        script: "set pagination off\nset confirm off\nhandle SIGURG nostop noprint pass\nhandle SIGUSR1 stop print pass\n\
                 break main.main\nrun\ninfo goroutines\nprint 'runtime.mSpanInUse'\nprint 'runtime._PageSize'\n\
                 break main.go:13\ncontinue\nstepi\nbt\ngoroutine 1 bt\ndelete\ncontinue\n",
        shows: &[
            r"Breakpoint 1, main\.main",
            r"\* 1 running ",
            r"\$1 = 1 '\\001'",
            r"\$2 = 8192",
            r"Breakpoint 2 at 0x\w+: file \S*debuggers/program/main\.go, line \d+\.",
            r"#0 .*runtime\.sigtramp",
            r"#1 .*<signal handler called>",
            r"#2 .*(?:runtime\.futex|syscall\.Syscall6)",
            r"#0 ",
            r"#\d .*main\.main",
            r"exited normally",
        ],
    },
];

const INJECTED_ANYWHERE: &str = "calls injected anywhere";
/// Calls that the injector makes, how long that may take, and what it must report.
const INJECTIONS: &str = "150";
const INJECTION_LIMIT: Duration = Duration::from_secs(300);
const INJECTED: &[&str] = &[
    r"all results are right",
    r"\d+ panicked: main\.CallGoexit\n",
    r"\d+ panicked: main\.CallPanic\n",
    r"\d+ refused: call from within the Go runtime\n",
    r"\d+ refused: executing on Go runtime stack\n",
    r"\d+ returned: main\.CallBlock\n",
    r"\d+ returned: main\.CallCollect\n",
    r"\d+ returned: main\.CallDeep\n",
    r"\d+ returned: main\.CallLocked\n",
    r"\d+ returned: main\.CallPlain\n",
];

struct Stage<'a> {
    session: &'a Session,
    report: Report,
    work: PathBuf,
    delve: Option<PathBuf>,
}

/// Runs all sessions.
pub fn run(session: &Session, args: &Args) -> Result<Counts> {
    let wanted = Regex::new(args.filter.as_deref().unwrap_or(""))?;
    let names = || {
        PLAYS
            .iter()
            .map(|play| play.name)
            .chain([INJECTED_ANYWHERE])
    };
    let filters: Vec<String> = args.filter.iter().cloned().collect();
    NAMES.check(&filters, |_| names().any(|name| wanted.is_match(name)))?;
    let work = session.out.join("debuggers");
    fs::create_dir_all(&work)?;
    let stage = Stage {
        session,
        report: Report::new(session.common.verbose),
        delve: build_delve(session, &work),
        work,
    };
    for side in Side::BOTH {
        stage.build(
            side,
            "program",
            &stage.program(side),
            &["-gcflags=all=-N -l"],
        )?;
    }
    for _ in 0..args.runs {
        for play in PLAYS.iter().filter(|play| wanted.is_match(play.name)) {
            stage.perform(play)?;
        }
        if wanted.is_match(INJECTED_ANYWHERE) {
            stage.inject()?;
        }
    }
    Ok(stage.report.counts())
}

fn build_delve(session: &Session, work: &Path) -> Option<PathBuf> {
    let target = work.join("dlv");
    let dir = session.root.join("conformance/debuggers/delve");
    let path = target.display().to_string();
    let built = session
        .tools
        .stock
        .output(&dir, &["build", "-o", &path, DELVE]);
    built.ok().map(|_| target)
}

impl Stage<'_> {
    fn program(&self, side: Side) -> PathBuf {
        self.work.join(format!("program.{}", side.name()))
    }

    /// Builds what lies in conformance/debuggers/`name`.
    fn build(&self, side: Side, name: &str, target: &Path, flags: &[&str]) -> Result<()> {
        let dir = self.session.root.join("conformance/debuggers").join(name);
        let target = target.display().to_string();
        let args = [&["build"], flags, &["-o", &target, "."]].concat();
        self.session.tools.of(side).output(&dir, &args).map(drop)
    }

    /// Another one in every run.
    fn seed(&self) -> u128 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(1, |since| since.as_millis())
    }

    /// Calls at places that chance picks.
    fn inject(&self) -> Result<()> {
        let (injector, busy) = (self.work.join("injector"), self.work.join("busy"));
        self.build(Side::Stock, "injector", &injector, &[])?;
        self.build(Side::Goxide, "busy", &busy, &[])?;
        let mut command = Command::new(injector);
        command.arg(busy);
        command.args([INJECTIONS, &self.seed().to_string()]);
        let outcome = exec::run_joined(command, INJECTION_LIMIT)?;
        match missing(&outcome.stdout, INJECTED)? {
            None => self.report.pass(INJECTED_ANYWHERE),
            Some(missing) => {
                let details = format!("not shown: {missing}\n{}", outcome.stdout);
                self.report.fail(INJECTED_ANYWHERE, &details);
            }
        }
        Ok(())
    }

    fn perform(&self, play: &Play) -> Result<()> {
        if play.tool != Tool::Gdb && self.delve.is_none() {
            self.report.skip(play.name, "Delve cannot be fetched");
            return Ok(());
        }
        let stock = match self.output(play, Side::Stock) {
            Ok(text) => text,
            Err(why) => {
                self.report.skip(play.name, &format!("{why:#}"));
                return Ok(());
            }
        };
        if let Some(missing) = missing(&stock, play.shows)? {
            let why = format!("with stock's binary it does not show {missing}");
            self.report.skip(play.name, &why);
            return Ok(());
        }
        let goxide = self.output(play, Side::Goxide)?;
        match missing(&goxide, play.shows)? {
            None => self.report.pass(play.name),
            Some(missing) => self
                .report
                .fail(play.name, &format!("not shown: {missing}\n{goxide}")),
        }
        Ok(())
    }

    fn output(&self, play: &Play, side: Side) -> Result<String> {
        let helper = self.session.tools.goroot.join("src/runtime/runtime-gdb.py");
        let script = self.work.join("script");
        let text = play
            .script
            .replace("RUNTIME_GDB", &helper.display().to_string());
        fs::write(&script, text)?;
        let program = self.program(side);
        let delve = self.delve.clone().unwrap_or_default();
        let stdin = Some("exit\nn\n");
        let delve_options = ["--allow-non-terminal-interactive=true", "--init"];
        let mut command = Command::new(match play.tool {
            Tool::Gdb => Path::new("gdb"),
            _ => &delve,
        });
        // Delve keeps its history at home.
        command.env("HOME", &self.work).env("TERM", "dumb");
        let outcome = match play.tool {
            Tool::Gdb => {
                command.args(["-q", "-batch", "-nx", "-iex", "add-auto-load-safe-path /"]);
                command.arg("-x").arg(&script);
                command.arg("--args").arg(&program).arg(play.part);
                exec::run_joined(command, LIMIT)
            }
            Tool::Delve => {
                command.arg("exec").arg(&program).args(delve_options);
                command.arg(&script).arg("--").arg(play.part);
                exec::run(command, stdin, LIMIT)
            }
            Tool::DelveAttach => {
                let mut child = Command::new(&program)
                    .arg(play.part)
                    .stdout(Stdio::null())
                    .spawn()?;
                std::thread::sleep(Duration::from_millis(300));
                command.arg("attach").arg(child.id().to_string());
                command.args(delve_options).arg(&script);
                let outcome = exec::run(command, stdin, LIMIT);
                let _ = child.kill();
                let _ = child.wait();
                outcome
            }
        };
        let outcome = outcome.context("the debugger does not start")?;
        Ok(plain(&format!("{}{}", outcome.stdout, outcome.stderr)))
    }
}

/// Without colours.
fn plain(text: &str) -> String {
    match Regex::new("\x1b\\[[0-9;]*m") {
        Ok(colours) => colours.replace_all(text, "").into_owned(),
        Err(_) => text.to_owned(),
    }
}

/// The first pattern that does not come after those before it.
fn missing<'p>(text: &str, shows: &[&'p str]) -> Result<Option<&'p str>> {
    let mut at = 0;
    for pattern in shows {
        match Regex::new(pattern)?.find(&text[at..]) {
            Some(found) => at += found.end(),
            None => return Ok(Some(pattern)),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_count_in_order_only() {
        assert_eq!(missing("a b c", &["a", "c"]).unwrap(), None);
        assert_eq!(missing("a b c", &["c", "a"]).unwrap(), Some("a"));
    }

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(plain("in \x1b[1mmain.add\x1b[0m"), "in main.add");
    }
}
