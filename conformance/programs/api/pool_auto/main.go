// sync.Pool under automatic collections: objects come back or are made, and old ones are let go.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type buffer struct {
	data [4096]byte
	user atomic.Int32
}

func main() {
	var made, dead atomic.Int64
	p := sync.Pool{New: func() any {
		made.Add(1)
		b := new(buffer)
		runtime.AddCleanup(b, func(int) { dead.Add(1) }, 0)
		return b
	}}
	var wg sync.WaitGroup
	var clashes atomic.Int64
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var junk []byte
			for i := range 5000 {
				b := p.Get().(*buffer)
				if !b.user.CompareAndSwap(0, 1) {
					clashes.Add(1)
				}
				junk = make([]byte, 1024+i%512)
				b.data[0] = junk[0]
				b.user.Store(0)
				p.Put(b)
			}
		}()
	}
	wg.Wait()
	fmt.Println("clashes", clashes.Load())
	for i := 0; i < 500 && dead.Load() < made.Load(); i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	fmt.Println("all let go", dead.Load() == made.Load(), made.Load() < 8*5000)
}
