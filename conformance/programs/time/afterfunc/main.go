// AfterFunc: runs once in a goroutine of its own, may be stopped, may re-arm itself, may panic without the caller.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	var wg sync.WaitGroup
	var n atomic.Int64
	for i := range 3000 {
		wg.Add(1)
		time.AfterFunc(time.Duration(i%13)*100*time.Microsecond, func() {
			n.Add(1)
			runtime.Gosched()
			wg.Done()
		})
	}
	wg.Wait()
	fmt.Println("ran", n.Load())

	var t *time.Timer
	done := make(chan bool)
	count := 0
	var mu sync.Mutex
	mu.Lock()
	t = time.AfterFunc(time.Microsecond, func() {
		mu.Lock()
		defer mu.Unlock()
		if count++; count == 100 {
			close(done)
			return
		}
		t.Reset(time.Microsecond)
	})
	mu.Unlock()
	<-done
	fmt.Println("re-armed", count)

	stopped := time.AfterFunc(time.Hour, func() { panic("must not run") })
	fmt.Println(stopped.Stop(), stopped.Stop())

	// A body that blocks does not hold up other timers.
	release := make(chan bool)
	for range 50 {
		time.AfterFunc(0, func() { <-release })
	}
	<-time.After(time.Millisecond)
	close(release)
	fmt.Println("not held up")
}
