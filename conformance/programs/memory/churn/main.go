// Allocates far more than it keeps: the collector must keep up, and nothing alive may change.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type tree struct {
	left, right *tree
	value       int
	data        []byte
}

func build(depth, value int) *tree {
	if depth == 0 {
		return &tree{value: value, data: make([]byte, value%100)}
	}
	return &tree{build(depth-1, 2*value), build(depth-1, 2*value+1), value, nil}
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return t.left.sum() + t.right.sum() + t.value + len(t.data)
}

func main() {
	long := build(16, 1)
	want := long.sum()
	var wg sync.WaitGroup
	sums := make([]int, 8)
	for g := range sums {
		wg.Go(func() {
			for i := range 60 {
				sums[g] += build(10, i).sum()
			}
		})
	}
	wg.Wait()
	fmt.Println(sums)
	fmt.Println("long-lived intact", long.sum() == want, want)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("collected", m.NumGC > 0, "bounded", m.HeapSys < 1<<30)
	// 3 GB through a small live heap.
	var keep [64][]byte
	for i := range 30000 {
		keep[i%64] = make([]byte, 100_000)
		keep[i%64][i%100_000] = 1
	}
	runtime.ReadMemStats(&m)
	fmt.Println("bounded", m.HeapSys < 1<<30, m.TotalAlloc > 3_000_000_000)
}
