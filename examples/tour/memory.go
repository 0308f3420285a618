package main

import (
	"runtime"
	"runtime/debug"
	"time"
	"weak"
)

type node struct {
	left, right *node
	payload     [4]int
}

func grow(depth int) *node {
	if depth == 0 {
		return &node{payload: [4]int{1}}
	}
	return &node{left: grow(depth - 1), right: grow(depth - 1), payload: [4]int{1}}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return n.payload[0] + n.left.count() + n.right.count()
}

// memory allocates much more than it keeps and checks what the collector says and does.
func memory() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	kept := grow(14)
	for range 60 {
		grow(14)
	}
	runtime.ReadMemStats(&after)
	say("over 90 MB allocated: %v, by at least a million objects: %v", after.TotalAlloc-before.TotalAlloc > 90_000_000, after.Mallocs-before.Mallocs > 1_000_000)
	say("collections ran by themselves: %v; the tree that is in use has all its %d nodes", after.NumGC > before.NumGC, kept.count())

	kept = nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	say("without it the heap is small again: %v", after.HeapAlloc < before.HeapAlloc+8_000_000)

	gone := make(chan string, 2)
	dropped := leave(gone)
	for len(gone) < 2 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	say("%s and %s told of the end of an object; the weak pointer is nil: %v", <-gone, <-gone, dropped.Value() == nil)

	old := debug.SetGCPercent(50)
	say("GOGC was %d, is %d", old, debug.SetGCPercent(old))
}

// leave makes an object that is garbage when the function returns.
func leave(gone chan string) weak.Pointer[node] {
	n := &node{}
	runtime.AddCleanup(n, func(c chan string) { c <- "a cleanup" }, gone)
	runtime.AddCleanup(n, func(c chan string) { c <- "a cleanup" }, gone)
	return weak.Make(n)
}
