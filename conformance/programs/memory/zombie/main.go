// A pointer made from the number of a dead object is found by the collector and ends the program.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"unsafe"
)

type block [190]byte

type scanned struct {
	next *scanned
	_    [180]byte
}

// revive makes every other of some objects garbage, frees it, and makes pointers to it again.
//
//go:noinline
func revive[T any]() {
	var keep, zombies []*T
	var freed []uintptr
	for i := range 42 {
		if p := new(T); i%2 == 0 {
			keep = append(keep, p)
		} else {
			freed = append(freed, uintptr(unsafe.Pointer(p)))
		}
	}
	zombies = make([]*T, 0, len(freed))
	runtime.GC()
	for _, p := range freed {
		zombies = append(zombies, *(**T)(unsafe.Pointer(&p)))
	}
	runtime.GC()
	runtime.GC()
	runtime.KeepAlive(keep)
	runtime.KeepAlive(zombies)
}

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "bytes":
			revive[block]()
		case "pointers":
			revive[scanned]()
		}
		fmt.Println("not found")
		return
	}
	for _, kind := range []string{"bytes", "pointers"} {
		cmd := exec.Command(os.Args[0], kind)
		cmd.Env = append(os.Environ(), "GODEBUG=invalidptr=0")
		out, err := cmd.CombinedOutput()
		fmt.Println(kind, err, strings.Contains(string(out), "runtime: marked free object in span 0x"),
			strings.Contains(string(out), "fatal error: found pointer to free object\n"))
	}
}
