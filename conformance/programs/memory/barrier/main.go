// Pointers move about between objects, stacks, channels and maps while collections run: none may be lost.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type cell struct {
	id    int
	check int
	peer  *cell
}

func main() {
	const n = 2000
	cells := make([]*cell, n)
	for i := range cells {
		cells[i] = &cell{id: i, check: ^i}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var stop atomic.Bool
	var bad atomic.Int64
	shared := make(chan *cell, 64)
	for g := range 4 {
		wg.Go(func() {
			x := uint32(g + 1)
			m := map[int]*cell{}
			for range 30_000 {
				x = x*1664525 + 1013904223
				i, j := int(x>>8)%n, int(x>>16)%n
				mu.Lock()
				cells[i], cells[j] = cells[j], cells[i]
				a := cells[i]
				old := a.peer
				a.peer = &cell{id: a.id, check: a.check, peer: nil}
				mu.Unlock()
				if old != nil && old.check != ^old.id {
					bad.Add(1)
				}
				m[i%50] = a
				select {
				case shared <- a:
				case b := <-shared:
					if b.check != ^b.id {
						bad.Add(1)
					}
				default:
				}
			}
			for _, c := range m {
				if c.check != ^c.id {
					bad.Add(1)
				}
			}
		})
	}
	var collector sync.WaitGroup
	collector.Go(func() {
		for !stop.Load() {
			runtime.GC()
		}
	})
	wg.Wait()
	stop.Store(true)
	collector.Wait()
	seen := make([]bool, n)
	for _, c := range cells {
		seen[c.id] = true
		if c.check != ^c.id || (c.peer != nil && c.peer.id != c.id) {
			bad.Add(1)
		}
	}
	for _, s := range seen {
		if !s {
			bad.Add(1)
		}
	}
	fmt.Println("bad", bad.Load())
}
