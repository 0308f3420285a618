// A collection stops the world twice, also when it has pools to empty; and it does empty them.
package main

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
)

type buffer struct{ bytes [512]byte }

var pool sync.Pool

func main() {
	stops, cycles := figures()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := 0; i < 100_000; i++ {
				b, ok := pool.Get().(*buffer)
				if !ok {
					b = new(buffer)
				}
				b.bytes[i%len(b.bytes)]++
				waste = new(buffer)
				pool.Put(b)
			}
		})
	}
	wg.Wait()
	moreStops, moreCycles := figures()
	stops, cycles = moreStops-stops, moreCycles-cycles
	fmt.Println("many collections:", cycles >= 5)
	// A runtime may mark a small heap in one stop, and make a stop again that finds too much left.
	fmt.Println("two stops each at the most:", stops <= 2*cycles+cycles/2)

	pool.Put(new(buffer))
	runtime.GC()
	fmt.Println("kept once:", pool.Get() != nil)
	for pool.Get() != nil {
	}
	pool.Put(new(buffer))
	runtime.GC()
	runtime.GC()
	fmt.Println("gone after two:", pool.Get() == nil)

	// Without runtime.GC as well.
	pool.Put(new(buffer))
	for _, start := figures(); ; {
		for range 1000 {
			waste = new(buffer)
		}
		if _, now := figures(); now >= start+3 {
			break
		}
	}
	fmt.Println("gone by itself:", pool.Get() == nil)
}

var waste *buffer

// figures are the number of stops of the world by the collector, and of collections.
func figures() (stops, cycles uint64) {
	samples := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(samples)
	for _, n := range samples[0].Value.Float64Histogram().Counts {
		stops += n
	}
	return stops, samples[1].Value.Uint64()
}
