// Channels: order, hand-over, buffers, nil and closed channels, elements of many shapes.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type big struct {
	a [100]int
	s string
	p *int
}

func main() {
	unbuffered()
	buffered()
	sizes()
	pipeline()
	manyToMany()
	ranging()
	collected()
}

func unbuffered() {
	c := make(chan int)
	go func() {
		for i := range 1000 {
			c <- i
		}
		close(c)
	}()
	sum, n := 0, 0
	for v := range c {
		sum += v
		n++
	}
	v, ok := <-c
	fmt.Println("unbuffered", n, sum, v, ok, len(c), cap(c))
}

func buffered() {
	c := make(chan string, 3)
	c <- "a"
	c <- "b"
	fmt.Println(len(c), cap(c))
	select {
	case c <- "c":
		fmt.Println("sent")
	default:
		fmt.Println("full")
	}
	select {
	case c <- "d":
		fmt.Println("sent")
	default:
		fmt.Println("full")
	}
	close(c)
	for s := range c {
		fmt.Print(s, " ")
	}
	s, ok := <-c
	fmt.Printf("%q %v\n", s, ok)
	var nilChan chan int
	select {
	case <-nilChan:
		fmt.Println("nil received")
	case nilChan <- 1:
		fmt.Println("nil sent")
	default:
		fmt.Println("nil never ready", len(nilChan), cap(nilChan))
	}
}

func sizes() {
	e := make(chan struct{}, 5)
	e <- struct{}{}
	<-e
	x := 7
	b := make(chan big, 2)
	var in big
	in.a[99], in.s, in.p = 42, "text", &x
	b <- in
	out := <-b
	fmt.Println(out.a[99], out.s, *out.p)
	u := make(chan big)
	go func() { u <- in }()
	out = <-u
	fmt.Println(out.a[99], out.s, *out.p)
	i := make(chan any, 4)
	i <- 1
	i <- "two"
	i <- nil
	fmt.Println(<-i, <-i, <-i)
	a := make(chan [0]int, 1<<40)
	a <- [0]int{}
	fmt.Println(len(a), cap(a))
	<-a
	by := make(chan byte, 100)
	for k := range 100 {
		by <- byte(k)
	}
	t := 0
	for range 100 {
		t += int(<-by)
	}
	fmt.Println(t)
}

func pipeline() {
	src := make(chan int)
	go func() {
		for i := 2; ; i++ {
			src <- i
		}
	}()
	in := src
	for range 100 {
		prime := <-in
		fmt.Print(prime, " ")
		out := make(chan int)
		go func(in chan int) {
			for {
				if v := <-in; v%prime != 0 {
					out <- v
				}
			}
		}(in)
		in = out
	}
	fmt.Println()
}

func manyToMany() {
	for _, n := range []int{0, 1, 10, 1000} {
		c := make(chan int, n)
		var senders, receivers sync.WaitGroup
		total := make(chan int, 16)
		for s := range 8 {
			senders.Add(1)
			go func() {
				defer senders.Done()
				for i := range 2000 {
					c <- s*2000 + i
					if i%97 == 0 {
						runtime.Gosched()
					}
				}
			}()
		}
		for range 5 {
			receivers.Add(1)
			go func() {
				defer receivers.Done()
				sum := 0
				for v := range c {
					sum += v
				}
				total <- sum
			}()
		}
		senders.Wait()
		close(c)
		receivers.Wait()
		close(total)
		sum := 0
		for v := range total {
			sum += v
		}
		fmt.Println("many", n, sum == 16000*15999/2)
	}
}

func ranging() {
	c := make(chan int)
	done := make(chan bool)
	for i := range 10 {
		go func() {
			_, ok := <-c
			done <- ok
			_ = i
		}()
	}
	runtime.Gosched()
	close(c)
	for range 10 {
		if <-done {
			fmt.Println("received from closed")
		}
	}
	fmt.Println("all woken by close")
}

// Values in buffers and with parked senders survive collections.
func collected() {
	c := make(chan *[]int, 50)
	u := make(chan *[]int)
	for i := range 50 {
		s := make([]int, 100)
		s[0] = i
		c <- &s
		go func() {
			t := make([]int, 100)
			t[0] = i
			u <- &t
		}()
	}
	for range 5 {
		runtime.Gosched()
		runtime.GC()
		garbage := make([][]int, 1000)
		for i := range garbage {
			garbage[i] = make([]int, 100)
			garbage[i][0] = -1
		}
	}
	sum, usum := 0, 0
	for range 50 {
		sum += (*<-c)[0]
		usum += (*<-u)[0]
	}
	fmt.Println("collected", sum, usum)
}
