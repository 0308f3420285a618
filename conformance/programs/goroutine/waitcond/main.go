// sync.Cond and WaitGroup: signal, broadcast, reuse, a bounded buffer on conditions.
package main

import (
	"fmt"
	"sync"
)

type buffer struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	items    []int
	max      int
	closed   bool
}

func newBuffer(max int) *buffer {
	b := &buffer{max: max}
	b.notEmpty, b.notFull = sync.NewCond(&b.mu), sync.NewCond(&b.mu)
	return b
}

func (b *buffer) put(v int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.max {
		b.notFull.Wait()
	}
	b.items = append(b.items, v)
	b.notEmpty.Signal()
}

func (b *buffer) take() (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	if len(b.items) == 0 {
		return 0, false
	}
	v := b.items[0]
	b.items = b.items[1:]
	b.notFull.Signal()
	return v, true
}

func (b *buffer) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.notEmpty.Broadcast()
}

func main() {
	b := newBuffer(3)
	var producers, consumers sync.WaitGroup
	var mu sync.Mutex
	sum, count := 0, 0
	for range 6 {
		consumers.Go(func() {
			for {
				v, ok := b.take()
				if !ok {
					return
				}
				mu.Lock()
				sum, count = sum+v, count+1
				mu.Unlock()
			}
		})
	}
	for g := range 5 {
		producers.Go(func() {
			for i := range 1000 {
				b.put(g*1000 + i)
			}
		})
	}
	producers.Wait()
	b.close()
	consumers.Wait()
	fmt.Println(count, sum)

	// Phases: everybody waits for everybody, a thousand times.
	const members = 8
	var m sync.Mutex
	c := sync.NewCond(&m)
	arrived, phase := 0, 0
	barrier := func() {
		m.Lock()
		defer m.Unlock()
		arrived++
		if mine := phase; arrived == members {
			arrived, phase = 0, phase+1
			c.Broadcast()
		} else {
			for phase == mine {
				c.Wait()
			}
		}
	}
	var wg sync.WaitGroup
	for range members {
		wg.Go(func() {
			for range 1000 {
				barrier()
			}
		})
	}
	wg.Wait()
	fmt.Println("phases", phase)
	for range 1000 {
		wg.Add(2)
		go wg.Done()
		go wg.Done()
		wg.Wait()
	}
	fmt.Println("reused")
}
