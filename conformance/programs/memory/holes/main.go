// A heap full of holes grows by what fits in none of them: the memory of the holes goes back at once.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

func main() {
	const total, chunk = 32 << 20, 64 << 10
	debug.SetGCPercent(100)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var saved, condemned [][]byte
	for i := range total / chunk {
		b := make([]byte, chunk)
		if i%2 == 0 {
			saved = append(saved, b)
		} else {
			condemned = append(condemned, b)
		}
	}
	runtime.GC()
	condemned = nil
	runtime.GC()
	saved = append(saved, make([]byte, total/2))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	// Stock hides 64 pages of a P from itself.
	backed := m.HeapSys - m.HeapReleased - 64*8192
	fmt.Println("overuse below a sixth", float64(backed)/float64(m.HeapAlloc) < 1.16)
	runtime.KeepAlive(saved)
	runtime.KeepAlive(condemned)
}
