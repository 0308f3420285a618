// sync.Pool keeps what was put through one collection and drops it in the second.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

func main() {
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(1)
	var p sync.Pool
	fmt.Println(p.Get())
	p.Put("a")
	fmt.Println(p.Get(), p.Get())
	p.Put("b")
	runtime.GC()
	fmt.Println(p.Get())
	p.Put("c")
	runtime.GC()
	runtime.GC()
	fmt.Println(p.Get())
	p.New = func() any { return "new" }
	fmt.Println(p.Get())
}
