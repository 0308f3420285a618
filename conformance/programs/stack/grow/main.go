// Stacks grow while frames of all kinds are on them: pointers into the stack, defers, closures, interfaces, big frames.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type node struct {
	up    *node
	value int
	text  string
	list  []int
	any   any
}

//go:noinline
func chain(up *node, depth int) int {
	local := node{up: up, value: depth, text: fmt.Sprint("d", depth), any: depth}
	local.list = local.buf()[:]
	if depth == 0 {
		sum := 0
		for n := &local; n != nil; n = n.up {
			sum += n.value + len(n.text) + n.list[0] + n.any.(int)
		}
		return sum
	}
	return chain(&local, depth-1) + local.value - *(&local.value)
}

func (n *node) buf() *[4]int { return &[4]int{n.value} }

//go:noinline
func frames(depth int) (sum int) {
	var big [512]int
	for i := range big {
		big[i] = depth + i
	}
	p := &big[depth%512]
	defer func() { sum += *p - depth - depth%512 }()
	if depth == 0 {
		return 1
	}
	return frames(depth-1) + big[0] - depth
}

//go:noinline
func closures(depth int, f func() int) int {
	x := depth
	g := func() int { x++; return f() + x - depth }
	if depth == 0 {
		return g()
	}
	r := closures(depth-1, g)
	return r + x - x
}

//go:noinline
func ifaces(depth int, s fmt.Stringer) string {
	var local text
	copy(local[:], s.String())
	if depth == 0 {
		return local.String()
	}
	return ifaces(depth-1, &local)
}

type text [32]byte

func (t *text) String() string { return string(t[:7]) }

//go:noinline
func mapsAndGC(depth int) int {
	m := map[int]*int{}
	v := depth
	m[depth] = &v
	if depth%50 == 0 {
		runtime.GC()
	}
	if depth == 0 {
		return *m[0]
	}
	return mapsAndGC(depth-1) + *m[depth]
}

func main() {
	var first text
	copy(first[:], "started")
	work := func() string {
		return fmt.Sprint(chain(nil, 3000), frames(500), closures(2000, func() int { return 5 }), ifaces(5000, &first), mapsAndGC(400))
	}
	fmt.Println(work())
	var wg sync.WaitGroup
	results := make([]string, 20)
	for i := range results {
		wg.Go(func() { results[i] = work() })
	}
	wg.Wait()
	same := true
	for _, r := range results {
		same = same && r == results[0]
	}
	fmt.Println("all the same", same, results[0])
}
