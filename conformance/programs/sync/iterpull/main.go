// iter.Pull: coroutines switch, stop early, pass panics on.
package main

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("count ends")
		for i := range n {
			if !yield(i) {
				fmt.Println("stopped at", i)
				return
			}
		}
	}
}

func main() {
	next, stop := iter.Pull(count(3))
	for {
		v, ok := next()
		fmt.Println(v, ok)
		if !ok {
			break
		}
	}
	stop()
	next, stop = iter.Pull(count(10))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	fmt.Println(next())
	_, stop = iter.Pull(count(1))
	stop()

	next2, stop2 := iter.Pull2(slices.All([]string{"a", "b"}))
	fmt.Println(next2())
	fmt.Println(next2())
	fmt.Println(next2())
	stop2()

	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		next, stop := iter.Pull(func(yield func(int) bool) {
			yield(1)
			panic("in the sequence")
		})
		defer stop()
		fmt.Println(next())
		fmt.Println(next())
	}()

	// Nested, deep stacks, collections in between.
	var walk func(depth int, yield func(int) bool) bool
	walk = func(depth int, yield func(int) bool) bool {
		if depth == 0 {
			return true
		}
		return walk(depth-1, yield) && yield(depth) && walk(depth-1, yield)
	}
	tree := func(yield func(int) bool) { walk(10, yield) }
	next, stop = iter.Pull(tree)
	sum := 0
	for i := 0; ; i++ {
		v, ok := next()
		if !ok {
			break
		}
		sum += v
		if i%200 == 0 {
			runtime.GC()
		}
	}
	stop()
	fmt.Println("tree", sum)

	var wg sync.WaitGroup
	sums := make([]int, 8)
	for g := range sums {
		wg.Add(1)
		go func() {
			defer wg.Done()
			next, stop := iter.Pull(func(yield func(int) bool) {
				for i := range 5000 {
					if !yield(i) {
						return
					}
				}
			})
			defer stop()
			for v, ok := next(); ok; v, ok = next() {
				sums[g] += v
				if v%1000 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println(sums)
}
