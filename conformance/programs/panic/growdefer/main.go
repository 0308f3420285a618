// Stacks that move while deferred calls, panics and pointers into them are pending.
package main

import "fmt"

type node struct {
	up    *node
	value int
	pad   [40]int
}

//go:noinline
func use(n int) int {
	var big [512]int
	for i := range big {
		big[i] = n + i
	}
	if n > 0 {
		return big[n%512] + use(n-1)
	}
	return big[0]
}

// Each frame's node points to its caller's: the chain is intact only if every move adjusts it.
func chain(up *node, depth int) int {
	n := node{up: up, value: depth}
	if depth == 0 {
		sum, length := 0, 0
		for at := &n; at != nil; at = at.up {
			sum += at.value
			length++
		}
		return sum*1000 + length
	}
	return chain(&n, depth-1)
}

func deferred(depth int, out *int) {
	local := depth
	p := &local
	defer func() { *out += *p }()
	for range 2 {
		defer func() { *out += *p * 2 }()
	}
	if depth > 0 {
		deferred(depth-1, out)
		return
	}
	use(200)
}

func panicking(depth int, out *int) {
	local := depth
	defer func() { *out += local; use(depth) }()
	if depth == 0 {
		panic(out)
	}
	panicking(depth-1, out)
}

func recoverGrow() (n int) {
	var total int
	defer func() {
		use(300)
		p := recover().(*int)
		n = *p
		use(100)
	}()
	panicking(150, &total)
	return -1
}

func closures(depth int, f func() int) int {
	x := depth
	g := func() int { x++; return x + f() }
	if depth == 0 {
		return g()
	}
	return closures(depth-1, g)
}

func goroutine(f func()) {
	done := make(chan bool)
	go func() { f(); close(done) }()
	<-done
}

func main() {
	for _, depth := range []int{1, 10, 100, 1000, 5000} {
		goroutine(func() {
			n := 0
			fmt.Println(depth, chain(nil, depth), closures(depth, func() int { return 7 }))
			deferred(min(depth, 1000), &n)
			fmt.Println(n)
		})
	}
	goroutine(func() { fmt.Println(recoverGrow()) })
	goroutine(func() {
		var arr [64]*int
		vals := [64]int{}
		for i := range arr {
			vals[i] = i
			arr[i] = &vals[i]
		}
		s := arr[:]
		use(500)
		for i := range s {
			*s[i] *= 2
		}
		fmt.Println(vals)
	})
	goroutine(func() {
		ch := make(chan int)
		var got int
		p := &got
		go func() { ch <- 5 }()
		select {
		case *p = <-ch:
		}
		use(400)
		fmt.Println(got, *p)
	})
}
