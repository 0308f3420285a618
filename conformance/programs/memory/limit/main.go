// The memory limit holds a program that would otherwise let its heap double.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

func main() {
	fmt.Println("limit", debug.SetMemoryLimit(-1))
	debug.SetGCPercent(-1)
	var keep [20][]byte
	for i := range 2000 {
		keep[i%20] = make([]byte, 1<<20)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("held", m.HeapInuse < 150<<20, m.NumGC > 0)
}
