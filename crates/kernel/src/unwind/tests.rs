//! The reader against a binary of the stock toolchain: what it says of every function must be what Go's own readers say.
//!
//! Needs a go command: `GOXIDE_GO`, else the one on PATH; the tests pass without one.

use super::pclntab::{Tables, install};
use super::{LogicalFrames, find_func};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{env, format, fs};

const PROGRAM: &str = r#"package main

import (
	"fmt"
	"os"
	"sort"
)

type pair[T any] struct{ a, b T }

func swap[T any](p pair[T]) pair[T] { return pair[T]{p.b, p.a} }

func add(a, b int) int { return a + b }

func twice(a int) int { return add(a, a) }

func main() {
	defer fmt.Println("bye")
	s := []int{3, 1, 2}
	sort.Ints(s)
	fmt.Println(swap(pair[int]{1, 2}), twice(len(os.Args)), s)
}
"#;

fn go_command() -> Option<PathBuf> {
    let go = env::var_os("GOXIDE_GO").map_or_else(|| PathBuf::from("go"), PathBuf::from);
    Command::new(&go)
        .arg("version")
        .output()
        .ok()
        .filter(|o| o.status.success())
        .map(|_| go)
}

fn build(go: &Path, dir: &Path) -> PathBuf {
    fs::write(dir.join("main.go"), PROGRAM).unwrap();
    fs::write(dir.join("go.mod"), "module sample\n\ngo 1.25\n").unwrap();
    let out = Command::new(go)
        .args(["build", "-o", "sample", "."])
        .current_dir(dir)
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "-mod=mod")
        .env("GOTOOLCHAIN", "go1.25.3")
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    dir.join("sample")
}

/// The binary's segments in memory, readable at their own distances from each other.
struct Image {
    low: usize,
    bytes: &'static [u8],
}

impl Image {
    fn load(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        let u16_at = |at: usize| u16::from_le_bytes(file[at..at + 2].try_into().unwrap()) as usize;
        let u64_at = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
        let (phoff, phentsize, phnum) = (u64_at(32), u16_at(54), u16_at(56));
        let loads: Vec<_> = (0..phnum)
            .map(|i| phoff + i * phentsize)
            .filter(|&at| file[at] == 1)
            .map(|at| {
                (
                    u64_at(at + 8),
                    u64_at(at + 16),
                    u64_at(at + 32),
                    u64_at(at + 40),
                )
            })
            .collect();
        let low = loads.iter().map(|l| l.1).min().unwrap();
        let high = loads.iter().map(|l| l.1 + l.3).max().unwrap();
        let mut words = std::vec![0u64; (high - low) / 8 + 1024];
        // SAFETY: a vector of words seen as bytes.
        let bytes = unsafe {
            core::slice::from_raw_parts_mut(words.as_mut_ptr().cast::<u8>(), words.len() * 8)
        };
        for (off, vaddr, filesz, _) in loads {
            bytes[vaddr - low..vaddr - low + filesz].copy_from_slice(&file[off..off + filesz]);
        }
        Self {
            low,
            bytes: words.leak_bytes(),
        }
    }
    fn word(&self, vaddr: usize) -> usize {
        usize::from_le_bytes(self.bytes[vaddr - self.low..][..8].try_into().unwrap())
    }
    fn at(&self, vaddr: usize) -> *const u8 {
        self.bytes[vaddr - self.low..].as_ptr()
    }
    fn slice(&self, module: usize, field: usize) -> &'static [u8] {
        let (ptr, len) = (self.word(module + field), self.word(module + field + 8));
        &self.bytes[ptr - self.low..][..len]
    }
}

trait LeakBytes {
    fn leak_bytes(self) -> &'static [u8];
}

impl LeakBytes for Vec<u64> {
    fn leak_bytes(self) -> &'static [u8] {
        let words: &'static [u64] = self.leak();
        // SAFETY: leaked words seen as bytes.
        unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 8) }
    }
}

fn symbol(go: &Path, binary: &Path, name: &str) -> usize {
    let out = Command::new(go)
        .args(["tool", "nm"])
        .arg(binary)
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let line = text
        .lines()
        .find(|l| l.split_whitespace().nth(2) == Some(name))
        .unwrap();
    usize::from_str_radix(line.split_whitespace().next().unwrap(), 16).unwrap()
}

fn read_tables(image: &Image, module: usize) -> Tables {
    let cutab = image.slice(module, 32);
    Tables {
        text: image.word(module + 176),
        minpc: image.word(module + 160),
        maxpc: image.word(module + 168),
        funcnametab: image.slice(module, 8),
        // SAFETY: the linker aligns the table to 4 bytes and the image keeps distances.
        cutab: unsafe { core::slice::from_raw_parts(cutab.as_ptr().cast(), cutab.len() / 4) },
        filetab: image.slice(module, 56),
        pctab: image.slice(module, 80),
        pclntable: image.slice(module, 104),
        nfunc: image.word(module + 136) - 1,
        findfunctab: image.at(image.word(module + 152)).cast(),
        gofunc: image.at(image.word(module + 320)) as usize,
        rodata: image.at(image.word(module + 312)) as usize,
    }
}

/// What `go tool addr2line` says of `pcs`: function and file:line of the innermost call.
fn addr2line(go: &Path, binary: &Path, pcs: &[usize]) -> Vec<(String, String)> {
    use std::io::Write;
    let mut child = Command::new(go)
        .args(["tool", "addr2line"])
        .arg(binary)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let asked: String = pcs.iter().map(|pc| format!("{pc:#x}\n")).collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()).unwrap());
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<_> = text.lines().map(|l| l.to_string()).collect();
    lines
        .chunks(2)
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}

#[test]
fn every_pc_has_the_function_and_line_that_go_says() {
    let Some(go) = go_command() else { return };
    let dir = env::temp_dir().join(format!("goxide-unwind-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let binary = build(&go, &dir);
    let image = Image::load(&binary);
    let module = symbol(&go, &binary, "runtime.firstmoduledata");
    let tables = read_tables(&image, module);
    install(tables);

    let pcs: Vec<usize> = (tables.minpc..tables.maxpc).step_by(13).collect();
    let said = addr2line(&go, &binary, &pcs);
    assert_eq!(said.len(), pcs.len());
    let (mut inlined, mut compared) = (0, 0);
    for (&pc, (name, place)) in pcs.iter().zip(&said) {
        let func = find_func(pc).unwrap();
        // Go's tool knows physical functions; padding behind one belongs to it for both.
        assert!(
            name == "?" || func.name() == name,
            "{pc:#x}: {} and {name}",
            func.name()
        );
        let (file, line) = func.file_line(pc);
        if place != "?:0" && line > 0 {
            assert_eq!(&format!("{file}:{line}"), place, "{pc:#x}");
            compared += 1;
        }
        let calls: Vec<_> = LogicalFrames::new(func, pc).collect();
        let last = calls.last().unwrap();
        assert!(!last.inlined && last.name() == func.name() && calls.len() < 40);
        inlined += usize::from(calls.len() > 1);
    }
    assert!(
        compared > pcs.len() / 2 && inlined > pcs.len() / 20,
        "{compared} {inlined} of {}",
        pcs.len()
    );
    let frame_sizes_known = pcs
        .iter()
        .filter(|&&pc| find_func(pc).unwrap().sp_delta(pc).is_some())
        .count();
    assert!(frame_sizes_known > pcs.len() / 2);
    fs::remove_dir_all(&dir).unwrap();
}
