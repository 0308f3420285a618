//! Entries of channels, semaphores, timers, poller, coroutines and bubbles.

use super::{Entry, call, park};

/// Rows, in the order of the kernel's modules.
pub const ENTRIES: &[Entry] = &[
    // chan
    call("makechan", "(t *chantype, size int) *hchan", 2, 1),
    park("chansend1", "(c *hchan, elem unsafe.Pointer)", 2, 0),
    park("chanrecv1", "(c *hchan, elem unsafe.Pointer)", 2, 0),
    park(
        "chanrecv2",
        "(c *hchan, elem unsafe.Pointer) (received bool)",
        2,
        1,
    ),
    call("closechan", "(c *hchan)", 1, 0),
    call(
        "selectnbsend",
        "(c *hchan, elem unsafe.Pointer) (selected bool)",
        2,
        1,
    ),
    call(
        "selectnbrecv",
        "(elem unsafe.Pointer, c *hchan) (selected, received bool)",
        2,
        2,
    ),
    park(
        "selectgo",
        "(cas0 *scase, order0 *uint16, pc0 *uintptr, nsends, nrecvs int, block bool) (int, bool)",
        6,
        2,
    ),
    park("block", "()", 0, 0),
    // sync
    park(
        "ksemacquire",
        "(addr *uint32, lifo bool, why uintptr)",
        3,
        0,
    ),
    call("ksemrelease", "(addr *uint32, handoff bool)", 2, 0),
    park("knotifywait", "(l *notifyList, ticket uint32)", 2, 0),
    call("knotifyall", "(l *notifyList)", 1, 0),
    call("knotifyone", "(l *notifyList)", 1, 0),
    call("kcanspin", "(i int) bool", 1, 1),
    call("kdospin", "()", 0, 0),
    // coroutines
    call("knewcoro", "(c *coro, fn *funcval, pc uintptr)", 3, 0),
    park("kcoroswitch", "(c *coro)", 1, 0),
    park("kcoroexit", "(c *coro)", 1, 0),
    // bubbles
    call("kbubblenew", "()", 0, 0),
    park("kbubblerun", "() int", 0, 1),
    call("kbubbleleave", "()", 0, 0),
    park("kbubblewait", "() int", 0, 1),
    call("kbubblehold", "() unsafe.Pointer", 0, 1),
    call("kbubbleunhold", "(b unsafe.Pointer)", 1, 0),
    call("kbubbleenter", "(b unsafe.Pointer) bool", 1, 1),
    call("kbubbleowner", "(p unsafe.Pointer) int", 1, 1),
    call("kbubbleassoc", "(p, fresh unsafe.Pointer) int", 2, 1),
    call("kbubbledisassoc", "(p unsafe.Pointer)", 1, 0),
    // time
    call("ktimenow", "() (sec int64, nsec int32, mono int64)", 0, 3),
    call("kbubblenow", "() int64", 0, 1),
    park("ksleep", "(ns int64)", 1, 0),
    call(
        "klearntime",
        "(start *int64, local *unsafe.Pointer, creator uintptr)",
        3,
        0,
    ),
    call(
        "knewtimer",
        "(t *timeTimer, when, period int64, c *hchan, fn *funcval)",
        5,
        0,
    ),
    call("kstoptimer", "(t *timeTimer) bool", 1, 1),
    call(
        "kresettimer",
        "(t *timeTimer, when, period int64) bool",
        3,
        1,
    ),
    // netpoll
    call("kpollinit", "()", 0, 0),
    call("kpollopen", "(fd uintptr) (ctx uintptr, errno int)", 1, 2),
    call("kpollclose", "(ctx uintptr)", 1, 0),
    call("kpollreset", "(ctx uintptr, mode int) int", 2, 1),
    park(
        "kpollwait",
        "(ctx uintptr, mode int, always bool) int",
        3,
        1,
    ),
    call(
        "kpollsetdeadline",
        "(ctx uintptr, in int64, mode int)",
        3,
        0,
    ),
    call("kpollunblock", "(ctx uintptr)", 1, 0),
    call("kispolldescriptor", "(fd uintptr) bool", 1, 1),
];
