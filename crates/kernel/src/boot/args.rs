//! What the system leaves on the first stack: arguments, environment, auxiliary vector.

use crate::mem::meta;
use crate::prim::Racy;
use core::ffi::CStr;

const AT_NULL: usize = 0;
const AT_PAGESZ: usize = 6;
const AT_SECURE: usize = 23;
const AT_RANDOM: usize = 25;
const AT_SYSINFO_EHDR: usize = 33;

/// The three vectors, and what is used of the third.
#[derive(Clone, Copy)]
pub struct Args {
    /// Number of arguments.
    pub argc: i32,
    /// NULL-terminated.
    pub argv: *const *const i8,
    /// NULL-terminated.
    pub envp: *const *const i8,
    /// Pairs of words.
    pub auxv: *const usize,
    /// Words of `auxv`, its end marker included.
    pub auxv_words: usize,
    /// Bytes of a page of the system.
    pub page_bytes: usize,
    /// The vDSO image, 0 for none.
    pub vdso: usize,
    /// Sixteen random bytes, null for none.
    pub random: *const [u64; 2],
    /// The program has rights that who started it does not have.
    pub secure: bool,
}

/// The process's environment, for [`env`]. Set once at boot.
static ENVP: Racy<*const *const i8> = Racy::new(core::ptr::null());

impl Args {
    /// Reads the vectors behind `argc`.
    ///
    /// # Safety
    /// `argv` is the array that the system laid on the stack of a new process.
    pub unsafe fn read(argc: usize, argv: *const *const i8) -> Self {
        // SAFETY: behind the arguments and their NULL stand the environment, its NULL, and the auxiliary vector.
        unsafe {
            let envp = argv.add(argc + 1);
            let mut at = envp;
            while !(*at).is_null() {
                at = at.add(1);
            }
            ENVP.set(envp);
            let mut args = Self {
                argc: argc as i32,
                argv,
                envp,
                auxv: at.add(1).cast(),
                auxv_words: 0,
                page_bytes: 4096,
                vdso: 0,
                random: core::ptr::null(),
                secure: false,
            };
            args.read_auxv();
            args
        }
    }

    /// # Safety
    /// `auxv` ends with an AT_NULL pair.
    unsafe fn read_auxv(&mut self) {
        loop {
            // SAFETY: the pair before was not the last.
            let (tag, value) = unsafe {
                (
                    *self.auxv.add(self.auxv_words),
                    *self.auxv.add(self.auxv_words + 1),
                )
            };
            self.auxv_words += 2;
            match tag {
                AT_NULL => return,
                AT_PAGESZ => self.page_bytes = value,
                AT_SECURE => self.secure = value != 0,
                AT_RANDOM => self.random = value as *const _,
                AT_SYSINFO_EHDR => self.vdso = value,
                _ => {}
            }
        }
    }
}

/// See [`is_secure`].
static SECURE: Racy<bool> = Racy::new(false);

/// Whether the program has rights that who started it does not have, by set-user-ID for instance: it must not tell them
/// what is in its memory.
pub fn is_secure() -> bool {
    SECURE.get()
}

/// Puts GOTRACEBACK=none into the environment of such a program, whatever it says; the new environment. At boot, with
/// kernel memory at hand.
pub fn secure_environment() -> *const *const i8 {
    const NONE: &CStr = c"GOTRACEBACK=none";
    SECURE.set(true);
    let old = ENVP.get();
    let mut n = 0;
    // SAFETY: the array is NULL-terminated.
    while !unsafe { *old.add(n) }.is_null() {
        n += 1;
    }
    let new = meta::alloc((n + 2) * size_of::<usize>(), align_of::<usize>()).cast::<*const i8>();
    let mut there = false;
    for i in 0..n {
        // SAFETY: entry `i` of `n`, a NUL-terminated string; the new array has room for two more.
        unsafe {
            let mut entry = *old.add(i);
            if CStr::from_ptr(entry)
                .to_bytes()
                .starts_with(b"GOTRACEBACK=")
            {
                (entry, there) = (NONE.as_ptr(), true);
            }
            new.add(i).write(entry);
        }
    }
    if !there {
        // SAFETY: the last but one place of the array; the last one is zero.
        unsafe { new.add(n).write(NONE.as_ptr()) };
    }
    ENVP.set(new);
    new
}

/// Value of an environment variable at process start.
pub fn env(name: &[u8]) -> Option<&'static [u8]> {
    let mut at = ENVP.get();
    loop {
        // SAFETY: the array is NULL-terminated; its strings live as long as the process.
        let entry = unsafe {
            if at.is_null() || (*at).is_null() {
                return None;
            }
            CStr::from_ptr((*at).cast()).to_bytes()
        };
        if let Some(rest) = entry.strip_prefix(name)
            && let Some(value) = rest.strip_prefix(b"=")
        {
            return Some(value);
        }
        // SAFETY: this entry was not the last.
        at = unsafe { at.add(1) };
    }
}
