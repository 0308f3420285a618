// GOMAXPROCS follows the affinity until the program or its environment chooses; SetDefaultGOMAXPROCS lets it follow again.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

func affinity(mask uint64) {
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		tid, _ := strconv.Atoi(t.Name())
		syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), 8, uintptr(unsafe.Pointer(&mask)))
	}
}

func wait(want int) {
	start := time.Now()
	for time.Since(start) < 6*time.Second {
		if runtime.GOMAXPROCS(0) == want {
			fmt.Println("now", want)
			return
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Println("still", runtime.GOMAXPROCS(0))
}

func event(name string) uint64 {
	s := []metrics.Sample{{Name: "/godebug/non-default-behavior/" + name + ":events"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func main() {
	fmt.Println(runtime.NumCPU(), runtime.GOMAXPROCS(0), event("containermaxprocs"))
	if len(os.Args) > 1 && os.Args[1] == "call" {
		runtime.GOMAXPROCS(2)
	}
	affinity(1)
	wait(1)
	affinity(3)
	wait(2)
	affinity(1)
	runtime.SetDefaultGOMAXPROCS()
	fmt.Println(runtime.GOMAXPROCS(0))
	affinity(3)
	wait(2)
	runtime.GOMAXPROCS(2)
	affinity(1)
	wait(1)
}
