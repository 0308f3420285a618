// A heap of several 64 MiB arenas, with objects of size classes whose spans have several pages: whatever lies at the
// boundary of two arenas keeps what it alone refers to.
package main

import (
	"fmt"
	"runtime"
)

// Objects of many size classes with pointers, over several arenas: each must keep what it alone refers to.
type n3 struct {
	p   *int
	pad [3000/8 - 1]uintptr
	q   *int
}
type n9 struct {
	p   *int
	pad [9000/8 - 2]uintptr
	q   *int
}
type n28 struct {
	p   *int
	pad [27000/8 - 2]uintptr
	q   *int
}

func main() {
	var a []*n3
	var b []*n9
	var c []*n28
	num := func(i int) *int { p := new(int); *p = i; return p }
	for i := range 9000 {
		a = append(a, &n3{p: num(i), q: num(i)})
		b = append(b, &n9{p: num(i), q: num(i)})
		if i%4 == 0 {
			c = append(c, &n28{p: num(i), q: num(i)})
		}
	}
	var junk []*int
	for range 5 {
		runtime.GC()
		for i := range 100000 {
			junk = append(junk[:i%1000], num(-i))
		}
	}
	bad := 0
	for i := range a {
		if *a[i].p != i || *a[i].q != i || *b[i].p != i || *b[i].q != i {
			bad++
		}
	}
	for i := range c {
		if *c[i].p != 4*i || *c[i].q != 4*i {
			bad++
		}
	}
	fmt.Println("lost", bad)
}
