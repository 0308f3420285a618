// runtime.MemStats: what programs may rely on.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

var sink [][]byte

func main() {
	debug.SetGCPercent(-1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 1000 {
		sink = append(sink, make([]byte, 1024))
	}
	runtime.ReadMemStats(&after)
	mallocs, bytes := after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	fmt.Println("mallocs", mallocs >= 1000 && mallocs < 1100)
	fmt.Println("bytes", bytes >= 1000*1024 && bytes < 1200*1024)
	fmt.Println("alloc", after.Alloc == after.HeapAlloc, after.HeapAlloc-before.HeapAlloc >= 1000*1024)
	fmt.Println("objects", after.HeapObjects == after.Mallocs-after.Frees || after.HeapObjects < after.Mallocs)
	fmt.Println("sys", after.Sys == after.HeapSys+after.StackSys+after.MSpanSys+after.MCacheSys+after.BuckHashSys+after.GCSys+after.OtherSys)
	fmt.Println("heap", after.HeapSys == after.HeapIdle+after.HeapInuse, after.HeapInuse >= after.HeapAlloc, after.HeapReleased <= after.HeapIdle)
	fmt.Println("stacks", after.StackInuse > 0, after.StackSys >= after.StackInuse)
	fmt.Println("no cycle yet", after.NumGC, after.EnableGC, after.DebugGC, after.Lookups)

	sink = nil
	runtime.GC()
	runtime.ReadMemStats(&before)
	fmt.Println("freed", before.Frees >= 1000, before.HeapAlloc < after.HeapAlloc)
	fmt.Println("cycles", before.NumGC, before.NumForcedGC, before.LastGC > 0, before.PauseTotalNs > 0)
	fmt.Println("pause", before.PauseNs[(before.NumGC+255)%256] > 0, before.PauseEnd[(before.NumGC+255)%256] > 0, before.PauseNs[before.NumGC%256])
	fmt.Println("fraction", before.GCCPUFraction >= 0 && before.GCCPUFraction <= 1)
	for i, s := range before.BySize {
		if s.Mallocs < s.Frees {
			fmt.Println("more frees than mallocs", i, s)
		}
	}
	fmt.Println(before.BySize[0].Size, before.BySize[1].Size, before.BySize[2].Size, before.BySize[60].Size)

	// Tiny objects count one by one.
	runtime.ReadMemStats(&before)
	for i := range 1000 {
		p := new(int32)
		*p = int32(i)
		keep = p
	}
	runtime.ReadMemStats(&after)
	n := after.Mallocs - before.Mallocs
	fmt.Println("tiny", n >= 1000 && n < 1600)

	var stats debug.GCStats
	runtime.GC()
	debug.ReadGCStats(&stats)
	fmt.Println(stats.NumGC, len(stats.Pause), len(stats.PauseEnd), stats.PauseTotal > 0, !stats.LastGC.IsZero())
}

var keep *int32
