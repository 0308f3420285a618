package main

import (
	"strings"
	"sync"
	"time"
)

// timers sleeps, ticks, and lets the runtime call back.
func timers() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var order []string
	for i, word := range []string{"third", "first", "second"} {
		delay := []time.Duration{160, 0, 60}[i] * time.Millisecond
		wg.Go(func() {
			time.Sleep(delay)
			mu.Lock()
			defer mu.Unlock()
			order = append(order, word)
		})
	}
	wg.Wait()
	say("sleepers woke in order: %s", strings.Join(order, " "))

	start := time.Now()
	tick := time.NewTicker(2 * time.Millisecond)
	for range 5 {
		<-tick.C
	}
	tick.Stop()
	say("5 ticks of 2ms took at least 10ms: %v", time.Since(start) >= 10*time.Millisecond)

	called := make(chan string)
	time.AfterFunc(time.Millisecond, func() { called <- "in a goroutine of its own" })
	say("AfterFunc called back %s", <-called)

	stopped := time.NewTimer(time.Hour)
	say("a timer stopped in time: %v; again: %v", stopped.Stop(), stopped.Stop())

	select {
	case <-make(chan int):
	case <-time.After(time.Millisecond):
		say("nothing came, the timeout did")
	}
}
