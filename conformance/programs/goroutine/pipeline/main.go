// Stages of a pipeline with fan-out, fan-in and cancellation.
package main

import (
	"context"
	"fmt"
	"sort"
	"sync"
)

func generate(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func square(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- v * v
		}
	}()
	return out
}

func merge[T any](ins ...<-chan T) <-chan T {
	out := make(chan T)
	var wg sync.WaitGroup
	for _, in := range ins {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for v := range in {
				out <- v
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	source := generate(ctx, 5000)
	var stages []<-chan int
	for range 8 {
		stages = append(stages, square(square(source)))
	}
	var got []int
	for v := range merge(stages...) {
		got = append(got, v)
	}
	cancel()
	sort.Ints(got)
	sum := 0
	for i, v := range got {
		sum = (sum*31 + v*i) % 1000003
	}
	fmt.Println(len(got), got[:5], sum)

	ctx, cancel = context.WithCancel(context.Background())
	endless := generate(ctx, 1<<60)
	for v := range endless {
		if v == 1000 {
			cancel()
			break
		}
	}
	for range endless {
	}
	fmt.Println("cancelled", ctx.Err(), context.Cause(ctx))
}
