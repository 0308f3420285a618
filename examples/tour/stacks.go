package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// stacks recurses deep, with pointers into the moving stack, and asks who called whom.
func stacks() {
	say("recursion to a depth of %d", depth(1_000_000))

	var wg sync.WaitGroup
	sums := make([]int, 100)
	for i := range sums {
		wg.Go(func() { sums[i] = chain(nil, 2000) })
	}
	wg.Wait()
	same := true
	for _, s := range sums {
		same = same && s == sums[0]
	}
	say("100 stacks grew while pointers into them were followed: all the same %v, %d", same, sums[0])

	say("called by: %s", strings.Join(outer(), " ← "))
}

//go:noinline
func depth(n int) int {
	if n == 0 {
		return 0
	}
	return depth(n-1) + 1
}

type link struct {
	up *link
	n  int
}

// chain links a variable of each frame with that of its caller; at the end it walks all the way up.
//
//go:noinline
func chain(up *link, n int) int {
	local := link{up, n}
	if n > 0 {
		return chain(&local, n-1)
	}
	sum := 0
	for l := &local; l != nil; l = l.up {
		sum += l.n
	}
	return sum
}

func outer() []string { return middle() }

func middle() []string { return inner() }

// inner names its callers, functions that the compiler inlined included.
func inner() []string {
	pcs := make([]uintptr, 10)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var names []string
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			names = append(names, filepath.Base(f.Function))
		}
		if !more {
			return names
		}
	}
}
