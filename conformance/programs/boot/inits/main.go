// Order of initialisation: variables by dependency, init functions in order, imported packages first, goroutines in init.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"goxide.test/conformance/programs/boot/inits/dep"
)

var (
	a = b + 1
	b = f("b", c+1)
	c = f("c", 1)
	_ = f("blank", dep.Value)
	m = map[string]int{"x": f("map", 1)}
	t = sync.OnceValue(func() int { return f("once", 9) })
)

func f(name string, v int) int {
	fmt.Println("var", name, v)
	return v
}

func init() {
	fmt.Println("init 1", a, b, c)
	done := make(chan int)
	go func() { done <- a }()
	fmt.Println("goroutine in init", <-done)
	runtime.GC()
}

func init() {
	defer func() { fmt.Println("init 2 recovered", recover()) }()
	panic("in init")
}

func main() {
	fmt.Println("main", a, b, c, dep.Value, m, t())
}

func init() { fmt.Println("init 3") }
