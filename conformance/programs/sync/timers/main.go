// Sleep, AfterFunc, Timer and Ticker keep their promises about order and time.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	sleeping()
	order()
	afterFunc()
	stops()
	ticker()
	many()
	concurrentReset()
	busy()
}

func sleeping() {
	start := time.Now()
	time.Sleep(0)
	time.Sleep(-5)
	time.Sleep(20 * time.Millisecond)
	d := time.Since(start)
	fmt.Println("sleep", d >= 20*time.Millisecond && d < 2*time.Second)
}

func order() {
	var mu sync.Mutex
	var got []int
	var wg sync.WaitGroup
	for _, ms := range []int{50, 10, 90, 30, 70} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(time.Duration(ms) * time.Millisecond)
			mu.Lock()
			got = append(got, ms)
			mu.Unlock()
		}()
	}
	wg.Wait()
	fmt.Println("order", got, sort.IntsAreSorted(got))
}

func afterFunc() {
	c := make(chan string, 2)
	time.AfterFunc(20*time.Millisecond, func() { c <- "second" })
	time.AfterFunc(5*time.Millisecond, func() { c <- "first" })
	fmt.Println(<-c, <-c)
	t := time.AfterFunc(time.Hour, func() { c <- "never" })
	fmt.Println("stop", t.Stop(), t.Stop(), t.Reset(time.Millisecond), <-c, t.Reset(time.Hour), t.Stop())
	// An AfterFunc that blocks does not hold up others.
	block := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { <-block })
	time.AfterFunc(2*time.Millisecond, func() { c <- "not held up" })
	fmt.Println(<-c)
	close(block)
	time.AfterFunc(0, func() { c <- "at once" })
	time.AfterFunc(-time.Hour, func() { c <- "at once" })
	fmt.Println(<-c, <-c)
}

func stops() {
	var fired atomic.Int32
	var stopped int
	for range 500 {
		t := time.AfterFunc(50*time.Microsecond, func() { fired.Add(1) })
		runtime.Gosched()
		if t.Stop() {
			stopped++
		}
	}
	for range 100 {
		if int(fired.Load())+stopped == 500 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("stops", int(fired.Load())+stopped)
}

func ticker() {
	start := time.Now()
	t := time.NewTicker(10 * time.Millisecond)
	for range 5 {
		<-t.C
	}
	d := time.Since(start)
	fmt.Println("ticker", d >= 50*time.Millisecond && d < 3*time.Second)
	t.Reset(time.Hour)
	select {
	case <-t.C:
		fmt.Println("stale tick")
	default:
	}
	t.Reset(time.Millisecond)
	<-t.C
	t.Stop()
	time.Sleep(5 * time.Millisecond)
	select {
	case <-t.C:
		fmt.Println("tick after stop")
	default:
		fmt.Println("quiet")
	}
	time.Sleep(time.Millisecond)
}

func many() {
	const n = 5000
	var wg sync.WaitGroup
	wg.Add(n)
	for i := range n {
		time.AfterFunc(time.Duration(i*7919%20000)*time.Microsecond, wg.Done)
	}
	timers := make([]*time.Timer, n)
	for i := range timers {
		timers[i] = time.NewTimer(time.Duration(i) * time.Hour)
	}
	wg.Wait()
	live := 0
	for _, t := range timers[1:] {
		if t.Stop() {
			live++
		}
	}
	fmt.Println("many", live)
}

func concurrentReset() {
	t := time.AfterFunc(time.Hour, func() {})
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 2000 {
				if i%3 == 0 {
					t.Stop()
				} else {
					t.Reset(time.Duration(i) * time.Microsecond)
				}
			}
		}()
	}
	wg.Wait()
	t.Stop()
	fmt.Println("concurrent reset")
}

// A timer fires although every P is busy.
func busy() {
	var stop atomic.Bool
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for x := 0; !stop.Load(); x++ {
			}
		}()
	}
	start := time.Now()
	time.Sleep(10 * time.Millisecond)
	stop.Store(true)
	fmt.Println("busy", time.Since(start) < 2*time.Second)
}
