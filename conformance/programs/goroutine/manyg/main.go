// A hundred thousand goroutines, all waiting at once; then waves of short ones.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	const n = 100_000
	start := make(chan struct{})
	var wg sync.WaitGroup
	var sum atomic.Int64
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			sum.Add(int64(i))
		}()
	}
	fmt.Println("waiting", runtime.NumGoroutine())
	close(start)
	wg.Wait()
	fmt.Println("sum", sum.Load())
	for range 5 {
		for range 20_000 {
			wg.Add(1)
			go func() { wg.Done() }()
		}
		wg.Wait()
	}
	fmt.Println("waves done")
	// Each starts the next: the local ring and runnext all the way.
	done := make(chan int)
	var next func(int)
	next = func(k int) {
		if k == 0 {
			close(done)
			return
		}
		go next(k - 1)
	}
	go next(100_000)
	<-done
	// A tree of goroutines: more than a ring holds.
	var tree func(depth int) int
	tree = func(depth int) int {
		if depth == 0 {
			return 1
		}
		l, r := make(chan int), make(chan int)
		go func() { l <- tree(depth - 1) }()
		go func() { r <- tree(depth - 1) }()
		return <-l + <-r
	}
	fmt.Println("leaves", tree(13))
}
