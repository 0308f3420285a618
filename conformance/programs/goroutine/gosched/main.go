// Gosched, Goexit, NumGoroutine, and preemption of loops without calls.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	fmt.Println("at start", runtime.NumGoroutine())
	// Loops without a call must not keep others from running, nor a collection from starting.
	var stop atomic.Bool
	var spinners sync.WaitGroup
	for range 3 * runtime.GOMAXPROCS(0) {
		spinners.Add(1)
		go func() {
			defer spinners.Done()
			for !stop.Load() {
			}
		}()
	}
	n := 0
	for range 20 {
		c := make(chan int)
		go func() { c <- 1 }()
		n += <-c
	}
	runtime.GC()
	stop.Store(true)
	spinners.Wait()
	fmt.Println("ran beside spinners", n)

	order := make(chan int, 100)
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				order <- i
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
	close(order)
	var counts [10]int
	for i := range order {
		counts[i]++
	}
	fmt.Println(counts)

	var deferred atomic.Int32
	for range 100 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer deferred.Add(1)
			func() {
				defer func() {
					if recover() != nil {
						panic("Goexit is not a panic")
					}
					deferred.Add(1)
				}()
				runtime.Goexit()
			}()
			panic("not reached")
		}()
	}
	wg.Wait()
	fmt.Println("deferred on Goexit", deferred.Load())
	for range 1000 {
		if runtime.NumGoroutine() == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Println("at end", runtime.NumGoroutine())
}
