// A return address that was overwritten is told when the stack is walked: by a panic, by a stack that grows, by whoever
// asks for a traceback, by the collector (where stock itself faults, unless the address is 0).
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"unsafe"
)

var text [8 << 10]byte

func main() {
	debug.SetGCPercent(-1)
	runtime.GC()
	go outer()
	select {}
}

// outer is where inner would return to.
//
//go:noinline
func outer() {
	inner(0)
}

//go:noinline
func inner(arg int) {
	slot := (*uintptr)(unsafe.Pointer(uintptr(unsafe.Pointer(&arg)) - 8))
	right := *slot
	*slot = 0xbad
	switch os.Args[1] {
	case "panic":
		panic("not seen")
	case "grow":
		grow(100)
	case "zero":
		*slot = 0
		runtime.GC()
	case "traceback":
		n := runtime.Stack(text[:], false) // not on the stack, whose words are shown
		*slot = right
		os.Stderr.Write(text[:n])
	case "callers":
		var pcs [8]uintptr
		n := runtime.Callers(1, pcs[:])
		*slot = right
		println(runtime.FuncForPC(pcs[0]).Name(), n)
	}
	os.Exit(0)
}

//go:noinline
func grow(n int) byte {
	var room [1 << 10]byte
	if n > 0 {
		room[n] = grow(n - 1)
	}
	return room[n]
}
