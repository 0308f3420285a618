// Atomic pointers and values under contention and collection.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

type node struct {
	next *node
	v    int
}

func main() {
	var head atomic.Pointer[node]
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 5000 {
				n := &node{v: g*5000 + i}
				for {
					n.next = head.Load()
					if head.CompareAndSwap(n.next, n) {
						break
					}
				}
				if i%1000 == 0 {
					runtime.GC()
				}
			}
		})
	}
	wg.Wait()
	count, sum := 0, 0
	for n := head.Load(); n != nil; n = n.next {
		count++
		sum += n.v
	}
	fmt.Println(count, sum)

	var up unsafe.Pointer
	a, b := new(int), new(int)
	*a, *b = 1, 2
	atomic.StorePointer(&up, unsafe.Pointer(a))
	old := atomic.SwapPointer(&up, unsafe.Pointer(b))
	fmt.Println(*(*int)(old), atomic.CompareAndSwapPointer(&up, unsafe.Pointer(a), nil),
		atomic.CompareAndSwapPointer(&up, unsafe.Pointer(b), unsafe.Pointer(a)), *(*int)(atomic.LoadPointer(&up)))

	var v atomic.Value
	fmt.Println(v.Load())
	v.Store([]string{"x"})
	fmt.Println(v.Swap([]string{"y", "z"}), v.Load())
	func() {
		defer func() { fmt.Println(recover()) }()
		v.Store(1)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		v.Store(nil)
	}()
	var n atomic.Int64
	var u atomic.Uint32
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				n.Add(3)
				u.Or(uint32(n.Load() & 0xff))
			}
		})
	}
	wg.Wait()
	fmt.Println(n.Load(), u.And(0) != 0)
	var m sync.Map
	for i := range 1000 {
		m.Store(i, fmt.Sprint(i))
	}
	x, ok := m.LoadAndDelete(7)
	_, again := m.Load(7)
	fmt.Println(x, ok, again)
}
