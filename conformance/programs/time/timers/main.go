// Sleep, After, NewTimer, Stop and Reset, in order and in large numbers.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	start := time.Now()
	time.Sleep(0)
	time.Sleep(-time.Second)
	time.Sleep(3 * time.Millisecond)
	fmt.Println("slept", time.Since(start) >= 3*time.Millisecond)

	// Many sleepers with different times wake in order of time.
	var mu sync.Mutex
	var wg sync.WaitGroup
	var order []int
	for _, i := range []int{4, 1, 3, 0, 2} {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * 100 * time.Millisecond)
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(order)

	n := 0
	for range 5000 {
		wg.Go(func() {
			time.Sleep(time.Duration(1+n%5) * time.Millisecond)
			mu.Lock()
			n++
			mu.Unlock()
		})
	}
	wg.Wait()
	fmt.Println("woke", n)

	t := time.NewTimer(time.Hour)
	fmt.Println("stop", t.Stop(), t.Stop())
	fmt.Println("reset stopped", t.Reset(time.Millisecond))
	<-t.C
	fmt.Println("reset fired", t.Reset(time.Hour), "again", t.Reset(time.Hour))
	fmt.Println("stop", t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale value")
	default:
		fmt.Println("empty after stop")
	}

	select {
	case <-time.After(2 * time.Millisecond):
		fmt.Println("after")
	case <-time.After(time.Hour):
	}

	var timers []*time.Timer
	for i := range 20000 {
		timers = append(timers, time.NewTimer(time.Hour+time.Duration(i*7919%10007)*time.Second))
	}
	stopped := 0
	for i, t := range timers {
		if i%3 == 0 {
			t.Reset(time.Duration(i%10) * time.Microsecond)
		} else if t.Stop() {
			stopped++
		}
	}
	fired := 0
	for i, t := range timers {
		if i%3 == 0 {
			<-t.C
			fired++
		}
	}
	fmt.Println("stopped", stopped, "fired", fired)
}
