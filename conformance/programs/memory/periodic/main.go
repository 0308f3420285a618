// A collection comes by itself two minutes after the last one, in an idle program too, and not with GOGC=off. The debug
// kernel can shorten the time; with others the program only sees that sleeping costs no collections.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

func cycles() (all, asked uint32) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC, m.NumForcedGC
}

func main() {
	runtime.GC()
	all, asked := cycles()
	time.Sleep(time.Second)
	now, nowAsked := cycles()
	fmt.Println("came by themselves as often as expected:", shortPeriod == (now-all >= 2), "asked for:", nowAsked-asked)
	debug.SetGCPercent(-1)
	runtime.GC()
	all, _ = cycles()
	time.Sleep(500 * time.Millisecond)
	now, _ = cycles()
	fmt.Println("off:", now-all)
}
