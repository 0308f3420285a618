// Fatal errors: those that cannot be recovered.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

var sink any

//go:noinline
func forever(n int) int { return forever(n+1) + 1 }

//go:noinline
func ping(n int) int { return pong(n) + 1 }

//go:noinline
func pong(n int) int { return ping(n) + 2 }

var cases = map[string]func(){
	"deadlock-chan":   func() { <-make(chan int) },
	"deadlock-send":   func() { make(chan int) <- 1 },
	"deadlock-nil":    func() { var c chan int; <-c },
	"deadlock-nilout": func() { var c chan int; c <- 1 },
	"deadlock-select": func() { select {} },
	"deadlock-select2": func() {
		a, b := make(chan int), make(chan int)
		select {
		case <-a:
		case b <- 1:
		}
	},
	"deadlock-mutex": func() { var mu sync.Mutex; mu.Lock(); mu.Lock() },
	"deadlock-rw":    func() { var mu sync.RWMutex; mu.RLock(); mu.Lock() },
	"deadlock-wg":    func() { var wg sync.WaitGroup; wg.Add(1); wg.Wait() },
	"deadlock-cond":  func() { c := sync.NewCond(&sync.Mutex{}); c.L.Lock(); c.Wait() },
	"deadlock-once": func() {
		var once sync.Once
		once.Do(func() { once.Do(func() {}) })
	},
	"deadlock-others": func() {
		c := make(chan int)
		for range 3 {
			go func() { c <- 1 }()
		}
		<-c
		<-c
		<-c
		<-c
	},
	"goexit-main": func() { runtime.Goexit() },
	"goexit-others": func() {
		go func() { <-make(chan int) }()
		runtime.Goexit()
	},
	"unlock":      func() { var mu sync.Mutex; mu.Unlock() },
	"unlock-rw":   func() { var mu sync.RWMutex; mu.Unlock() },
	"runlock":     func() { var mu sync.RWMutex; mu.RUnlock() },
	"wg-negative": func() { var wg sync.WaitGroup; wg.Add(-1) },
	"cond-copy": func() {
		c := *sync.NewCond(&sync.Mutex{})
		d := c
		c.Signal()
		d.Signal()
	},
	"overflow":        func() { sink = forever(0) },
	"overflow-mutual": func() { sink = ping(0) },
	"overflow-goroutine": func() {
		go func() { sink = forever(0) }()
		time.Sleep(time.Hour)
	},
	"recover-deadlock": func() {
		defer func() { fmt.Println("recovered", recover()) }()
		<-make(chan int)
	},
	"recover-unlock": func() {
		defer func() { fmt.Println("recovered", recover()) }()
		var mu sync.Mutex
		mu.Unlock()
	},
	"map-writes": func() {
		m := map[int]int{}
		for g := range 8 {
			go func() {
				for i := 0; ; i++ {
					m[i&1023] = g
				}
			}()
		}
		time.Sleep(time.Minute)
	},
	"map-read-write": func() {
		m := map[int]int{}
		go func() {
			for i := 0; ; i++ {
				m[i&1023] = 1
			}
		}()
		for {
			for i := range 1024 {
				sink = m[i]
			}
		}
	},
	"locked-deadlock": func() { runtime.LockOSThread(); <-make(chan int) },
}

func main() {
	defer fmt.Println("deferred: only seen when main unwinds")
	cases[os.Args[1]]()
}
