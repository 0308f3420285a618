package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
)

// goroutines starts many goroutines, has them compute at the same time, and looks at the threads that ran them.
func goroutines() {
	var primes atomic.Int64
	var wg sync.WaitGroup
	const upTo, parts = 200_000, 100
	for part := range parts {
		wg.Go(func() {
			for n := part*upTo/parts + 1; n <= (part+1)*upTo/parts; n++ {
				if isPrime(n) {
					primes.Add(1)
				}
			}
		})
	}
	wg.Wait()
	say("%d goroutines found %d primes below %d", parts, primes.Load(), upTo)

	say("goroutines locked to threads of their own: %d on %d threads", 5, lockedThreads(5))

	// A loop that never calls anything is interrupted, so that others get their turn.
	var stop atomic.Bool
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for !stop.Load() {
			}
		}()
	}
	answer := make(chan string)
	go func() { answer <- "still got a turn" }()
	say("beside loops on every processor another goroutine %s", <-answer)
	stop.Store(true)

	// A goroutine costs little: a hundred thousand may wait at once.
	gate := make(chan struct{})
	var through atomic.Int64
	for range 100_000 {
		wg.Go(func() { <-gate; through.Add(1) })
	}
	close(gate)
	wg.Wait()
	say("%d goroutines waited at one gate and went through", through.Load())
}

func isPrime(n int) bool {
	if n < 2 {
		return false
	}
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return true
}

// lockedThreads counts the distinct threads under n goroutines that are locked to theirs at the same time.
func lockedThreads(n int) int {
	ids, release := make(chan int), make(chan struct{})
	for range n {
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ids <- syscall.Gettid()
			<-release
		}()
	}
	seen := map[int]bool{}
	for range n {
		seen[<-ids] = true
	}
	close(release)
	return len(seen)
}
