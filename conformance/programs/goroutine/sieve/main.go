// The prime sieve: a chain of goroutines that grows.
package main

import "fmt"

func filter(in <-chan int, out chan<- int, prime int) {
	for n := range in {
		if n%prime != 0 {
			out <- n
		}
	}
	close(out)
}

func main() {
	c := make(chan int)
	go func(c chan<- int) {
		for n := 2; n < 4000; n++ {
			c <- n
		}
		close(c)
	}(c)
	sum, count, last := 0, 0, 0
	for {
		prime, ok := <-c
		if !ok {
			break
		}
		sum, count, last = sum+prime, count+1, prime
		next := make(chan int)
		go filter(c, next, prime)
		c = next
	}
	fmt.Println(count, last, sum)
}
