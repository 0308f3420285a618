package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

var memory = []benchmark{
	{"memory", "churn beside 200 MB", func(m *meter) { churn(m, 200<<20, m.scale(4000)) }},
	{"memory", "100 GB beside 200 MB", func(m *meter) { churn(m, 200<<20, m.scaleLarge(100_000)) }},
	{"memory", "limit of 256 MiB", func(m *meter) {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(256 << 20)
		churn(m, 100<<20, m.scale(4000))
	}},
}

// What lives is replaced bit by bit, in objects of many sizes; an operation is a MB allocated.
func churn(m *meter, liveBytes, megabytes int) {
	live := make([][]byte, liveBytes/2048)
	random := randomness(4)
	next := func() []byte { return make([]byte, 16+random.below(4096)) }
	for i := range live {
		live[i] = next()
	}
	m.perOp(megabytes, func() {
		for range megabytes * 488 {
			live[random.below(len(live))] = next()
		}
	})
	runtime.KeepAlive(live)
	live = nil
	debug.FreeOSMemory()
	time.Sleep(10 * time.Millisecond)
	m.report("resident after", "MB", resident())
}

func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var total, pages float64
	if _, err := fmt.Sscan(string(text), &total, &pages); err != nil {
		panic(err)
	}
	return pages * float64(os.Getpagesize()) / 1e6
}
