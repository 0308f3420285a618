// close wakes every receiver; senders panic; len and cap; ranges end.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	c := make(chan int, 5)
	for i := range 3 {
		c <- i
	}
	fmt.Println(len(c), cap(c))
	close(c)
	for v := range c {
		fmt.Print(v, " ")
	}
	v, ok := <-c
	fmt.Println(v, ok, len(c), cap(c))

	for round := range 50 {
		c := make(chan *int)
		var zero, panics atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if v, ok := <-c; v == nil && !ok {
					zero.Add(1)
				}
			})
		}
		if round%10 == 0 {
			time.Sleep(time.Millisecond)
		}
		close(c)
		wg.Wait()
		d := make(chan int)
		for range 20 {
			wg.Go(func() {
				defer func() {
					if fmt.Sprint(recover()) == "send on closed channel" {
						panics.Add(1)
					}
				}()
				d <- 1
			})
		}
		if round%10 == 5 {
			time.Sleep(time.Millisecond)
		}
		close(d)
		wg.Wait()
		if zero.Load() != 20 || panics.Load() != 20 {
			fmt.Println("round", round, zero.Load(), panics.Load())
		}
	}
	var nilChan chan int
	fmt.Println(len(nilChan), cap(nilChan))
	var in <-chan int = c
	var out chan<- int = c
	fmt.Printf("%T %T %T %v\n", c, in, out, (any)(c) == (any)(c))
}
