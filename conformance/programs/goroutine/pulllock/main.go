// A lock to the thread belongs to both goroutines of an iter.Pull, and must be as it was when the pair was made.
package main

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"syscall"
)

func plain(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

// locking takes the lock and gives it back before it yields.
func locking(yield func(int) bool) {
	for i := range 3 {
		runtime.LockOSThread()
		runtime.UnlockOSThread()
		if !yield(i) {
			return
		}
	}
}

// keeping yields while it has a lock of its own.
func keeping(yield func(int) bool) {
	runtime.LockOSThread()
	yield(1)
	runtime.UnlockOSThread()
}

// elsewhere yields from another goroutine.
func elsewhere(yield func(int) bool) {
	done := make(chan bool)
	go func() { yield(1); done <- true }()
	<-done
}

func nested(yield func(int) bool) {
	next, stop := iter.Pull(plain)
	defer stop()
	for v, ok := next(); ok; v, ok = next() {
		if !yield(v * 2) {
			return
		}
	}
}

// onThread reports whether seq ran on this thread all the time.
func onThread(seq iter.Seq[int]) iter.Seq[int] {
	home := syscall.Gettid()
	return func(yield func(int) bool) {
		for v := range seq {
			if syscall.Gettid() != home {
				fmt.Println("the iterator left the thread")
			}
			runtime.Gosched()
			if !yield(v) {
				return
			}
		}
	}
}

func exhaust(seq iter.Seq[int]) {
	next, stop := iter.Pull(seq)
	defer stop()
	for v, ok := next(); ok; v, ok = next() {
		fmt.Println(v)
		runtime.Gosched()
	}
}

func locked(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home := syscall.Gettid()
	f()
	if syscall.Gettid() != home {
		fmt.Println("the caller left the thread")
	}
}

func lockAfterPull() {
	next, _ := iter.Pull(plain)
	runtime.LockOSThread()
	next()
}

func stopEarly() {
	next, stop := iter.Pull(onThread(plain))
	fmt.Println(next())
	stop()
	fmt.Println(next())
}

func main() {
	switch os.Args[1] {
	case "unlocked":
		exhaust(locking)
	case "locked":
		for _, seq := range []iter.Seq[int]{plain, locking, nested} {
			locked(func() { exhaust(onThread(seq)) })
		}
		locked(stopEarly)
	case "keeps":
		exhaust(keeping)
	case "keeps-locked":
		locked(func() { exhaust(keeping) })
	case "elsewhere":
		locked(func() { exhaust(elsewhere) })
	case "after":
		lockAfterPull()
	}
}
