// A sleeper wakes though collections stop the world all the time and the only other goroutine never leaves its processor
// idle: whoever watches the timers must survive every stop.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

var sink []byte

func main() {
	debug.SetGCPercent(5)
	for range 300 {
		var state atomic.Int32
		go func() {
			for state.Load() == 0 {
				runtime.Gosched()
			}
			state.Store(2)
		}()
		sink = make([]byte, 512<<10)
		time.Sleep(50 * time.Microsecond)
		state.Store(1)
		for state.Load() != 2 {
			runtime.Gosched()
		}
	}
	fmt.Println("awake", len(sink))
}
