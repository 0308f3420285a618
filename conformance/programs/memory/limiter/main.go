// A memory limit below the live heap costs the program time, but not all of it: the collector gets half.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

type node struct {
	left, right *node
	payload     [4]int
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

func read() (limited uint64, collector, all float64) {
	s := []metrics.Sample{
		{Name: "/gc/limiter/last-enabled:gc-cycle"},
		{Name: "/cpu/classes/gc/total:cpu-seconds"},
		{Name: "/cpu/classes/total:cpu-seconds"},
	}
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Float64(), s[2].Value.Float64()
}

func main() {
	var keep [64]*node
	for i := range keep {
		keep[i] = tree(13)
	}
	debug.SetMemoryLimit(30 << 20)
	n := 0
	work := func(long time.Duration) {
		for begin := time.Now(); time.Since(begin) < long; n++ {
			keep[n%len(keep)] = tree(13)
		}
	}
	for range 40 {
		work(time.Second)
		if limited, _, _ := read(); limited > 0 {
			break
		}
	}
	limited, collector, all := read()
	fmt.Println("limited", limited > 0)
	runtime.GC() // the classes are reckoned at the end of a cycle
	_, collector, all = read()
	work(3 * time.Second)
	runtime.GC()
	_, collectorNow, allNow := read()
	if share := (collectorNow - collector) / (allNow - all); share > 0.9 {
		fmt.Println("the collector had", share)
	}
	fmt.Println("went on", n > 100)
	runtime.KeepAlive(&keep)
}
