// Thousands of goroutines whose stacks grow at the same time, with collections in between.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

//go:noinline
func work(n int, acc []int) []int {
	var pad [32]int
	pad[n%32] = n
	if n == 0 {
		return acc
	}
	if n%10 == 0 {
		acc = append(acc, pad[n%32])
	}
	return work(n-1, acc)
}

func main() {
	var wg sync.WaitGroup
	total := make([]int, 2000)
	for i := range total {
		wg.Go(func() {
			for range 3 {
				total[i] += len(work(50+i%150, nil))
				runtime.Gosched()
			}
		})
		if i%200 == 0 {
			runtime.GC()
		}
	}
	wg.Wait()
	sum := 0
	for _, n := range total {
		sum += n
	}
	fmt.Println(sum)
}
