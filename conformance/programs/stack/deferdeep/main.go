// Panics that unwind thousands of frames with defers in each, recovered at the top, in the middle, and re-raised.
package main

import "fmt"

var ran int

//go:noinline
func down(n int) {
	defer func() { ran++ }()
	if n == 0 {
		panic("bottom")
	}
	down(n - 1)
}

//go:noinline
func middle(n int) (r string) {
	defer func() {
		if v := recover(); v != nil {
			r = fmt.Sprint(v, " caught at ", n)
			if n%2 == 0 {
				panic(r)
			}
		}
	}()
	if n == 0 {
		down(100)
	}
	return middle(n - 1)
}

//go:noinline
func loops(n int) {
	for i := range n {
		defer func() { ran += i }()
	}
	if n > 1000 {
		panic(n)
	}
}

func main() {
	func() {
		defer func() { fmt.Println(recover(), ran) }()
		down(20000)
	}()
	func() {
		defer func() { fmt.Println("outer", recover()) }()
		fmt.Println(middle(5))
	}()
	func() {
		defer func() { fmt.Println(recover(), ran) }()
		loops(10000)
	}()
	for range 20000 {
		func() {
			defer func() { recover() }()
			var p *int
			*p = 1
		}()
	}
	fmt.Println("many faults recovered")
}
