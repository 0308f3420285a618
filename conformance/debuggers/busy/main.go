// What the injector stops at places of its own choice: goroutines whose results are wrong once a pointer of theirs was
// missed or moved, and the functions that are called in the middle of them.
package main

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// over is set by the injector. The goroutines end.
var over uint64

type node struct {
	next *node
	key  int
	text string
}

// chain builds n nodes and adds up what they hold.
//
//go:noinline
func chain(n int) (sum int) {
	var head *node
	for i := range n {
		head = &node{head, i, fmt.Sprint(i)}
	}
	for at := head; at != nil; at = at.next {
		if at.text != fmt.Sprint(at.key) {
			panic("a node has changed: " + at.text)
		}
		sum += at.key
	}
	return sum
}

//go:noinline
func deep(n int, p *int) int {
	var room [32]int
	room[n%32] = n
	if n == 0 {
		return *p
	}
	return deep(n-1, p) + room[n%32] - n
}

// What the injector calls: one word of argument, one of result, both in registers.

//go:noinline
func CallPlain(n int) int { return n + 1 }

//go:noinline
func CallCollect(n int) int {
	sum := chain(50)
	runtime.GC()
	return n + 1 + sum - chain(50)
}

//go:noinline
func CallDeep(n int) int {
	return deep(2000, &n) + 1
}

//go:noinline
func CallPanic(n int) int { panic(n) }

//go:noinline
func CallBlock(n int) int {
	back := make(chan int)
	go func() {
		time.Sleep(time.Microsecond)
		back <- n + 1
	}()
	return <-back
}

// CallLocked has not locked what it unlocks at first.
//
//go:noinline
func CallLocked(n int) int {
	runtime.UnlockOSThread()
	runtime.Gosched()
	runtime.LockOSThread()
	runtime.Gosched()
	runtime.UnlockOSThread()
	return n + 1
}

//go:noinline
func CallGoexit(n int) int {
	runtime.Goexit()
	return n
}

var calls = []func(int) int{CallPlain, CallCollect, CallDeep, CallPanic, CallBlock, CallLocked, CallGoexit}

func busy(round func(i int)) func() {
	return func() {
		for i := 0; atomic.LoadUint64(&over) == 0; i++ {
			round(i)
		}
	}
}

func check(what string, good bool) {
	if !good {
		panic("wrong result: " + what)
	}
}

// exchange sends a number or receives one, or waits in vain.
func exchange(numbers chan int, wait time.Duration) func(int) {
	return func(i int) {
		select {
		case numbers <- i:
		case n := <-numbers:
			check("numbers", n >= 0)
		case <-time.After(wait):
		}
	}
}

func main() {
	runtime.GOMAXPROCS(4)
	debug.SetGCPercent(20)
	check("calls", len(calls) == 7)
	numbers := make(chan int)
	counts := map[string]int{}
	var lock sync.Mutex
	var all sync.WaitGroup
	for _, round := range []func(int){
		func(i int) { check("chain", chain(i%200) == (i%200)*(i%200-1)/2) },
		func(i int) { n := i; check("deep", deep(i%500, &n) == i) },
		exchange(numbers, 100*time.Microsecond),
		exchange(numbers, 50*time.Microsecond),
		func(i int) {
			text := strings.Repeat("ab", i%300)
			check("text", strings.Count(text, "a") == i%300 && len([]byte(text)) == 2*(i%300))
		},
		func(i int) {
			keys := make([]*node, i%50)
			for k := range keys {
				keys[k] = &node{key: (k * 7919) % 101}
			}
			slices.SortFunc(keys, func(a, b *node) int { return a.key - b.key })
			check("sorted", slices.IsSortedFunc(keys, func(a, b *node) int { return a.key - b.key }))
		},
		func(i int) {
			lock.Lock()
			defer lock.Unlock()
			key := fmt.Sprint(i % 100)
			before := counts[key]
			counts[key]++
			check("map", counts[key] == before+1)
		},
		func(i int) {
			defer func() { check("recover", recover() == any(i)) }()
			panic(i)
		},
		func(i int) { // nothing but loops
			sum, n := 0, i%5000
			for k := range n {
				sum += k
			}
			check("sum", sum == n*(n-1)/2)
		},
		func(i int) {
			next, stop := iter.Pull(slices.Values([]*node{{key: i}, {key: i + 1}}))
			defer stop()
			one, _ := next()
			two, more := next()
			check("iter.Pull", more && one.key == i && two.key == i+1)
		},
	} {
		all.Go(busy(round))
	}
	all.Go(func() {
		runtime.LockOSThread()
		thread := syscall.Gettid()
		busy(func(i int) {
			sum := chain(i % 20)
			runtime.Gosched()
			check("thread", sum == (i%20)*(i%20-1)/2 && syscall.Gettid() == thread)
		})()
	})
	all.Wait()
	fmt.Println("all results are right")
	os.Exit(0)
}
