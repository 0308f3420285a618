//! What a kernel could contain, in small: every kind of section and relocation that rustc makes of `no_std` code.
//! `gx_test` runs all of it and folds the results into one buffer, which the test compares with a native run.

#![no_std]

use core::fmt::{self, Write};
use core::sync::atomic::{AtomicU64, Ordering};

core::arch::global_asm!(
    ".text",
    ".globl gx_asm_add",
    ".type gx_asm_add,@function",
    "gx_asm_add:",
    "lea rax, [rdi + rsi]",
    "ret",
    ".size gx_asm_add, . - gx_asm_add",
    ".globl gx_asm_inner",
    ".type gx_asm_inner,@function",
    "gx_asm_inner:",
    "lea rax, [rdi + rdi*2]",
    "ret",
    ".size gx_asm_inner, . - gx_asm_inner",
);

// libcore calls these; the linux-gnu compiler_builtins leaves them to libc, which is not there.
core::arch::global_asm!(
    ".weak memcpy, memset, bcmp, memcmp",
    ".type memcpy,@function",
    ".type memset,@function",
    ".type bcmp,@function",
    ".type memcmp,@function",
    "memcpy: mov rax, rdi",
    "mov rcx, rdx",
    "rep movsb",
    "ret",
    "memset: mov r8, rdi",
    "mov eax, esi",
    "mov rcx, rdx",
    "rep stosb",
    "mov rax, r8",
    "ret",
    "bcmp:",
    "memcmp: xor eax, eax",
    "mov rcx, rdx",
    "test rcx, rcx",
    "jz 2f",
    "repe cmpsb",
    "movzx eax, byte ptr [rdi - 1]",
    "movzx ecx, byte ptr [rsi - 1]",
    "sub eax, ecx",
    "2: ret",
);

unsafe extern "C" {
    fn gx_asm_add(a: u64, b: u64) -> u64;
    fn gx_asm_inner(a: u64) -> u64;
    /// Defined by the program around the payload: in Go assembly, or in the native harness.
    #[link_name = "gxs.twice"]
    fn gxs_twice(a: u64) -> u64;
    /// A variable of the Go runtime, and a function that it has in assembly.
    #[link_name = "runtime.gomaxprocs"]
    static GOMAXPROCS: i32;
    #[link_name = "runtime.systemstack_switch"]
    fn systemstack_switch();
}

/// Bytes with an end, for `core::fmt`.
pub struct Buf<'a> {
    out: &'a mut [u8],
    len: usize,
}

impl Write for Buf<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let room = self
            .out
            .get_mut(self.len..self.len + s.len())
            .ok_or(fmt::Error)?;
        room.copy_from_slice(s.as_bytes());
        self.len += s.len();
        Ok(())
    }
}

#[repr(align(64))]
struct Line([u64; 8]);

static CALLS: AtomicU64 = AtomicU64::new(0);
static COUNTER: AtomicU64 = AtomicU64::new(41);
static ALIGNED: Line = Line([1, 2, 3, 4, 5, 6, 7, 8]);
static ZEROED: [AtomicU64; 1024] = [const { AtomicU64::new(0) }; 1024];
static NAMES: [&str; 6] = ["idle", "runnable", "running", "syscall", "waiting", "dead"];
static SHAPES: [&(dyn Shape + Sync); 3] = [&Square(3), &Circle(2), &Named("box")];

#[repr(align(64))]
struct AlignedCounter(AtomicU64);
static ALIGNED_MUT: AlignedCounter = AlignedCounter(AtomicU64::new(7));

#[repr(align(4096))]
struct Page([AtomicU64; 512]);
static PAGE: Page = Page([const { AtomicU64::new(0) }; 512]);

trait Shape {
    fn area(&self) -> u64;
    fn name(&self) -> &'static str;
}

struct Square(u64);
struct Circle(u64);
struct Named(&'static str);

impl Shape for Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
    fn name(&self) -> &'static str {
        "square"
    }
}

impl Shape for Circle {
    fn area(&self) -> u64 {
        self.0 * self.0 * 355 / 113
    }
    fn name(&self) -> &'static str {
        "circle"
    }
}

impl Shape for Named {
    fn area(&self) -> u64 {
        self.0.len() as u64
    }
    fn name(&self) -> &'static str {
        self.0
    }
}

#[inline(never)]
fn dispatch(op: u32, a: u64, b: u64, w: &mut dyn Write) -> Result<u64, fmt::Error> {
    Ok(match op {
        0 => a.wrapping_add(b),
        1 => a.wrapping_mul(b).rotate_left(7),
        2 => a.checked_div(b).unwrap_or(u64::MAX),
        3 => {
            write!(w, "three ")?;
            a ^ b
        }
        4 => COUNTER.fetch_add(a, Ordering::SeqCst),
        5 => NAMES[(a % 6) as usize].len() as u64,
        6 => SHAPES[(a % 3) as usize].area(),
        7 => a.leading_zeros().into(),
        8 => {
            write!(w, "eight {b:#x} ")?;
            b
        }
        9 => u64::from(a > b),
        _ => 0,
    })
}

