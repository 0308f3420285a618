// runtime.Goexit among panics, recovers and deferred calls.
package main

import (
	"fmt"
	"runtime"
)

func run(name string, f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println(name, "outermost recover:", recover()) }()
		f()
		fmt.Println(name, "returned")
	}()
	<-done
}

func main() {
	run("plain", func() {
		defer fmt.Println("deferred")
		runtime.Goexit()
	})
	run("recover does nothing", func() {
		defer func() { fmt.Println("recovered", recover()) }()
		runtime.Goexit()
	})
	run("panic in deferred, recovered below", func() {
		defer fmt.Println("still runs")
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
			panic("x")
		}()
		runtime.Goexit()
	})
	run("panic in deferred, recovered above", func() {
		defer fmt.Println("still runs too")
		defer func() { fmt.Println("above", recover()) }()
		defer func() { panic("y") }()
		defer fmt.Println("first")
		runtime.Goexit()
	})
	run("recovered in an outer function", func() {
		func() {
			defer func() { fmt.Println("outer", recover()) }()
			func() {
				defer func() { panic("z") }()
				runtime.Goexit()
			}()
		}()
		fmt.Println("never printed")
	})
	run("during a panic", func() {
		defer func() { runtime.Goexit() }()
		panic("lost")
	})
	run("after a recover", func() {
		defer func() {
			fmt.Println("recovered", recover())
			runtime.Goexit()
		}()
		panic("w")
	})
	run("twice", func() {
		defer func() { runtime.Goexit() }()
		runtime.Goexit()
	})
	run("open-coded and in loops", func() {
		for i := range 3 {
			defer func() { fmt.Println("loop", i) }()
		}
		func() {
			defer fmt.Println("a")
			defer func() { defer func() { recover() }(); panic("b") }()
			defer fmt.Println("c")
			runtime.Goexit()
		}()
	})
	run("deep", func() {
		var down func(int)
		down = func(n int) {
			defer func() {
				if n%20 == 0 {
					fmt.Print(n, " ")
				}
			}()
			if n == 100 {
				defer func() { recover() }()
				defer panic("q")
				runtime.Goexit()
			}
			down(n + 1)
		}
		defer fmt.Println()
		down(0)
	})
}
