// Nobody starves: two goroutines that ready each other for ever do not keep others, timers or the global queue waiting.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	stop := make(chan bool)
	for range runtime.GOMAXPROCS(0) + 1 {
		a, b := make(chan int), make(chan int)
		go func() {
			for {
				select {
				case a <- 1:
					<-b
				case <-stop:
					return
				}
			}
		}()
		go func() {
			for {
				select {
				case <-a:
					select {
					case b <- 1:
					case <-stop:
						return
					}
				case <-stop:
					return
				}
			}
		}()
	}
	start := time.Now()
	for range 20 {
		time.Sleep(time.Millisecond)
	}
	late := time.Since(start)
	done := make(chan int)
	for i := range 200 {
		go func() { done <- i }()
	}
	sum := 0
	for range 200 {
		sum += <-done
	}
	close(stop)
	fmt.Println("sum", sum, "timers in time", late < 2*time.Second)
}
