// The system refuses threads: Go's fatal error, exit code 2; and the limit of SetMaxThreads.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

func main() {
	fmt.Println("started")
	if os.Args[1] == "max" {
		debug.SetMaxThreads(8)
	}
	for range 50 {
		go func() {
			runtime.LockOSThread()
			ts := syscall.NsecToTimespec(int64(10 * time.Second))
			syscall.Nanosleep(&ts, nil)
		}()
	}
	time.Sleep(3 * time.Second)
	fmt.Println("not reached")
}
