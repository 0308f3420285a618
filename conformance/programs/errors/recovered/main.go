// The values that recover returns for run-time errors: type, text, and which interfaces they satisfy.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

type point struct{ x, y int }

var (
	zero   int
	five   = 5
	minus  = -1
	nilPtr *point
	nilMap map[string]int
	ints   = []int{1, 2, 3}
	empty  any
	sink   any
)

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, isRuntime := r.(runtime.Error)
		err, isError := r.(error)
		fmt.Printf("%-12s %T runtime.Error=%v: %v\n", name, r, isRuntime, r)
		if isError {
			var target runtime.Error
			fmt.Println("            ", errors.As(err, &target), err.Error() == fmt.Sprint(r))
		}
	}()
	f()
}

func main() {
	try("nil", func() { sink = nilPtr.y })
	try("map", func() { nilMap["a"] = 1 })
	try("index", func() { sink = ints[five] })
	try("negative", func() { sink = ints[minus] })
	try("slice", func() { sink = ints[:five] })
	try("slice3", func() { sink = ints[1:2:five] })
	try("divide", func() { sink = five / zero })
	try("shift", func() { sink = five << minus })
	try("makeslice", func() { sink = make([]int, minus) })
	try("makechan", func() { sink = make(chan int, minus) })
	try("close", func() { var c chan int; close(c) })
	try("closed", func() { c := make(chan int); close(c); close(c) })
	try("send", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("assert", func() { sink = empty.(int) })
	try("assert2", func() { empty = "s"; sink = empty.(int) })
	try("assert3", func() { empty = 1; sink = empty.(fmt.Stringer) })
	try("hash", func() { sink = map[any]int{[]int{}: 1} })
	try("compare", func() { var a any = []int{}; sink = a == a })
	try("array", func() { sink = [4]int(ints) })
	try("panic nil", func() { panic(nil) })
	try("panic int", func() { panic(7) })
	try("panic err", func() { panic(errors.New("mine")) })
	try("panic fmt", func() { panic(fmt.Errorf("wrapped: %w", errors.ErrUnsupported)) })
	try("none", func() {})

	var target *runtime.TypeAssertionError
	func() {
		defer func() { fmt.Println("as:", errors.As(recover().(error), &target), target) }()
		empty = 3
		sink = empty.(string)
	}()
	nested()
	fmt.Println(deferOrder())
	fmt.Println(named())
}

// A panic inside a deferred call replaces the first one; both recovers see what they should.
func nested() {
	defer func() { fmt.Println("outer:", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner:", recover()) }()
		panic("second")
	}()
	defer func() {
		fmt.Println("first seen:", recover())
		panic("third")
	}()
	panic("first")
}

func deferOrder() string {
	var b strings.Builder
	func() {
		defer func() { recover() }()
		for i := range 5 {
			defer func() { fmt.Fprint(&b, i, " ") }()
		}
		panic("stop")
	}()
	return b.String()
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = -1, fmt.Errorf("recovered: %v", r)
		}
	}()
	return ints[five], nil
}
