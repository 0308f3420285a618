// Many producers, many consumers, buffers of several sizes, values of several sizes.
package main

import (
	"fmt"
	"sync"
)

type large struct {
	n    int
	name string
	pad  [20]int
}

func exchange[T any](size, producers, consumers, each int, mk func(int) T, val func(T) int) int {
	c := make(chan T, size)
	var p, q sync.WaitGroup
	for g := range producers {
		p.Go(func() {
			for i := range each {
				c <- mk(g*each + i)
			}
		})
	}
	sums := make([]int, consumers)
	for g := range consumers {
		q.Go(func() {
			for v := range c {
				sums[g] += val(v)
			}
		})
	}
	p.Wait()
	close(c)
	q.Wait()
	total := 0
	for _, s := range sums {
		total += s
	}
	return total
}

func main() {
	for _, size := range []int{0, 1, 7, 1000} {
		fmt.Println(size,
			exchange(size, 10, 10, 500, func(i int) int { return i }, func(i int) int { return i }),
			exchange(size, 10, 3, 500, func(i int) string { return fmt.Sprint(i) }, func(s string) int { return len(s) }),
			exchange(size, 3, 10, 500, func(i int) *large { return &large{n: i} }, func(l *large) int { return l.n }),
			exchange(size, 5, 5, 300, func(i int) large { return large{n: i, name: "n"} }, func(l large) int { return l.n }),
			exchange(size, 5, 5, 300, func(i int) struct{} { return struct{}{} }, func(struct{}) int { return 1 }),
			exchange(size, 5, 5, 300, func(i int) any { return i }, func(v any) int { return v.(int) }))
	}
}
