// A goroutine that ends locked to its thread takes the thread with it, the first thread too, and what it did to the
// thread's state is seen by nobody else.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

func init() {
	if len(os.Args) > 1 && os.Args[1] == "first" {
		return
	}
	runtime.LockOSThread() // main stays on the first thread
}

func main() {
	switch os.Args[1] {
	case "first":
		first()
	case "state":
		state()
	case "dead":
		go runtime.LockOSThread()
		select {}
	}
}

// first ends a goroutine on the first thread; main goes on elsewhere.
func first() {
	for range 100 {
		done := make(chan bool)
		go func() {
			runtime.LockOSThread()
			done <- syscall.Gettid() == os.Getpid()
		}()
		if <-done {
			break
		}
	}
	for range 100 {
		runtime.Gosched()
		ran := make(chan int)
		go func() { ran <- syscall.Gettid() }()
		<-ran
	}
	fmt.Println("still here")
}

// state changes the directory of one thread, which then ends.
func state() {
	os.Chdir("/")
	changed := make(chan bool)
	for range 8 {
		go func() {
			runtime.LockOSThread()
			if syscall.Unshare(syscall.CLONE_FS) == nil {
				syscall.Chdir("/proc")
			}
			changed <- true
		}()
		<-changed
		there := make(chan string)
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			dir, _ := syscall.Getwd()
			there <- dir
		}()
		if dir := <-there; dir != "/" {
			fmt.Println("a thread is in", dir)
		}
	}
	fmt.Println("done")
}
