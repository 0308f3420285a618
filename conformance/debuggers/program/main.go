// What debuggers are pointed at: `cargo xtask conformance debuggers` knows the names, and finds lines by them.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

type point struct {
	X, Y int
	Name string
}

//go:noinline
func add(a, b int) int {
	c := a + b
	return c
}

func worker(id int, in chan int) {
	for v := range in {
		p := point{v, id, "p"}
		fmt.Println(p, add(v, id))
	}
}

func inner(n int) {
	defer func() { n++ }()
	if n > 3 {
		panic(errors.New("boom"))
	}
	inner(n + 1)
}

//go:noinline
func tick(n int) int {
	return n + 1
}

// What debuggers call.

func join(a string, n int, b string) string { return fmt.Sprint(a, n, b) }
func split(n int) (int, string)             { return n / 10, fmt.Sprint(n % 10) }
func (p *point) move(by int) string         { p.X += by; return p.Name + "!" }
func (p point) sum() int                    { return p.X + p.Y }
func newPoint(n int) *point                 { return &point{n, n, fmt.Sprint("p", n)} }

// both is called with the results of other calls, which nothing but the debugger knows of meanwhile.
func both(a, b *point) string {
	runtime.GC()
	return fmt.Sprint(*a, *b)
}

// collect makes lists while collections go on.
func collect(n int) (sum int) {
	type list struct {
		next *list
		n    int
	}
	var head *list
	for i := range n {
		head = &list{head, i}
		if i%10 == 0 {
			runtime.GC()
		}
	}
	for ; head != nil; head = head.next {
		sum += head.n
	}
	return sum
}

// deep grows the stack to a megabyte.
func deep(n int) int {
	var room [100]int
	if n == 0 {
		return room[0]
	}
	return deep(n-1) + 1
}

func explode(s string) int { panic("boom " + s) }

var there, back = make(chan int), make(chan int)

// waits parks twice: for a channel and for the clock.
func waits(n int) int {
	there <- n
	time.Sleep(5 * time.Millisecond)
	return <-back
}

// unsafePlace is not to be stopped behind its prologue.
//
//go:nosplit
func unsafePlace(n int) int {
	m := n
	m++
	return m
}

//go:noinline
func stop(p *point, s []string) int {
	n := len(s)
	return n + p.X
}

func calls() {
	go func() {
		for n := range there {
			back <- 2 * n
		}
	}()
	for i := range 3 {
		p, q := newPoint(i), point{i, i, "q"}
		n := stop(p, make([]string, i))
		fmt.Println(*p, q, n, unsafePlace(n))
		runtime.GC()
	}
	if len(os.Args) > 2 { // linked because of this
		fmt.Println(join("", 0, ""), p.move(0), p.sum(), both(p, p), collect(0), deep(0), explode(""), waits(0))
		fmt.Println(split(0))
	}
}

var p = &point{}

func main() {
	switch os.Args[1] {
	case "call":
		calls()
	case "breakpoint":
		for i := range 2 {
			runtime.Breakpoint()
			fmt.Println("past", i)
		}
	case "worker":
		in := make(chan int)
		go worker(7, in)
		for i := range 3 {
			in <- i
		}
		time.Sleep(50 * time.Millisecond)
	case "panic":
		inner(0)
	case "signal":
		signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		time.Sleep(50 * time.Millisecond)
	case "loop":
		for n := 0; n < 10_000; n = tick(n) {
			time.Sleep(2 * time.Millisecond)
		}
	}
}
