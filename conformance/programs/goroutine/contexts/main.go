// context: trees of cancellation, deadlines, values, causes, AfterFunc, WithoutCancel.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

type key int

func main() {
	root, cancel := context.WithCancel(context.WithValue(context.Background(), key(1), "one"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	ended := map[error]int{}
	for i := range 300 {
		ctx := root
		for range i % 10 {
			ctx = context.WithValue(ctx, key(i), i)
		}
		child, stop := context.WithTimeout(ctx, time.Hour)
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer stop()
			<-child.Done()
			mu.Lock()
			ended[child.Err()]++
			mu.Unlock()
		}()
	}
	cancel()
	wg.Wait()
	fmt.Println(ended, root.Value(key(1)), root.Value(key(2)))

	ctx, stop := context.WithTimeout(context.Background(), 2*time.Millisecond)
	defer stop()
	<-ctx.Done()
	fmt.Println(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded), context.Cause(ctx))

	cause := errors.New("the cause")
	ctx2, fail := context.WithCancelCause(context.Background())
	fired := make(chan bool)
	context.AfterFunc(ctx2, func() { close(fired) })
	detached := context.WithoutCancel(ctx2)
	fail(cause)
	<-fired
	fmt.Println(ctx2.Err(), context.Cause(ctx2), detached.Err())

	never := context.AfterFunc(context.Background(), func() { panic("never") })
	fmt.Println(never(), never())

	ctx3, stop3 := context.WithTimeoutCause(context.Background(), time.Millisecond, cause)
	defer stop3()
	<-ctx3.Done()
	fmt.Println(ctx3.Err(), context.Cause(ctx3))
	fmt.Println(context.Background(), context.TODO(), context.WithValue(context.Background(), key(1), "x"))
}
