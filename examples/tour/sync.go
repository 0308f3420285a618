package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// synchronisation uses locks, conditions, once, pools and atomics from many goroutines at once.
func synchronisation() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for range 50 {
		wg.Go(func() {
			for range 1000 {
				mu.Lock()
				total++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	say("a mutex kept count: %d", total)

	var rw sync.RWMutex
	var torn atomic.Int64
	pair := [2]int{}
	for g := range 10 {
		wg.Go(func() {
			for i := range 500 {
				if g == 0 {
					rw.Lock()
					pair[0], pair[1] = i, i
					rw.Unlock()
					continue
				}
				rw.RLock()
				if pair[0] != pair[1] {
					torn.Add(1)
				}
				rw.RUnlock()
			}
		})
	}
	wg.Wait()
	say("readers saw %d half-written pairs", torn.Load())

	var once sync.Once
	var calls atomic.Int64
	for range 100 {
		wg.Go(func() { once.Do(func() { calls.Add(1) }) })
	}
	wg.Wait()
	say("once ran %d time", calls.Load())

	// A condition: everybody waits until the last one arrives.
	cond := sync.NewCond(&mu)
	arrived := 0
	for range 20 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			if arrived++; arrived == 20 {
				cond.Broadcast()
			}
			for arrived < 20 {
				cond.Wait()
			}
		})
	}
	wg.Wait()
	say("%d goroutines met at a barrier", arrived)
}

// contexts cancels a tree of goroutines, by hand and by deadline.
func contexts() {
	ctx, cancel := context.WithCancelCause(context.Background())
	var wg sync.WaitGroup
	var told atomic.Int64
	for range 200 {
		child, stop := context.WithTimeout(ctx, time.Hour)
		wg.Go(func() {
			defer stop()
			<-child.Done()
			told.Add(1)
		})
	}
	cancel(errors.New("the tour goes on"))
	wg.Wait()
	say("%d goroutines were told: %v (%v)", told.Load(), ctx.Err(), context.Cause(ctx))

	late, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	<-late.Done()
	say("a millisecond later: %v", late.Err())
}
