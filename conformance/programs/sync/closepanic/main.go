// The panics of channels, and that they can be recovered.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func try(what string, f func()) {
	defer func() {
		r := recover()
		_, isRuntime := r.(runtime.Error)
		fmt.Printf("%s: %v %v\n", what, r, isRuntime)
	}()
	f()
}

func main() {
	closed := make(chan int, 1)
	close(closed)
	var nilChan chan int
	n := -1
	huge := int64(1) << 62
	try("close nil", func() { close(nilChan) })
	try("close closed", func() { close(closed) })
	try("send closed", func() { closed <- 1 })
	try("select send closed", func() {
		select {
		case closed <- 1:
		case <-nilChan:
		}
	})
	try("nonblocking send closed", func() {
		select {
		case closed <- 1:
		default:
		}
	})
	try("negative", func() { _ = make(chan int, n) })
	try("huge", func() { _ = make(chan int, huge) })
	try("parked sender", func() {
		c := make(chan int)
		go func() {
			time.Sleep(5 * time.Millisecond)
			close(c)
		}()
		c <- 1
	})
	try("parked select sender", func() {
		c, d := make(chan int), make(chan int)
		go func() {
			time.Sleep(5 * time.Millisecond)
			close(c)
		}()
		select {
		case c <- 1:
		case <-d:
		}
	})
	try("stop of zero timer", func() { new(time.Timer).Stop() })
	try("ticker", func() { time.NewTicker(0) })
}
