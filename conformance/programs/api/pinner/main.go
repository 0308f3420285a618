// runtime.Pinner keeps objects alive; misuse panics with Go's texts.
package main

import (
	"fmt"
	"runtime"
	"unsafe"
)

type object struct{ data [128]byte }

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

//go:noinline
func pin(p *runtime.Pinner, dead chan int) uintptr {
	o := new(object)
	o.data[5] = 42
	runtime.SetFinalizer(o, func(*object) { dead <- 1 })
	p.Pin(o)
	return uintptr(unsafe.Pointer(o))
}

func main() {
	var p runtime.Pinner
	dead := make(chan int, 1)
	pin(&p, dead)
	for range 3 {
		runtime.GC()
	}
	fmt.Println("alive", len(dead) == 0)
	p.Unpin()
	for len(dead) == 0 {
		runtime.GC()
	}
	fmt.Println("dead")
	p.Unpin()
	x := 1
	p.Pin(&x)
	p.Pin(&x)
	p.Pin(unsafe.Pointer(&x))
	p.Unpin()
	try(func() { p.Pin(nil) })
	try(func() { p.Pin(3) })
	try(func() { p.Pin([]int{1}) })
}
