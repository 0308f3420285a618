// defer in the body of a range-over-func loop belongs to the function around it; panics pass through the iterator.
package main

import (
	"fmt"
	"iter"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("iterator ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func simple() {
	defer fmt.Println("first of function")
	for i := range count(3) {
		defer fmt.Println("body", i)
	}
	defer fmt.Println("last of function")
	fmt.Println("after loop")
}

func nested() {
	for i := range count(2) {
		for j := range count(2) {
			defer fmt.Println("nested", i, j)
		}
		defer fmt.Println("outer", i)
	}
}

func early() int {
	for i := range count(5) {
		defer fmt.Println("early", i)
		if i == 2 {
			return i
		}
	}
	return -1
}

func panics() (r any) {
	defer func() { r = recover() }()
	for i := range count(5) {
		defer fmt.Println("before panic", i)
		if i == 1 {
			panic("in body")
		}
	}
	return nil
}

func recovers() (s string) {
	for i := range count(3) {
		defer func() {
			if r := recover(); r != nil {
				s = fmt.Sprint("recovered in ", i, ": ", r)
			}
		}()
	}
	panic("after loop")
}

func swallow(yield func(int) bool) {
	defer func() { fmt.Println("iterator recovers", recover()) }()
	yield(1)
}

func missing() {
	defer func() { fmt.Println("outside:", recover()) }()
	for range swallow {
		panic("swallowed")
	}
}

func twice(yield func(int) bool) {
	yield(1)
	yield(2)
}

func continued() {
	defer func() { fmt.Println("outside:", recover()) }()
	for range twice {
		break
	}
}

var kept func(int) bool

func keep(yield func(int) bool) { kept = yield }

func exhausted() {
	defer func() { fmt.Println("outside:", recover()) }()
	for range keep {
	}
	kept(1)
}

func pull() {
	next, stop := iter.Pull(count(3))
	defer stop()
	fmt.Println(next())
	fmt.Println(next())
}

func main() {
	simple()
	nested()
	fmt.Println(early())
	fmt.Println(panics())
	fmt.Println(recovers())
	missing()
	continued()
	exhausted()
	pull()
}
