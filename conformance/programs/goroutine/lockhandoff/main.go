// Goroutines locked to their threads pass a starving mutex on: each must still run on its own thread afterwards.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func main() {
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		lost int
	)
	worker := func(lock bool) {
		defer wg.Done()
		if lock {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
		}
		home := syscall.Gettid()
		for range 30 {
			mu.Lock()
			if lock && syscall.Gettid() != home {
				lost++
			}
			time.Sleep(1500 * time.Microsecond) // who waits for more than 1 ms starves
			mu.Unlock()
			if lock && syscall.Gettid() != home {
				fmt.Println("the thread changed")
			}
		}
	}
	for i := range 6 {
		wg.Add(1)
		go worker(i%2 == 0)
	}
	wg.Wait()
	fmt.Println("threads lost:", lost)
}
