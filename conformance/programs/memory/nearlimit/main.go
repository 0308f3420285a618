// A memory limit that the live heap fills to three quarters holds: collections follow each other, and the peak of the
// process's memory stays near the limit.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

const (
	limitMiB = 128
	liveMiB  = 96
	treeKiB  = 768 // 16383 nodes of 48 bytes
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

func peakMiB() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			return kib >> 10
		}
	}
	panic("no VmHWM")
}

func main() {
	debug.SetMemoryLimit(limitMiB << 20)
	live := make([]*node, liveMiB*1024/treeKiB)
	for i := range live {
		live[i] = tree(13)
	}
	for i := range 600 {
		live[i*7%len(live)] = tree(13)
	}
	runtime.KeepAlive(live)
	// The limit is soft; half as much again would be another pacing.
	if peak := peakMiB(); peak > limitMiB*5/4 {
		fmt.Println("peak", peak, "MiB under a limit of", limitMiB)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("collected", m.NumGC > 5, "total", m.TotalAlloc > 400<<20)
}
