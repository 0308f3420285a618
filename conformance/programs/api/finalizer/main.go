// Finalizers and cleanups: order, resurrection, Stop, results, interface parameters.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

type node struct {
	name string
	next *node
	pad  [64]byte
}

// eventually collects until done says so.
func eventually(what string, done func() bool) {
	for i := 0; i < 200; i++ {
		runtime.GC()
		if done() {
			fmt.Println(what, "done")
			return
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Println(what, "never happened")
}

var order = make(chan string, 10)

//go:noinline
func chain() {
	b := &node{name: "b"}
	a := &node{name: "a", next: b}
	for _, n := range []*node{a, b} {
		runtime.SetFinalizer(n, func(n *node) { order <- n.name })
	}
}

var resurrected *node

//go:noinline
func phoenix() {
	n := &node{name: "phoenix"}
	runtime.SetFinalizer(n, func(n *node) { resurrected = n })
}

type namer interface{ Name() string }

func (n *node) Name() string { return n.name }

type big [40]int

//go:noinline
func shapes(count *atomic.Int32) {
	runtime.SetFinalizer(&node{name: "iface"}, func(n namer) {
		if n.Name() == "iface" {
			count.Add(1)
		}
	})
	runtime.SetFinalizer(&node{name: "any"}, func(n any) (int, error) {
		if n.(*node).name == "any" {
			count.Add(1)
		}
		return 1, nil
	})
	runtime.SetFinalizer(&node{name: "big"}, func(n *node) (b big, s string) {
		for i := range b {
			b[i] = -1
		}
		count.Add(1)
		return b, "x"
	})
	runtime.SetFinalizer(new(int64), func(*int64) { count.Add(1) })
}

//go:noinline
func cleanups(count *atomic.Int32) {
	n := &node{name: "cleaned"}
	runtime.AddCleanup(n, func(k int) { count.Add(int32(k)) }, 1)
	runtime.AddCleanup(n, func(k int) { count.Add(int32(k)) }, 10)
	stopped := runtime.AddCleanup(n, func(k int) { count.Add(int32(k)) }, 100)
	stopped.Stop()
	runtime.AddCleanup(&n.pad, func(s string) { count.Add(int32(len(s))) }, "four")
}

//go:noinline
func cleared(count *atomic.Int32) {
	n := &node{name: "cleared"}
	runtime.SetFinalizer(n, func(*node) { count.Add(1) })
	runtime.SetFinalizer(n, nil)
}

//go:noinline
func both(log chan string) {
	n := &node{name: "both"}
	runtime.SetFinalizer(n, func(*node) { log <- "finalizer" })
	runtime.AddCleanup(n, func(log chan string) { log <- "cleanup" }, log)
}

var global node

func main() {
	chain()
	eventually("chain", func() bool { return len(order) == 2 })
	fmt.Println(<-order, <-order)

	phoenix()
	eventually("phoenix", func() bool { return resurrected != nil })
	fmt.Println(resurrected.name)

	var count atomic.Int32
	shapes(&count)
	eventually("shapes", func() bool { return count.Load() == 4 })

	var cleaned atomic.Int32
	cleanups(&cleaned)
	eventually("cleanups", func() bool { return cleaned.Load() == 15 })

	var never atomic.Int32
	cleared(&never)
	for range 5 {
		runtime.GC()
	}
	time.Sleep(5 * time.Millisecond)
	fmt.Println("cleared ran", never.Load())

	log := make(chan string, 2)
	both(log)
	eventually("both", func() bool { return len(log) == 2 })
	fmt.Println(<-log, <-log)

	runtime.SetFinalizer(&global, func(*node) {})
	runtime.AddCleanup(&global, func(int) {}, 0).Stop()
	fmt.Println("globals are fine")

	defer func() { fmt.Println(recover()) }()
	p := new(int)
	runtime.AddCleanup(p, func(*int) {}, p)
}
