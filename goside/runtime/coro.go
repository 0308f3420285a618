// Coroutines for iter.Pull.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// coro is a pair of goroutines of which one runs while the other waits here. It is also the func value that the
// coroutine's goroutine begins with: its code comes first.
type coro struct {
	code    uintptr
	waiting uintptr // the kernel's *G, null once the coroutine has ended
	f       func(*coro)
	thread  uintptr // the kernel's *M that the maker was locked to, and how often
	depth   uintptr
}

// newcoro makes a coroutine that will run f at the first coroswitch.
//
//go:linkname newcoro
func newcoro(f func(*coro)) *coro {
	c := new(coro)
	c.code = abi.FuncPCABIInternal(corostart)
	c.f = f
	knewcoro(c, (*funcval)(unsafe.Pointer(c)), sys.GetCallerPC())
	return c
}

// corostart is where a coroutine's goroutine begins.
//
//go:nosplit
func corostart() {
	c := (*coro)(unsafe.Pointer(sys.GetClosurePtr())) // gone once a prologue has looked at the stack
	c.run()
}

// run is the body of a coroutine's goroutine. The partner goes on even if f ends by Goexit.
func (c *coro) run() {
	defer kcoroexit(c)
	c.f(c)
}

// coroswitch continues the other goroutine of c until it switches back or its function ends.
//
//go:linkname coroswitch
func coroswitch(c *coro) {
	kcoroswitch(c)
}
