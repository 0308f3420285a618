//! The system refuses a thread.

use crate::sys::Errno;

/// Why, and how many there were.
pub struct SpawnFailure {
    /// Error of `clone`.
    pub errno: i32,
    /// Threads that exist.
    pub threads: i32,
}

impl SpawnFailure {
    /// Ends the process with Go's text.
    pub fn die(self) -> ! {
        crate::eprint!(
            "runtime: failed to create new OS thread (have {} already; errno={})\n",
            self.threads,
            self.errno
        );
        if self.errno == Errno::EAGAIN.0 {
            crate::eprint!("runtime: may need to increase max user processes (ulimit -u)\n");
        }
        crate::throw!("newosproc")
    }
}
