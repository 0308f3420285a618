// WaitGroup: many waiters, reuse, Go.
package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var wg sync.WaitGroup
	for round := range 200 {
		var n atomic.Int32
		wg.Add(20)
		for range 20 {
			go func() {
				n.Add(1)
				wg.Done()
			}()
		}
		var waiters sync.WaitGroup
		for range 5 {
			waiters.Go(func() {
				wg.Wait()
				if n.Load() != 20 {
					fmt.Println("early", round, n.Load())
				}
			})
		}
		wg.Wait()
		waiters.Wait()
	}
	fmt.Println("rounds")
	defer func() { fmt.Println(recover()) }()
	f := sync.OnceValue(func() error { return errors.New("once") })
	fmt.Println(f(), f() == f())
	wg.Done()
}
