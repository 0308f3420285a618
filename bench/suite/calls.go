package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

var calls = []benchmark{
	// A runtime function that does next to nothing: what remains is the way into the runtime and back.
	{"calls", "NumGoroutine", func(m *meter) {
		m.loop(60_000_000, func(n int) {
			for range n {
				sinkInt += runtime.NumGoroutine()
			}
		})
	}},
	{"calls", "time.Now", func(m *meter) {
		m.loop(8_000_000, func(n int) {
			for range n {
				sinkInt += time.Now().Nanosecond()
			}
		})
	}},
	{"calls", "Gosched", func(m *meter) {
		m.loop(4_000_000, func(n int) {
			for range n {
				runtime.Gosched()
			}
		})
	}},
	{"calls", "channel ping-pong", func(m *meter) { m.loop(1_500_000, pingPong) }},
	{"calls", "channel buffered", func(m *meter) { m.loop(6_000_000, produceConsume) }},
	{"calls", "select of two", func(m *meter) {
		a, b := make(chan int, 1), make(chan int, 1)
		m.loop(4_000_000, func(n int) {
			for range n {
				a <- 1
				select {
				case v := <-a:
					sinkInt += v
				case v := <-b:
					sinkInt += v
				}
			}
		})
	}},
	{"calls", "go and wait", func(m *meter) {
		m.loop(1_500_000, func(n int) {
			var wg sync.WaitGroup
			for range n {
				wg.Add(1)
				go wg.Done()
			}
			wg.Wait()
		})
	}},
	{"calls", "mutex, two goroutines", func(m *meter) { m.loop(6_000_000, contend) }},
	{"calls", "interface assertion", func(m *meter) {
		sinkAny = time.Second
		m.loop(60_000_000, func(n int) {
			for range n {
				if s, ok := sinkAny.(fmt.Stringer); ok && s != nil {
					sinkInt++
				}
			}
		})
	}},
	{"calls", "defer and recover", func(m *meter) {
		m.loop(2_000_000, func(n int) {
			for range n {
				func() {
					defer func() { recover() }()
					panic(1)
				}()
			}
		})
	}},
}

func pingPong(n int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	for i := range n {
		ping <- i
		sinkInt += <-pong
	}
	close(ping)
}

func produceConsume(n int) {
	c := make(chan int, 128)
	go func() {
		for i := range n {
			c <- i
		}
		close(c)
	}()
	for v := range c {
		sinkInt += v
	}
}

func contend(n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range n / 2 {
				mu.Lock()
				sinkInt++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
