// Select chooses fairly among ready cases, and treats nil channels, defaults and closed channels by the book.
package main

import "fmt"

func main() {
	a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
	var count [3]int
	for range 30000 {
		a <- 0
		b <- 1
		select {
		case i := <-a:
			count[i]++
			<-b
		case i := <-b:
			count[i]++
			<-a
		case c <- 2:
			count[2]++
			<-a
			<-b
			<-c
		}
		for len(c) > 0 {
			<-c
		}
	}
	for i, n := range count {
		fmt.Println(i, n > 8500 && n < 11500)
	}

	var nilChan chan int
	closed := make(chan int)
	close(closed)
	select {
	case <-nilChan:
		fmt.Println("nil")
	case v, ok := <-closed:
		fmt.Println("closed", v, ok)
	}
	var got [2]int
	same := make(chan int, 1)
	for range 1000 {
		select {
		case same <- 1:
			got[0]++
		case v := <-same:
			got[v]++
		}
	}
	fmt.Println(got)
	var m map[int]chan int
	i := 0
	select {
	case <-m[i]:
	case m[1] <- i:
	default:
		fmt.Println("default")
	}
	for range 3 {
		switch v, ok := <-closed; {
		case ok:
			fmt.Println("open?")
		default:
			fmt.Println("zero", v)
		}
	}
}
