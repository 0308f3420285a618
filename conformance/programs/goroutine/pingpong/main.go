// Two goroutines hand a number to and fro over unbuffered, buffered and mixed channels.
package main

import "fmt"

func rally(size, rounds int) int {
	ping, pong := make(chan int, size), make(chan int, size)
	go func() {
		for n := range ping {
			pong <- n + 1
		}
		close(pong)
	}()
	n := 0
	for range rounds {
		ping <- n
		n = <-pong
	}
	close(ping)
	_, open := <-pong
	fmt.Println("buffer", size, "reached", n, "open", open)
	return n
}

func ring(members, rounds int) {
	first := make(chan int)
	in := first
	for range members - 1 {
		out := make(chan int)
		go func() {
			for n := range in {
				out <- n + 1
			}
			close(out)
		}()
		in = out
	}
	sum := 0
	go func() {
		for i := range rounds {
			first <- i
		}
		close(first)
	}()
	for n := range in {
		sum += n
	}
	fmt.Println("ring of", members, "sum", sum)
}

func main() {
	for _, size := range []int{0, 1, 2, 64} {
		rally(size, 20000)
	}
	ring(2, 1000)
	ring(100, 1000)
	ring(2000, 20)
}
