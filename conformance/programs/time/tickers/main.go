// Tickers keep their pace, several at once, beside busy goroutines.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	stop := make(chan bool)
	for range 4 {
		go func() {
			x := 1
			for {
				select {
				case <-stop:
					return
				default:
					for range 10000 {
						x = x*1664525 + 1013904223
					}
				}
			}
		}()
	}
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			every := time.Duration(1+i) * time.Millisecond
			tick := time.NewTicker(every)
			defer tick.Stop()
			start, last := time.Now(), time.Time{}
			for range 20 {
				now := <-tick.C
				if now.Before(last) {
					fmt.Println("back in time")
				}
				last = now
			}
			if d := time.Since(start); d < 19*every {
				fmt.Println("too fast", i, d)
			}
		})
	}
	wg.Wait()
	close(stop)
	fmt.Println("ticked")
}
