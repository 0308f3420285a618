// A package that has pools of its own registers its cleanup in the place of sync's, as bytedance/gopkg does: one call at
// the beginning of each collection, while no goroutine is pinned, and no call of sync's any more. The later one wins.

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

//go:linkname registerPoolCleanup sync.runtime_registerPoolCleanup
func registerPoolCleanup(cleanup func())

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

type thing struct {
	next *thing
	fill [200]byte
}

// shelf is a pool's local part: what lies in use, and what the last collection left.
type shelf struct {
	things, victims *thing
	pinned          atomic.Bool
	_               [64]byte
}

var (
	shelves  [8]shelf
	cleanups atomic.Int64
	disturbs atomic.Int64
)

// cleanup is called with the world stopped: it must not allocate, and nobody is between pin and unpin.
func cleanup() {
	cleanups.Add(1)
	for i := range shelves {
		s := &shelves[i]
		if s.pinned.Load() {
			disturbs.Add(1)
		}
		s.victims, s.things = s.things, nil
	}
}

func get() *thing {
	s := &shelves[procPin()]
	s.pinned.Store(true)
	t := s.things
	if t != nil {
		s.things = t.next
	} else if t = s.victims; t != nil {
		s.victims = t.next
	}
	s.pinned.Store(false)
	procUnpin()
	if t == nil {
		t = new(thing)
	}
	t.next = nil
	return t
}

func put(t *thing) {
	s := &shelves[procPin()]
	s.pinned.Store(true)
	t.next = s.things
	s.things = t
	s.pinned.Store(false)
	procUnpin()
}

// perCollection: GC calls it once, and what is pooled lives for two collections.
func perCollection() {
	before := cleanups.Load()
	for range 10 {
		runtime.GC()
	}
	fmt.Println("calls in 10 collections:", cleanups.Load()-before)
	before = cleanups.Load()
	handle := leave()
	runtime.GC()
	// The debug kernel collects between the lines as well.
	fmt.Println("lives after one collection:", handle.Value() != nil || cleanups.Load()-before > 1)
	runtime.GC()
	runtime.GC()
	fmt.Println("lives after three:", handle.Value() != nil)
}

//go:noinline
func leave() weak.Pointer[thing] {
	t := new(thing)
	put(t)
	return weak.Make(t)
}

// replaced: sync's own pools are left alone from now on.
func replaced() {
	var pool sync.Pool
	handle := fillSync(&pool)
	for range 4 {
		runtime.GC()
	}
	fmt.Println("lives in a sync.Pool:", handle.Value() != nil)
	runtime.KeepAlive(&pool)
}

//go:noinline
func fillSync(pool *sync.Pool) weak.Pointer[thing] {
	t := new(thing)
	pool.Put(t)
	return weak.Make(t)
}

// crowd uses the pools while collections of all causes begin: each goroutine marks its thing and sees only its own mark.
func crowd() {
	debug.SetGCPercent(20)
	defer debug.SetGCPercent(-1)
	var wg sync.WaitGroup
	var mixed atomic.Int64
	stop := time.Now().Add(300 * time.Millisecond)
	for who := range byte(8) {
		wg.Go(func() {
			for n := 0; time.Now().Before(stop); n++ {
				t := get()
				for i := range t.fill {
					t.fill[i] = who
				}
				keep = unsafe.Pointer(new([512]byte))
				for _, b := range t.fill {
					if b != who {
						mixed.Add(1)
						break
					}
				}
				put(t)
				if n%512 == 0 {
					runtime.GC()
				}
			}
		})
	}
	wg.Wait()
	fmt.Println("things in two hands:", mixed.Load())
}

var keep unsafe.Pointer

func main() {
	debug.SetGCPercent(-1)
	registerPoolCleanup(cleanup)
	perCollection()
	replaced()
	crowd()
	fmt.Println("cleanups beside a pinned goroutine:", disturbs.Load())
	other := 0
	registerPoolCleanup(func() { other++ })
	before := cleanups.Load()
	runtime.GC()
	runtime.GC()
	fmt.Println("after the second registration:", other >= 2, cleanups.Load()-before)
}
