// MemStats, SetGCPercent, FreeOSMemory, ReadGCStats: figures that make sense.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

var keep [][]byte

func main() {
	var a, b, c runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&a)
	for range 1000 {
		keep = append(keep, make([]byte, 10_000))
	}
	runtime.ReadMemStats(&b)
	fmt.Println("alloc grew", b.TotalAlloc-a.TotalAlloc >= 10_000_000, "mallocs", b.Mallocs-a.Mallocs >= 1000)
	fmt.Println("heap", b.HeapAlloc >= 10_000_000, b.HeapSys >= b.HeapInuse, b.Sys >= b.HeapSys, b.HeapObjects > 0)
	keep = nil
	runtime.GC()
	runtime.ReadMemStats(&c)
	fmt.Println("freed", b.HeapAlloc-c.HeapAlloc > 9_000_000, c.Frees > b.Frees, c.NumGC > b.NumGC, c.NumForcedGC > 0)
	fmt.Println("pause", c.PauseTotalNs > 0, c.PauseNs[(c.NumGC+255)%256] > 0, c.LastGC > 0, c.EnableGC, c.NextGC > 0)
	classes := 0
	for i, s := range c.BySize {
		if i > 0 && s.Size <= c.BySize[i-1].Size {
			fmt.Println("sizes out of order")
		}
		classes++
	}
	fmt.Println("classes", classes, c.BySize[1].Size, c.BySize[60].Size)

	fmt.Println(debug.SetGCPercent(-1), debug.SetGCPercent(50), debug.SetGCPercent(100))
	fmt.Println(debug.SetMemoryLimit(-1) > 1<<60, debug.SetMaxStack(1<<26), debug.SetMaxThreads(20000))
	debug.FreeOSMemory()
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	fmt.Println(stats.NumGC > 0, len(stats.Pause) > 0, stats.PauseTotal > 0)

	// No collection while it is off.
	debug.SetGCPercent(-1)
	runtime.ReadMemStats(&a)
	for range 100 {
		keep = append(keep, make([]byte, 1<<20))
	}
	runtime.ReadMemStats(&b)
	fmt.Println("off", b.NumGC == a.NumGC)
	keep = nil
	debug.SetGCPercent(100)
	for range 100 {
		keep = append(keep[:0], make([]byte, 1<<20))
	}
	runtime.ReadMemStats(&c)
	fmt.Println("on", c.NumGC > b.NumGC)
	fmt.Println(testAllocs(func() { _ = fmt.Sprint("a", 1) }) > 0)
}

func testAllocs(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.Mallocs - a.Mallocs
}
