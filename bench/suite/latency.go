package main

import (
	"slices"
	"sync"
	"time"
)

var latency = []benchmark{
	{"latency", "requests beside 512 MB", requests},
}

// Requests come at fixed times whether or not earlier ones are done, and a latency counts from the time at which the
// request should have come: a runtime that stops for a while delays all that come in between.
func requests(m *meter) {
	live := heapOf(m.scale(512 << 20))
	const gap = 500 * time.Microsecond
	count := int(time.Duration(m.scale(6000)) * time.Millisecond / gap)
	took := make([]time.Duration, count)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range count {
		due := start.Add(time.Duration(i) * gap)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			serve(live, i)
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	slices.Sort(took)
	for _, q := range []struct {
		name  string
		share float64
	}{{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}} {
		m.report(q.name, "µs", float64(took[int(float64(count-1)*q.share)])/1e3)
	}
}

// serve makes about 100 KB, looks around in the live heap, and replaces some of it.
func serve(live []*block, i int) {
	random := randomness(i + 1)
	var mine []*block
	for range 110 {
		mine = append(mine, newBlock())
		sinkInt += len(live[random.below(len(live))].text)
	}
	for _, b := range mine[:8] {
		live[random.below(len(live))] = b
	}
}
