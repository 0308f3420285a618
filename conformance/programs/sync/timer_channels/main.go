// Timer channels after the rules of Go 1.23: unbuffered to the eye, never stale, collected when unreachable.
package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

func main() {
	t := time.NewTimer(time.Millisecond)
	fmt.Println(len(t.C), cap(t.C))
	time.Sleep(5 * time.Millisecond)
	fmt.Println("expired", len(t.C), cap(t.C))
	fmt.Println("stop reports", t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("nothing after stop")
	}
	t.Reset(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	fmt.Println("reset reports", t.Reset(time.Hour))
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("nothing after reset")
	}
	before := time.Now()
	t.Reset(3 * time.Millisecond)
	at := <-t.C
	fmt.Println("value", at.Sub(before) >= 3*time.Millisecond, at.Sub(before) < 2*time.Second, at.Location())
	fmt.Println("after receive", t.Stop(), t.Reset(time.Hour), t.Stop())

	// The value is the time of expiry, not the time of the receive.
	begin := time.Now()
	t.Reset(2 * time.Millisecond)
	time.Sleep(100 * time.Millisecond)
	at = <-t.C
	wall := at.Round(0).Sub(begin.Round(0))
	fmt.Println("late receive", at.Sub(begin) < 80*time.Millisecond, wall < 90*time.Millisecond && wall > -10*time.Millisecond)

	// Waiting receivers.
	c := make(chan bool)
	shared := time.NewTimer(time.Hour)
	for range 3 {
		go func() {
			<-shared.C
			c <- true
		}()
	}
	for range 3 {
		time.Sleep(time.Millisecond)
		shared.Reset(2 * time.Millisecond)
		<-c
	}
	fmt.Println("three receivers")

	// Select with a timer that loses, and one that wins.
	data := make(chan int, 1)
	for i := range 1000 {
		data <- i
		select {
		case <-data:
		case <-time.After(time.Hour):
			fmt.Println("an hour?")
		}
	}
	select {
	case <-data:
	case <-time.After(2 * time.Millisecond):
		fmt.Println("timed out")
	}
	tick := time.Tick(time.Millisecond)
	for range 5 {
		select {
		case <-tick:
		case <-time.After(5 * time.Second):
			fmt.Println("no tick")
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(10 * time.Second):
	}
	slow := time.NewTicker(2 * time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	n := 0
	for range 3 {
		select {
		case <-slow.C:
			n++
		default:
		}
	}
	fmt.Println("missed ticks are dropped", n <= 2 && n >= 1)
	garbage()
}

func garbage() {
	const n = 1000
	freed := make(chan bool, n)
	for range n {
		t := time.NewTicker(time.Hour)
		runtime.AddCleanup(t, func(bool) { freed <- true }, true)
	}
	for range 100 {
		runtime.GC()
		time.Sleep(time.Millisecond)
		if len(freed) > n/2 {
			fmt.Println("unreachable tickers are collected")
			return
		}
	}
	fmt.Println("unreachable tickers stay:", len(freed))
}
