// Timer channels since Go 1.23: unbuffered to the eye, no stale values after Stop or Reset.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	t := time.NewTimer(time.Millisecond)
	fmt.Println(len(t.C), cap(t.C))
	time.Sleep(5 * time.Millisecond)
	fmt.Println("len after firing", len(t.C), "stop reports", t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("no stale value")
	}
	t.Reset(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	t.Reset(time.Hour)
	select {
	case <-t.C:
		fmt.Println("stale")
	case <-time.After(2 * time.Millisecond):
		fmt.Println("no stale value after reset")
	}

	// A ticker that nobody stops can be collected; one in use is not.
	for range 1000 {
		time.NewTicker(time.Microsecond)
		time.NewTimer(time.Hour)
	}
	runtime.GC()
	tick := time.NewTicker(time.Millisecond)
	for range 5 {
		<-tick.C
		runtime.GC()
	}
	tick.Stop()
	fmt.Println("ticked", len(tick.C))

	// A slow receiver gets one tick, not a heap of them.
	tick.Reset(time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	tick.Stop()
	extra := 0
	for {
		select {
		case <-tick.C:
			extra++
			continue
		default:
		}
		break
	}
	fmt.Println("left over", extra)
	func() {
		defer func() { fmt.Println(recover()) }()
		time.NewTicker(0)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		tick.Reset(-1)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		(&time.Timer{}).Stop()
	}()
}
