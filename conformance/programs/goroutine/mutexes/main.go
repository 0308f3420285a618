// sync.Mutex, RWMutex, Once, Pool, Map under contention.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func run(n int, f func(g int)) {
	var wg sync.WaitGroup
	for g := range n {
		wg.Add(1)
		go func() { defer wg.Done(); f(g) }()
	}
	wg.Wait()
}

func main() {
	var mu sync.Mutex
	n := 0
	run(50, func(int) {
		for range 2000 {
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
	fmt.Println("mutex", n)

	var rw sync.RWMutex
	var readers, writers, wrong atomic.Int64
	m := map[int]int{}
	run(20, func(g int) {
		for i := range 500 {
			if (g+i)%5 == 0 {
				rw.Lock()
				if readers.Load() != 0 || writers.Add(1) != 1 {
					wrong.Add(1)
				}
				m[i] = g
				writers.Add(-1)
				rw.Unlock()
			} else {
				rw.RLock()
				readers.Add(1)
				if writers.Load() != 0 {
					wrong.Add(1)
				}
				_ = m[i]
				readers.Add(-1)
				rw.RUnlock()
			}
		}
	})
	fmt.Println("rwmutex", len(m), "wrong", wrong.Load())

	var once sync.Once
	var calls atomic.Int64
	run(100, func(int) { once.Do(func() { calls.Add(1); time.Sleep(time.Millisecond) }) })
	fmt.Println("once", calls.Load())
	value := sync.OnceValue(func() int { calls.Add(1); return 42 })
	run(100, func(int) {
		if value() != 42 {
			panic("wrong")
		}
	})
	fmt.Println("oncevalue", calls.Load())

	var sm sync.Map
	run(20, func(g int) {
		for i := range 1000 {
			sm.LoadOrStore(i, g)
			sm.Store(fmt.Sprint(g, "-", i), i)
			if i%3 == 0 {
				sm.Delete(fmt.Sprint(g, "-", i))
			}
		}
	})
	count := 0
	sm.Range(func(k, v any) bool { count++; return true })
	fmt.Println("map", count)

	pool := sync.Pool{New: func() any { return new([1024]byte) }}
	run(20, func(g int) {
		for range 1000 {
			b := pool.Get().(*[1024]byte)
			b[0] = byte(g)
			if b[0] != byte(g) {
				panic("shared")
			}
			pool.Put(b)
		}
	})
	fmt.Println("pool done")

	// A goroutine that holds the lock almost always must not starve another.
	stop := make(chan bool)
	go func() {
		for {
			mu.Lock()
			time.Sleep(100 * time.Microsecond)
			mu.Unlock()
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for range 10 {
		time.Sleep(100 * time.Microsecond)
		mu.Lock()
		mu.Unlock()
	}
	close(stop)
	fmt.Println("not starved", mu.TryLock() || true)
}
