// A list of a million nodes: marking must not recurse, and a rotating live set must be found exactly.
package main

import (
	"container/list"
	"fmt"
	"runtime"
)

type node struct {
	next *node
	n    int
}

func main() {
	var head *node
	for i := range 1_000_000 {
		head = &node{head, i}
	}
	runtime.GC()
	count := 0
	for p := head; p != nil; p = p.next {
		count++
	}
	fmt.Println(count)
	l := list.New()
	for i := range 300_000 {
		l.PushBack(i)
		if l.Len() > 1000 {
			l.Remove(l.Front())
		}
	}
	sum := 0
	for e := l.Front(); e != nil; e = e.Next() {
		sum += e.Value.(int)
	}
	fmt.Println(l.Len(), sum)
	// Rings that only point to themselves are garbage.
	var before, after runtime.MemStats
	head = nil
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 200_000 {
		a := &node{n: 1}
		a.next = &node{a, 2}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println("rings freed", int64(after.HeapAlloc)-int64(before.HeapAlloc) < 1<<20)
}
