// Coroutines for iter.Pull.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// coro is a pair of goroutines of which one runs while the other waits here.
type coro struct {
	waiting uintptr // the kernel's *G, null once the coroutine has ended
	f       func(*coro)
}

// newcoro makes a coroutine that will run f at the first coroswitch.
//
//go:linkname newcoro
func newcoro(f func(*coro)) *coro {
	c := &coro{f: f}
	start := abi.Escape(func() { corostart(c) }) // the kernel keeps it
	knewcoro(c, *(**funcval)(unsafe.Pointer(&start)), sys.GetCallerPC())
	return c
}

// corostart is the body of a coroutine's goroutine. The partner goes on even if f ends by Goexit.
func corostart(c *coro) {
	defer kcoroexit(c)
	c.f(c)
}

// coroswitch continues the other goroutine of c until it switches back or its function ends.
//
//go:linkname coroswitch
func coroswitch(c *coro) {
	kcoroswitch(c)
}
