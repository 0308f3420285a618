package main

import (
	"fmt"
	"strings"
)

// channels hands values from goroutine to goroutine, unbuffered and buffered, and chooses among channels.
func channels() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for n := range ping {
			pong <- n + 1
		}
		close(pong)
	}()
	n := 0
	for range 10_000 {
		ping <- n
		n = <-pong
	}
	close(ping)
	_, open := <-pong
	say("ping-pong reached %d; the channel is open: %v", n, open)

	buffered := make(chan string, 3)
	buffered <- "a"
	buffered <- "b"
	say("a buffer holds %d of %d", len(buffered), cap(buffered))
	close(buffered)
	var left []string
	for s := range buffered {
		left = append(left, s)
	}
	say("and keeps %s after close", strings.Join(left, " "))

	// select takes whatever is ready; a nil channel never is.
	odd, even := count(1, 9), count(2, 10)
	sum, got := 0, 0
	for odd != nil || even != nil {
		select {
		case v, ok := <-odd:
			if !ok {
				odd = nil
				continue
			}
			sum, got = sum+v, got+1
		case v, ok := <-even:
			if !ok {
				even = nil
				continue
			}
			sum, got = sum+v, got+1
		}
	}
	say("select took %d values from two channels, sum %d", got, sum)

	// With both ready, select is fair.
	a, b := make(chan int, 1), make(chan int, 1)
	var picked [2]int
	for range 10_000 {
		fill(a)
		fill(b)
		select {
		case <-a:
			picked[0]++
		case <-b:
			picked[1]++
		}
	}
	say("both ready: each was picked between 40%% and 60%% of the time: %v", picked[0] > 4000 && picked[0] < 6000)

	// The prime sieve: every prime is a goroutine that filters for the next.
	var primes []string
	c := count(2, 60)
	for {
		prime, ok := <-c
		if !ok {
			break
		}
		primes = append(primes, fmt.Sprint(prime))
		c = filter(c, prime)
	}
	say("sieve: %s", strings.Join(primes, " "))
}

func count(from, to int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := from; i <= to; i++ {
			c <- i
		}
	}()
	return c
}

func filter(in <-chan int, prime int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := range in {
			if n%prime != 0 {
				out <- n
			}
		}
	}()
	return out
}

func fill(c chan int) {
	select {
	case c <- 1:
	default:
	}
}
