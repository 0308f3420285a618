package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"time"
)

var pauses = []benchmark{
	{"pauses", "512 MB live", func(m *meter) { pausesWith(m, m.scale(512<<20), 0) }},
	{"pauses", "512 MB live, 10,000 deep stacks", func(m *meter) { pausesWith(m, m.scale(512<<20), 10_000) }},
	{"pauses", "4 GB live, 10,000 deep stacks", func(m *meter) { pausesWith(m, m.scaleLarge(4<<30), 10_000) }},
}

// What the runtime itself says about its pauses in a number of collections, and the longest time that a goroutine which
// only looks at the clock did not get to look. The latter holds the machine's own pauses, too. Below a hundred pauses,
// two a collection, p99 is the longest one.
func pausesWith(m *meter, bytes, goroutines int) {
	live := heapOf(bytes)
	stop := make(chan bool)
	ready := make(chan bool, 64)
	for range goroutines {
		go deepThen(60, func() { ready <- true; <-stop })
	}
	for range goroutines {
		<-ready
	}
	debug.SetGCPercent(50)
	runtime.GC()
	before, first := stoppedTimes(), collections()
	var over atomic.Bool
	gap := make(chan time.Duration)
	go func() { gap <- longestGap(&over) }()
	random := randomness(3)
	for deadline := time.Now().Add(40 * time.Second); collections() < first+uint64(m.scale(60)) && time.Now().Before(deadline); {
		for range 10_000 {
			live[random.below(len(live))] = newBlock()
		}
	}
	over.Store(true)
	m.report("longest gap", "µs", float64(<-gap)/1e3)
	after := stoppedTimes()
	during := after.minus(before)
	m.report("stopped max", "µs", during.quantile(1)*1e6)
	m.report("stopped p99", "µs", during.quantile(0.99)*1e6)
	m.report("stopped p50", "µs", during.quantile(0.5)*1e6)
	m.report("collections", "", float64(collections()-first))
	runtime.GC()
	m.report("stopped max, forced", "µs", stoppedTimes().minus(after).quantile(1)*1e6)
	close(stop)
}

func collections() uint64 {
	sample := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func longestGap(over *atomic.Bool) time.Duration {
	var longest time.Duration
	for last := time.Now(); !over.Load(); {
		now := time.Now()
		longest = max(longest, now.Sub(last))
		last = now
	}
	return longest
}

// A block is what the live heaps consist of: a kilobyte in a few objects that point to each other.
type block struct {
	parts [4]*[14]*mixed
	text  []byte
}

func newBlock() *block {
	b := &block{text: make([]byte, 256)}
	for i := range b.parts {
		b.parts[i] = &[14]*mixed{{n: uint64(i)}}
	}
	return b
}

func heapOf(bytes int) []*block {
	blocks := make([]*block, bytes/896)
	for i := range blocks {
		blocks[i] = newBlock()
	}
	return blocks
}

//go:noinline
func deepThen(depth int, then func()) int {
	var pad [8]*int
	pad[depth%8] = new(int)
	if depth == 0 {
		then()
	} else {
		*pad[depth%8] = deepThen(depth-1, then)
	}
	return *pad[depth%8]
}

type histogram struct {
	counts []uint64
	bounds []float64
}

func stoppedTimes() histogram {
	sample := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(sample)
	h := sample[0].Value.Float64Histogram()
	return histogram{slices.Clone(h.Counts), h.Buckets}
}

func (h histogram) minus(other histogram) histogram {
	counts := slices.Clone(h.counts)
	for i, n := range other.counts {
		counts[i] -= n
	}
	return histogram{counts, h.bounds}
}

// quantile is the upper bound of the bucket that holds it.
func (h histogram) quantile(q float64) float64 {
	var total, seen uint64
	for _, n := range h.counts {
		total += n
	}
	rank := uint64(math.Ceil(q * float64(total)))
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return h.bounds[min(i+1, len(h.bounds)-1)]
		}
	}
	return 0
}
