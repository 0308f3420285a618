// GOMAXPROCS as the quota of the cgroup wants it; run by `cargo xtask conformance quota`, which makes the cgroup.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"time"
)

func event(name string) uint64 {
	s := []metrics.Sample{{Name: "/godebug/non-default-behavior/" + name + ":events"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func main() {
	fmt.Print(runtime.NumCPU(), runtime.GOMAXPROCS(0), " ", event("containermaxprocs"))
	if len(os.Args) > 1 {
		last := 0
		for start := time.Now(); time.Since(start) < 5*time.Second; {
			if n := runtime.GOMAXPROCS(0); n != last {
				fmt.Print(" ", n)
				last = n
			}
			time.Sleep(time.Millisecond)
		}
	}
	runtime.SetDefaultGOMAXPROCS()
	fmt.Println(" default", runtime.GOMAXPROCS(0))
}