#[inline(never)]
fn wide(a: u128, b: u128) -> (u128, u128) {
    (a / b, a % b)
}

#[inline(never)]
fn big_frame(seed: u8) -> u64 {
    let mut a = [0u8; 20_000];
    for (i, x) in a.iter_mut().enumerate() {
        *x = seed.wrapping_mul(i as u8);
    }
    core::hint::black_box(&mut a);
    a.iter().map(|&x| u64::from(x)).sum()
}

#[inline(never)]
fn realigned(x: u64) -> u64 {
    let line = Line([x; 8]);
    let line = core::hint::black_box(&line);
    assert!(core::ptr::from_ref(line).addr() % 64 == 0);
    line.0.iter().sum()
}

/// Where a test stops in the debugger: the line is known to the test by this comment: BREAK-HERE.
#[inline(never)]
fn write_report(w: &mut Buf<'_>) -> fmt::Result {
    for (i, shape) in SHAPES.iter().enumerate() {
        writeln!(w, "{i} {:>8} {:<5}|", shape.name(), shape.area())?;
    }
    writeln!(w, "{:?} {:.3} {:e}", NAMES, 3.14159f64, 1234.5f64)?;
    let (q, r) = wide(
        core::hint::black_box(1 << 120) + 12345,
        core::hint::black_box(987_654_321_987),
    );
    writeln!(w, "{q} {r} {:?}", Some(q as u8))?;
    for op in 0..11 {
        let v = dispatch(op, core::hint::black_box(100 + u64::from(op)), 7, w)?;
        writeln!(w, "op {op} {v}")?;
    }
    ZEROED[core::hint::black_box(1023)].fetch_add(5, Ordering::Relaxed);
    writeln!(
        w,
        "{} {}",
        ZEROED[1023].load(Ordering::Relaxed),
        ZEROED[0].load(Ordering::Relaxed)
    )?;
    PAGE.0[core::hint::black_box(511)].store(6, Ordering::Relaxed);
    let addresses = [
        core::ptr::from_ref(&ALIGNED).addr() << 6,
        core::ptr::from_ref(&ALIGNED_MUT).addr() << 6,
        core::ptr::from_ref(&PAGE).addr(),
    ];
    writeln!(
        w,
        "misaligned {:?} {:?}",
        core::hint::black_box(addresses).map(|a| a % 4096),
        PAGE.0[511]
    )?;
    writeln!(
        w,
        "{} {}",
        ALIGNED.0[core::hint::black_box(3)],
        ALIGNED_MUT.0.fetch_add(1, Ordering::AcqRel)
    )?;
    // SAFETY: the functions above and the harness's `gxs.twice` only compute with their arguments.
    let (sum, triple, twice) = unsafe { (gx_asm_add(40, 2), gx_asm_inner(5), gxs_twice(21)) };
    // SAFETY: the scheduler has set the variable before any Go code runs, and nobody writes it any more.
    let procs = unsafe { GOMAXPROCS };
    let code = core::hint::black_box(systemstack_switch as *const ()).addr();
    writeln!(w, "{sum} {triple} {twice} {} {}", procs > 0, code != 0)?;
    writeln!(
        w,
        "frames {} {}",
        big_frame(3),
        realigned(core::hint::black_box(9))
    )?;
    writeln!(
        w,
        "{}",
        core::panic::Location::caller()
            .file()
            .rsplit('/')
            .next()
            .unwrap_or("")
    )
}

/// Fills `out` with the report and returns its length.
///
/// # Safety
/// `out` points to `len` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_test(out: *mut u8, len: usize) -> usize {
    CALLS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the caller passes a buffer of `len` bytes.
    let out = unsafe { core::slice::from_raw_parts_mut(out, len) };
    out.fill(0xee);
    let mut buf = Buf { out, len: 0 };
    match write_report(&mut buf) {
        Ok(()) => buf.len,
        Err(_) => 0,
    }
}

/// A second entry with the same code as another one: an alias after merging, or a copy.
#[unsafe(no_mangle)]
pub extern "C" fn gx_same_a(x: u64) -> u64 {
    x.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
}

/// See `gx_same_a`.
#[unsafe(no_mangle)]
pub extern "C" fn gx_same_b(x: u64) -> u64 {
    x.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
}

/// Panics with a location: the handler writes the message and exits with 3.
#[unsafe(no_mangle)]
pub extern "C" fn gx_panic(index: usize) -> usize {
    NAMES[index].len()
}

struct Stderr;

impl Write for Stderr {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        // SAFETY: write(2) reads `s.len()` bytes at `s`; the kernel clobbers rcx and r11.
        unsafe {
            core::arch::asm!("syscall", inlateout("rax") 1usize => _, in("rdi") 2, in("rsi") s.as_ptr(),
                in("rdx") s.len(), out("rcx") _, out("r11") _);
        }
        Ok(())
    }
}

#[panic_handler]
fn on_panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Stderr, "rust: {info}");
    // SAFETY: exit_group(2) does not return.
    unsafe { core::arch::asm!("syscall", in("rax") 231, in("rdi") 3, options(noreturn)) }
}
