// micro measures single operations of the runtime. It prints one line for each: name, tab, nanoseconds. With an
// argument only the measurements whose name contains it. Each is the least of a few rounds.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

type pair struct{ a, b *int }

var (
	sinkInt   int
	sinkPtr   *pair
	sinkBytes []byte
	sinkAny   any
)

type measurement struct {
	name string
	ops  int
	run  func(ops int)
}

var all = []measurement{
	// A runtime function that does next to nothing: what remains is the way into the runtime and back.
	{"kernel call (NumGoroutine)", 2_000_000, func(n int) {
		for range n {
			sinkInt += runtime.NumGoroutine()
		}
	}},
	{"time.Now", 2_000_000, func(n int) {
		for range n {
			sinkInt += time.Now().Nanosecond()
		}
	}},
	{"Gosched", 500_000, func(n int) {
		for range n {
			runtime.Gosched()
		}
	}},
	{"channel ping-pong", 300_000, pingPong},
	{"channel buffered", 2_000_000, func(n int) {
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
	}},
	{"select of two", 1_000_000, func(n int) {
		a, b := make(chan int, 1), make(chan int, 1)
		for range n {
			a <- 1
			select {
			case v := <-a:
				sinkInt += v
			case v := <-b:
				sinkInt += v
			}
		}
	}},
	{"go and wait", 300_000, func(n int) {
		var wg sync.WaitGroup
		for range n {
			wg.Add(1)
			go wg.Done()
		}
		wg.Wait()
	}},
	{"mutex, two goroutines", 1_000_000, func(n int) {
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
	}},
	{"allocate 16 bytes", 5_000_000, func(n int) {
		for range n {
			sinkPtr = new(pair)
		}
	}},
	{"allocate 64 bytes, no pointers", 5_000_000, func(n int) {
		for range n {
			sinkBytes = make([]byte, 64)
		}
	}},
	{"allocate 1 KiB", 1_000_000, func(n int) {
		for range n {
			sinkBytes = make([]byte, 1024)
		}
	}},
	{"allocate 64 KiB", 30_000, func(n int) {
		for range n {
			sinkBytes = make([]byte, 65536)
		}
	}},
	{"allocate tree (collector)", 2_000_000, trees},
	{"map assign and find", 2_000_000, func(n int) {
		m := map[int]int{}
		for i := range n {
			m[i&0xffff] = i
			sinkInt += m[i>>1&0xffff]
		}
	}},
	{"append to 1000", 5_000_000, func(n int) {
		for range n / 1000 {
			var s []int
			for i := range 1000 {
				s = append(s, i)
			}
			sinkInt += len(s)
		}
	}},
	{"string concat", 2_000_000, func(n int) {
		s := "prefix"
		for range n {
			sinkInt += len(s + strings.Repeat("x", 1))
		}
	}},
	{"interface assertion", 5_000_000, func(n int) {
		sinkAny = time.Second
		for range n {
			if s, ok := sinkAny.(fmt.Stringer); ok && s != nil {
				sinkInt++
			}
		}
	}},
	{"defer and recover", 500_000, func(n int) {
		for range n {
			func() {
				defer func() { recover() }()
				panic(1)
			}()
		}
	}},
	{"stack growth to 64 KiB", 20_000, func(n int) {
		done := make(chan int)
		for range n {
			go func() { done <- deep(400) }()
			<-done
		}
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

type tree struct{ left, right *tree }

func trees(n int) {
	const depth = 12
	for range n >> (depth + 1) {
		sinkInt += build(depth).count()
	}
}

func build(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{build(depth - 1), build(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

//go:noinline
func deep(n int) int {
	var pad [10]int
	pad[n%10] = n
	if n == 0 {
		return pad[0]
	}
	return deep(n-1) + pad[n%10]
}

func main() {
	filter := strings.Join(os.Args[1:], " ")
	for _, m := range all {
		if !strings.Contains(m.name, filter) {
			continue
		}
		best := time.Duration(1 << 62)
		for range 3 {
			start := time.Now()
			m.run(m.ops)
			best = min(best, time.Since(start))
		}
		fmt.Printf("%s\t%.3f\n", m.name, float64(best)/float64(m.ops))
	}
}
