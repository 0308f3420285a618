// Mutex and RWMutex under contention: exclusion, no lost wake-ups, no starvation.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	counter()
	manyMutexes()
	starvation()
	readers()
	once()
	pool()
	maps()
}

func counter() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := 0
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 5000 {
				mu.Lock()
				n++
				if i%500 == 0 {
					runtime.Gosched()
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println("counter", n, mu.TryLock())
}

func manyMutexes() {
	const n = 2000
	mus := make([]sync.Mutex, n)
	var wg sync.WaitGroup
	for i := range mus {
		mus[i].Lock()
	}
	var got atomic.Int32
	for i := range mus {
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				mus[i].Lock()
				got.Add(1)
				mus[i].Unlock()
			}()
		}
	}
	runtime.Gosched()
	for i := range mus {
		mus[n-1-i].Unlock()
	}
	wg.Wait()
	fmt.Println("many", got.Load())
}

func starvation() {
	var mu sync.Mutex
	done := make(chan bool)
	var stop atomic.Bool
	go func() {
		for !stop.Load() {
			mu.Lock()
			time.Sleep(100 * time.Microsecond)
			mu.Unlock()
		}
		done <- true
	}()
	start := time.Now()
	for range 10 {
		time.Sleep(100 * time.Microsecond)
		mu.Lock()
		mu.Unlock()
	}
	stop.Store(true)
	<-done
	fmt.Println("starvation", time.Since(start) < 10*time.Second)
}

func readers() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	a, b := 0, 0
	var bad atomic.Int32
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 2000 {
				mu.Lock()
				a++
				if i%100 == w {
					runtime.Gosched()
				}
				b++
				mu.Unlock()
			}
		}()
	}
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 5000 {
				mu.RLock()
				if a != b {
					bad.Add(1)
				}
				mu.RUnlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println("readers", a, b, bad.Load())
}

func once() {
	var o sync.Once
	var n atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			o.Do(func() {
				time.Sleep(time.Millisecond)
				n.Add(1)
			})
			if n.Load() != 1 {
				fmt.Println("once returned early")
			}
		}()
	}
	wg.Wait()
	fmt.Println("once", n.Load())
}

func pool() {
	p := sync.Pool{New: func() any { return new([100]int) }}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 5000 {
				x := p.Get().(*[100]int)
				x[7] = g*5000 + i
				if i%1000 == 0 {
					runtime.GC()
				}
				if x[7] != g*5000+i {
					fmt.Println("pool shared an item")
				}
				p.Put(x)
			}
		}()
	}
	wg.Wait()
	fmt.Println("pool")
}

func maps() {
	var m sync.Map
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 1000 {
				m.Store(i, g)
				m.LoadOrStore(i+g, g)
				if i%3 == 0 {
					m.Delete(i)
				}
			}
		}()
	}
	wg.Wait()
	n := 0
	m.Range(func(k, v any) bool { n++; return true })
	fmt.Println("map", n > 0)
}
