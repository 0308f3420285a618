// What debuggers are pointed at: `cargo xtask conformance debuggers` knows the names, and finds lines by them.
package main

import (
	"errors"
	"fmt"
	"os"
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

func main() {
	switch os.Args[1] {
	case "worker":
		in := make(chan int)
		go worker(7, in)
		for i := range 3 {
			in <- i
		}
		time.Sleep(50 * time.Millisecond)
	case "panic":
		inner(0)
	case "loop":
		for n := 0; n < 10_000; n = tick(n) {
			time.Sleep(2 * time.Millisecond)
		}
	}
}
