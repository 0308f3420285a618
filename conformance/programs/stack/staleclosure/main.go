// A closure on the stack grows the stack when it is called far down, and is gone when the stack is cut down again.
package main

import (
	"fmt"
	"runtime"
)

//go:noinline
func call(f func(int) int, n int) int {
	return f(n)
}

//go:noinline
func fill(room []byte, n int) int {
	for i := range room {
		room[i] = byte(i + n)
	}
	return int(room[n%len(room)])
}

//go:noinline
func down(depth, n int) int {
	var room [512]byte
	if depth == 0 {
		captured := fill(room[:], n)
		return call(func(n int) int {
			var large [4096]byte
			return captured + fill(large[:], n)
		}, n)
	}
	return down(depth-1, n) + fill(room[:], depth)
}

func main() {
	done := make(chan int)
	next := make(chan bool)
	for g := range 8 {
		go func() {
			sum := 0
			for range next {
				sum += down(20+g*4, g)
				done <- 0
			}
			done <- sum
		}()
	}
	for range 30 {
		for range 8 {
			next <- true
		}
		for range 8 {
			<-done
		}
		// Stacks shrink by half at the most in each.
		for range 5 {
			runtime.GC()
		}
	}
	close(next)
	sum := 0
	for range 8 {
		sum += <-done
	}
	fmt.Println("alive")
	_ = sum
}
