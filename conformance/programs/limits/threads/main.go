// The system refuses threads, for good: Go's fatal error, exit code 2; for a moment: nobody notices. And the limit of
// SetMaxThreads.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

func main() {
	switch os.Args[1] {
	case "max":
		debug.SetMaxThreads(8)
	case "later":
		refusedForAMoment()
		return
	case "hold":
		wg := holdThreads(10, 60*time.Millisecond)
		os.Stdout.Write([]byte{1})
		wg.Wait()
		os.Exit(0)
	}
	fmt.Println("started")
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

// While another process of the same user holds most of the threads that are allowed, this one wants too many; soon after,
// not any more.
func refusedForAMoment() {
	other := exec.Command(os.Args[0], "hold")
	ready, err := other.StdoutPipe()
	if err == nil {
		err = other.Start()
	}
	if err == nil {
		_, err = io.ReadFull(ready, make([]byte, 1))
	}
	wg := holdThreads(10, 300*time.Millisecond)
	wg.Wait()
	fmt.Println("all threads came", err, other.Wait())
}

func holdThreads(n int, long time.Duration) *sync.WaitGroup {
	var held sync.WaitGroup
	var started sync.WaitGroup
	started.Add(n)
	for range n {
		held.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			started.Done()
			ts := syscall.NsecToTimespec(int64(long))
			syscall.Nanosleep(&ts, nil)
		})
	}
	started.Wait()
	return &held
}
