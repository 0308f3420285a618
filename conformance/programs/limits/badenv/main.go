// What GOGC, GOMEMLIMIT, GOMAXPROCS, GOTRACEBACK and GODEBUG may hold, and what happens if it is nonsense.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	fmt.Println(debug.SetGCPercent(100), debug.SetMemoryLimit(-1))
	if n := runtime.GOMAXPROCS(0); n != runtime.NumCPU() {
		fmt.Println("GOMAXPROCS", n)
	}
	if len(os.Args) > 1 {
		ready := make(chan int)
		go func() {
			close(ready)
			select {}
		}()
		<-ready
		panic("with GOTRACEBACK=" + os.Getenv("GOTRACEBACK"))
	}
}
