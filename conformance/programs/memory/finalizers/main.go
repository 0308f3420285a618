// SetFinalizer, AddCleanup and KeepAlive.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"time"
)

type res struct {
	id   int
	next *res
	pad  [100]byte
}

var saved *res

//go:noinline
func make3(c chan string) {
	a := &res{id: 1}
	b := &res{id: 2, next: a}
	runtime.SetFinalizer(a, func(r *res) { c <- fmt.Sprint("a", r.id) })
	runtime.SetFinalizer(b, func(r *res) { c <- fmt.Sprint("b", r.id, r.next.id) })
	k := &res{id: 3}
	runtime.SetFinalizer(k, func(r *res) { saved = r; c <- "resurrected" })
	x := &res{id: 4}
	runtime.SetFinalizer(x, func(r *res) { c <- "must not run" })
	runtime.SetFinalizer(x, nil)
}

//go:noinline
func cleanups(c chan string) {
	for i := range 5 {
		r := &res{id: i}
		runtime.AddCleanup(r, func(n int) { c <- fmt.Sprint("cleanup ", n) }, i)
		runtime.AddCleanup(r, func(s string) { c <- s }, fmt.Sprint("second ", i))
	}
	r := &res{id: 9}
	runtime.AddCleanup(r, func(n int) { c <- "stopped cleanup ran" }, 9).Stop()
}

func collect(c chan string, n int) (got []string) {
	for len(got) < n {
		runtime.GC()
		select {
		case s := <-c:
			got = append(got, s)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return got
}

func main() {
	c := make(chan string, 100)
	make3(c)
	fmt.Println(collectSorted(c, 3))
	fmt.Println("saved", saved.id)
	saved = nil
	cleanups(c)
	fmt.Println(collectSorted(c, 10))

	alive := &res{id: 7}
	runtime.SetFinalizer(alive, func(r *res) { c <- "too early" })
	for range 3 {
		runtime.GC()
	}
	select {
	case s := <-c:
		fmt.Println(s)
	default:
		fmt.Println("kept alive")
	}
	runtime.KeepAlive(alive)

	func() {
		defer func() { fmt.Println(recover()) }()
		defer fmt.Println("bad arguments are fatal, so only good ones here")
	}()
}

func collectSorted(c chan string, n int) []string {
	got := collect(c, n)
	sort.Strings(got)
	return got
}
