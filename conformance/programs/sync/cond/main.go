// sync.Cond: signals in order of waiting, broadcasts to all, tickets called before their owner waits.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	const n = 10
	running, awake := make(chan int, n), make(chan int, n)
	for i := range n {
		go func() {
			mu.Lock()
			running <- i
			c.Wait()
			awake <- i
			mu.Unlock()
		}()
		<-running
		mu.Lock()
		mu.Unlock()
	}
	for i := range n {
		mu.Lock()
		c.Signal()
		mu.Unlock()
		if got := <-awake; got != i {
			fmt.Println("woke", got, "before", i)
		}
	}
	c.Signal()
	fmt.Println("signals in order")

	ready := 0
	exited := make(chan bool, 200)
	for range 200 {
		go func() {
			mu.Lock()
			ready++
			for ready >= 0 {
				c.Wait()
			}
			mu.Unlock()
			exited <- true
		}()
	}
	for {
		mu.Lock()
		if ready == 200 {
			ready = -1
			mu.Unlock()
			break
		}
		mu.Unlock()
		runtime.Gosched()
	}
	c.Broadcast()
	for range 200 {
		<-exited
	}
	fmt.Println("broadcast")

	// A bounded queue.
	var items []int
	notFull, notEmpty := sync.NewCond(&mu), sync.NewCond(&mu)
	sum := make(chan int)
	for range 4 {
		go func() {
			for i := range 3000 {
				mu.Lock()
				for len(items) == 5 {
					notFull.Wait()
				}
				items = append(items, i)
				notEmpty.Signal()
				mu.Unlock()
			}
		}()
		go func() {
			s := 0
			for range 3000 {
				mu.Lock()
				for len(items) == 0 {
					notEmpty.Wait()
				}
				s += items[0]
				items = items[1:]
				notFull.Signal()
				mu.Unlock()
			}
			sum <- s
		}()
	}
	total := 0
	for range 4 {
		total += <-sum
	}
	fmt.Println("queue", total)
}
