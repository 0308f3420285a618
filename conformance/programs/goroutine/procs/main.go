// GOMAXPROCS may change while the program runs.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	was := runtime.GOMAXPROCS(0)
	fmt.Println("same when asked twice", was == runtime.GOMAXPROCS(-1), "cpus", runtime.NumCPU() > 0)
	var wg sync.WaitGroup
	stop := make(chan bool)
	var mu sync.Mutex
	n := 0
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
					mu.Lock()
					n++
					mu.Unlock()
					_ = make([]byte, 100)
				}
			}
		}()
	}
	for i := range 50 {
		runtime.GOMAXPROCS(1 + i%7)
		if got := runtime.GOMAXPROCS(0); got != 1+i%7 {
			fmt.Println("wrong", got)
		}
		if i%10 == 0 {
			runtime.GC()
		}
		runtime.Gosched()
	}
	close(stop)
	wg.Wait()
	fmt.Println("changed 50 times, worked", n > 0)
	fmt.Println("before", runtime.GOMAXPROCS(was) == 1+49%7)
}
