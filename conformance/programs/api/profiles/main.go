// Heap, block, mutex and CPU profiles find the functions that allocate, wait, hold and compute.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

func init() { runtime.MemProfileRate = 1 }

var kept [][]byte

//go:noinline
func keepMuch() {
	for range 1000 {
		kept = append(kept, make([]byte, 2000))
	}
}

//go:noinline
func dropMuch() {
	for range 1000 {
		sink = make([]byte, 3000)
	}
	sink = nil
}

var sink []byte

//go:noinline
func waitLong(ch chan int) { <-ch }

//go:noinline
func holdLong(mu *sync.Mutex) {
	mu.Lock()
	time.Sleep(2 * time.Millisecond)
	mu.Unlock()
}

//go:noinline
func compute(d time.Duration) (n uint64) {
	for start := time.Now(); time.Since(start) < d; {
		for i := range uint64(10000) {
			n = n*31 + i
		}
	}
	return n
}

// record is the sum of a function's figures in a memory profile.
func record(name string) (inUse, allocated int64) {
	records := make([]runtime.MemProfileRecord, 10000)
	n, ok := runtime.MemProfile(records, true)
	if !ok {
		fmt.Println("too many records")
	}
	for _, r := range records[:n] {
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			if f.Function == name {
				inUse += r.InUseBytes()
				allocated += r.AllocBytes
				break
			}
			if !more {
				break
			}
		}
	}
	return inUse, allocated
}

func text(name string) string {
	var out bytes.Buffer
	if err := pprof.Lookup(name).WriteTo(&out, 1); err != nil {
		fmt.Println(name, err)
	}
	return out.String()
}

func main() {
	keepMuch()
	dropMuch()
	runtime.GC()
	runtime.GC()
	inUse, allocated := record("main.keepMuch")
	fmt.Println("kept", inUse > 1e6 && inUse < 3e6, allocated >= inUse)
	inUse, allocated = record("main.dropMuch")
	fmt.Println("dropped", inUse < 1e5, allocated > 1.5e6 && allocated < 5e6)

	runtime.SetBlockProfileRate(1)
	fmt.Println(runtime.SetMutexProfileFraction(1), runtime.SetMutexProfileFraction(-1))
	ch := make(chan int)
	go func() {
		time.Sleep(5 * time.Millisecond)
		ch <- 1
	}()
	waitLong(ch)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			holdLong(&mu)
		}()
	}
	wg.Wait()
	runtime.SetBlockProfileRate(0)
	runtime.SetMutexProfileFraction(0)
	block, mutex := text("block"), text("mutex")
	fmt.Println("block", strings.Contains(block, "main.waitLong"), strings.Contains(block, "sync.(*Mutex).Lock"))
	fmt.Println("mutex", strings.Contains(mutex, "main.holdLong"), strings.Contains(mutex, "sync.(*Mutex).Unlock"))

	var cpu bytes.Buffer
	fmt.Println(pprof.StartCPUProfile(&cpu))
	compute(300 * time.Millisecond)
	pprof.StopCPUProfile()
	fmt.Println("cpu", cpu.Len() > 200)
	runtime.KeepAlive(kept)
}
