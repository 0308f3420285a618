// LockOSThread: the goroutine keeps its thread, and the thread dies with a locked goroutine.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
)

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	moved := 0
	ids := map[int]bool{}
	c := make(chan int)
	for range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			id := syscall.Gettid()
			mu.Lock()
			ids[id] = true
			mu.Unlock()
			for range 200 {
				select {
				case c <- 1:
				case <-c:
				}
				runtime.Gosched()
				if syscall.Gettid() != id {
					mu.Lock()
					moved++
					mu.Unlock()
				}
			}
		}()
	}
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-c:
			case c <- 2:
			case <-stop:
				return
			}
		}
	}()
	wg.Wait()
	close(stop)
	fmt.Println("moved", moved, "threads", len(ids) > 0)

	runtime.LockOSThread()
	runtime.LockOSThread()
	runtime.UnlockOSThread()
	id := syscall.Gettid()
	done := make(chan int)
	go func() { done <- syscall.Gettid() }()
	other := <-done
	fmt.Println("main kept its thread", syscall.Gettid() == id, "another elsewhere", other != id)
	runtime.UnlockOSThread()

	for range 20 {
		end := make(chan bool)
		go func() {
			defer close(end)
			runtime.LockOSThread()
		}()
		<-end
	}
	fmt.Println("locked goroutines ended")
}
