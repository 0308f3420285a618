// runtime/metrics: every name is there with its kind, and the figures agree with each other.
package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
)

func main() {
	for range 3 {
		runtime.GC()
	}
	samples := make([]metrics.Sample, 0)
	for _, d := range metrics.All() {
		samples = append(samples, metrics.Sample{Name: d.Name})
	}
	metrics.Read(samples)
	byName := map[string]metrics.Value{}
	for i, d := range metrics.All() {
		v := samples[i].Value
		byName[d.Name] = v
		if v.Kind() != d.Kind {
			fmt.Println("kind of", d.Name, v.Kind(), d.Kind)
		}
		if v.Kind() == metrics.KindFloat64Histogram {
			h := v.Float64Histogram()
			if len(h.Buckets) != len(h.Counts)+1 {
				fmt.Println("buckets of", d.Name)
			}
			for j := 1; j < len(h.Buckets); j++ {
				if !(h.Buckets[j-1] < h.Buckets[j]) {
					fmt.Println("order of", d.Name, j)
				}
			}
			if !math.IsInf(h.Buckets[len(h.Buckets)-1], 1) {
				fmt.Println("end of", d.Name)
			}
		}
	}
	n := func(name string) uint64 { return byName[name].Uint64() }
	fmt.Println(len(samples))
	fmt.Println("cycles", n("/gc/cycles/total:gc-cycles") == n("/gc/cycles/automatic:gc-cycles")+n("/gc/cycles/forced:gc-cycles"), n("/gc/cycles/forced:gc-cycles"))
	fmt.Println("gogc", n("/gc/gogc:percent"), n("/gc/gomemlimit:bytes") == math.MaxInt64)
	fmt.Println("goroutines", n("/sched/goroutines:goroutines"), n("/sched/gomaxprocs:threads") == uint64(runtime.GOMAXPROCS(0)))
	fmt.Println("objects", n("/gc/heap/allocs:objects")-n("/gc/heap/frees:objects") >= n("/gc/heap/objects:objects"))
	live := n("/gc/heap/allocs:bytes") - n("/gc/heap/frees:bytes")
	fmt.Println("bytes", live == n("/memory/classes/heap/objects:bytes"), live > 0)
	pauses := byName["/gc/pauses:seconds"].Float64Histogram()
	count := uint64(0)
	for _, c := range pauses.Counts {
		count += c
	}
	fmt.Println("pauses", count >= 3)
	sizes := byName["/gc/heap/allocs-by-size:bytes"].Float64Histogram()
	fmt.Println("sizes", len(sizes.Counts), sizes.Buckets[0], sizes.Buckets[1], sizes.Buckets[67])

	unknown := []metrics.Sample{{Name: "/no/such:thing"}}
	metrics.Read(unknown)
	fmt.Println(unknown[0].Value.Kind() == metrics.KindBad)
}
