// select: fairness, default, nil channels, send and receive cases together, closing, many waiters on one channel.
package main

import (
	"fmt"
	"sync"
	"time"
)

func fairness() {
	a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
	var n [3]int
	for range 30000 {
		a <- 1
		b <- 1
		c <- 1
		select {
		case <-a:
			n[0]++
		case <-b:
			n[1]++
		case <-c:
			n[2]++
		}
		for _, ch := range []chan int{a, b, c} {
			select {
			case <-ch:
			default:
			}
		}
	}
	for i, k := range n {
		fmt.Println("case", i, "chosen often enough:", k > 8000 && k < 12000)
	}
}

func nils() {
	a, b := make(chan int), make(chan string)
	go func() {
		for i := range 3 {
			a <- i
		}
		close(a)
	}()
	go func() {
		for i := range 3 {
			b <- fmt.Sprint("s", i)
		}
		close(b)
	}()
	na, nb := 0, 0
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			na += v
		case s, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			nb += len(s)
		}
	}
	fmt.Println("nils", na, nb)
}

func both() {
	c := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	sent, received := 0, 0
	for g := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 1000 {
				select {
				case c <- g*1000 + i:
					mu.Lock()
					sent += g*1000 + i
					mu.Unlock()
				case v := <-c:
					mu.Lock()
					received += v
					mu.Unlock()
				}
			}
		}()
	}
	done := make(chan bool)
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case v := <-c:
			mu.Lock()
			received += v
			mu.Unlock()
		case <-done:
			fmt.Println("both", sent == received)
			return
		}
	}
}

func broadcast() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	other := make(chan int)
	for range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			select {
			case <-other:
			case other <- 1:
			case <-stop:
			case <-time.After(time.Hour):
			}
		}()
	}
	time.Sleep(time.Millisecond)
	close(stop)
	wg.Wait()
	fmt.Println("broadcast done")
}

func defaults() {
	c := make(chan int, 1)
	for i := range 4 {
		select {
		case c <- i:
			fmt.Println("sent", i)
		default:
			fmt.Println("full, has", <-c)
		}
	}
	var none chan int
	select {
	case <-none:
	case none <- 1:
	default:
		fmt.Println("nil never ready")
	}
	closed := make(chan int)
	close(closed)
	select {
	case v, ok := <-closed:
		fmt.Println("closed", v, ok)
	default:
		fmt.Println("wrong")
	}
}

func evaluation() {
	trace := func(s string, c chan int) chan int { fmt.Println("evaluated", s); return c }
	value := func() int { fmt.Println("evaluated value"); return 9 }
	c := make(chan int, 1)
	var slot [2]int
	select {
	case trace("send", c) <- value():
	case slot[0] = <-trace("receive", nil):
	}
	slot[1] = <-c
	fmt.Println(slot)
}

func bigValues() {
	type big [1000]int
	c := make(chan big)
	go func() {
		var b big
		for i := range b {
			b[i] = i
		}
		select {
		case c <- b:
		case <-make(chan int):
		}
		close(c)
	}()
	sum := 0
	for b := range c {
		for _, v := range b {
			sum += v
		}
	}
	fmt.Println("big", sum)
}

func main() {
	fairness()
	nils()
	both()
	broadcast()
	defaults()
	evaluation()
	bigValues()
}
