// sync/atomic: every type, under contention and alone.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

type config struct{ a, b int }

func main() {
	var (
		i32 atomic.Int32
		i64 atomic.Int64
		u32 atomic.Uint32
		u64 atomic.Uint64
		up  atomic.Uintptr
		b   atomic.Bool
		p   atomic.Pointer[config]
		v   atomic.Value
		raw unsafe.Pointer
	)
	p.Store(&config{0, 0})
	v.Store(config{0, 0})
	var wg sync.WaitGroup
	torn := atomic.Int64{}
	for g := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 2000 {
				i32.Add(1)
				i64.Add(-1)
				u32.Add(3)
				u64.Add(^uint64(0))
				up.Add(2)
				b.Store(i%2 == 0)
				for {
					old := p.Load()
					if old.a != old.b {
						torn.Add(1)
					}
					if p.CompareAndSwap(old, &config{old.a + 1, old.b + 1}) {
						break
					}
				}
				c := v.Load().(config)
				if c.a != c.b {
					torn.Add(1)
				}
				v.Store(config{g, g})
				atomic.StorePointer(&raw, unsafe.Pointer(p.Load()))
			}
		}()
	}
	wg.Wait()
	fmt.Println(i32.Load(), i64.Load(), u32.Load(), u64.Load(), up.Load(), *p.Load(), torn.Load())
	fmt.Println(i32.And(0xff), i32.Or(0x100), i32.Load(), u64.Swap(5), u64.CompareAndSwap(5, 6), u64.Load())
	fmt.Println(v.CompareAndSwap(v.Load(), config{7, 7}), v.Swap(config{8, 8}), v.Load())
	func() {
		defer func() { fmt.Println(recover()) }()
		v.Store("other type")
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		v.Store(nil)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		(&atomic.Value{}).CompareAndSwap([]int{}, []int{})
	}()
	fmt.Println((*config)(atomic.LoadPointer(&raw)).a > 0)
}
