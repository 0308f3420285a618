// Pointers into the heap where no object is end the program when the collector meets them, small numbers when the stack
// grows; not with GODEBUG=invalidptr=0.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// Stock forgets which pages were freed when it uses their descriptor again: of many, some are still known.
type many [32]unsafe.Pointer

type holder struct {
	_ [3]int
	p many
	_ int
}

var (
	global many
	heap   *holder
	kept   *[48]byte
	one    = uintptr(1)
)

// freed makes pointers to objects of a megabyte that are gone, with their pages.
//
//go:noinline
func freed(to *many) {
	var numbers [len(to)]uintptr
	for i := range numbers {
		numbers[i] = uintptr(unsafe.Pointer(unsafe.SliceData(make([]byte, 1<<20)))) + 600_000
	}
	runtime.GC()
	runtime.GC()
	*(*[len(to)]uintptr)(unsafe.Pointer(to)) = numbers
}

// rest is the address of the last word of a page that is not divided without a rest.
//
//go:noinline
func rest() uintptr {
	kept = new([48]byte)
	return uintptr(unsafe.Pointer(kept))&^8191 + 8184
}

//go:noinline
func grow(n int) byte {
	var room [1 << 10]byte
	if n > 0 {
		room[n] = grow(n - 1)
	}
	return room[n]
}

//go:noinline
func onStack() {
	p := *(*unsafe.Pointer)(unsafe.Pointer(&one))
	grow(100)
	runtime.KeepAlive(p)
}

func main() {
	debug.SetGCPercent(-1)
	heap = new(holder)
	switch os.Args[1] {
	case "freed":
		freed(&heap.p)
	case "rest":
		*(*uintptr)(unsafe.Pointer(&heap.p)) = rest()
	case "global":
		freed(&global)
	case "number":
		*(*uintptr)(unsafe.Pointer(&heap.p)) = 1
	case "stack":
		done := make(chan bool)
		go func() {
			onStack()
			close(done)
		}()
		<-done
	}
	runtime.GC()
	runtime.GC()
	fmt.Println("not found")
}
