// Making, growing, copying and clearing slices; the panics of impossible sizes.
package main

import (
	"fmt"
	"slices"
	"unsafe"
)

type pair struct {
	p *int
	n int
}

type wide struct {
	a [3]int
	s string
}

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			_, ok := e.(interface{ RuntimeError() })
			fmt.Println(name, "panics:", e, ok)
			return
		}
		fmt.Println(name, "passes")
	}()
	f()
}

var sink any

func grow[T any](n int) {
	var s []T
	var zero T
	last := -1
	for range n {
		s = append(s, zero)
		if cap(s) != last {
			last = cap(s)
			fmt.Print(last, " ")
		}
	}
	fmt.Println()
}

func main() {
	n, big, neg := 10, 1<<40, -1
	huge := int(^uint(0) >> 1)
	try("make", func() { sink = make([]int, n, n+5) })
	try("make len", func() { sink = make([]int, neg) })
	try("make cap", func() { sink = make([]int, 5, n-8) })
	try("make huge len", func() { sink = make([]int, huge) })
	try("make huge cap", func() { sink = make([]int, 5, huge) })
	try("make big", func() { sink = make([]wide, big*big) })
	try("make zero size", func() { sink = make([]struct{}, huge) })
	try("make64", func() { var k int64 = 1 << 62; sink = make([]int64, k) })
	try("unsafe.Slice len", func() { x := 1; sink = unsafe.Slice(&x, neg) })
	try("unsafe.Slice nil", func() { var x *int; sink = unsafe.Slice(x, n) })
	try("unsafe.Slice nil 0", func() { var x *int; sink = unsafe.Slice(x, n-10) })
	try("unsafe.Slice big", func() { x := 1; sink = unsafe.Slice(&x, huge) })
	try("unsafe.String len", func() { x := byte(1); sink = unsafe.String(&x, neg) })
	try("unsafe.String nil", func() { var x *byte; sink = unsafe.String(x, n) })
	try("grow", func() { sink = slices.Grow([]int{1}, neg) })
	try("append huge", func() { var s []struct{}; s = append(s, make([]struct{}, huge)...); sink = append(s, struct{}{}) })
	try("chan", func() { sink = make(chan int, neg) })
	try("map", func() { m := make(map[int]int, neg); m[1] = 2; sink = m })

	grow[byte](5000)
	grow[int16](3000)
	grow[int](3000)
	grow[string](1000)
	grow[pair](1000)
	grow[wide](500)
	grow[[3]byte](2000)
	grow[struct{}](10)

	a := make([]*int, 0, 4)
	for i := range 1000 {
		a = append(a, &i)
	}
	sum := 0
	for _, p := range a {
		sum += *p
	}
	b := make([]*int, len(a)/2)
	fmt.Println(copy(b, a), copy(a[1:], a), *a[2], *b[499], sum)
	clear(b)
	fmt.Println(b[0] == nil, b[499] == nil, len(b))
	c := append([]*int(nil), a[:3]...)
	c = slices.Insert(c, 1, a[10:20]...)
	fmt.Println(len(c), *c[1], *c[11])
	d := make([]pair, 20)
	e := make([]pair, 30)
	for i := range e {
		e[i] = pair{&i, i}
	}
	fmt.Println(copy(d, e), *d[19].p, d[7].n)
	f := make([]wide, len(d))
	f[3].s = "three"
	g := make([]wide, len(f))
	copy(g, f)
	fmt.Println(g[3], len(slices.Concat(f, g)))
	arr := [5]int{1, 2, 3, 4, 5}
	fmt.Println(*(*[3]int)(arr[1:]), [2]int(arr[3:]))
	for i := range 40 {
		x := slices.Repeat([]int{i}, i)
		y := slices.Clone(x)
		if !slices.Equal(x, y) {
			fmt.Println("clone differs", i)
		}
	}
	s := []byte("hello world")
	copy(s[3:], s)
	fmt.Printf("%s\n", s)
	copy(s, s[3:])
	fmt.Printf("%s\n", s)
}
