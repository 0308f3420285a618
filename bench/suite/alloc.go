package main

import "sync"

// Objects without pointers are byte arrays; those with pointers have one in every second word.
type (
	pair        struct{ p *pair }
	scan[A any] struct{ words A }
	mixed       struct {
		p *mixed
		n uint64
	}
)

var (
	sinkAny   any
	sinkInt   int
	sinkBytes []byte
)

var allocation = []benchmark{
	{"alloc", "8 B noscan", each[uint64](20_000_000)},
	{"alloc", "16 B noscan", each[[16]byte](16_000_000)},
	{"alloc", "48 B noscan", each[[48]byte](12_000_000)},
	{"alloc", "256 B noscan", each[[256]byte](6_000_000)},
	{"alloc", "1 KiB noscan", each[[1024]byte](2_000_000)},
	{"alloc", "8 KiB noscan", each[[8192]byte](400_000)},
	{"alloc", "8 B scan", each[pair](16_000_000)},
	{"alloc", "16 B scan", each[mixed](16_000_000)},
	{"alloc", "96 B scan", each[scan[[6]mixed]](10_000_000)},
	{"alloc", "256 B scan", each[scan[[16]mixed]](6_000_000)},
	{"alloc", "1 KiB scan", each[scan[[64]mixed]](2_000_000)},
	{"alloc", "8 KiB scan", each[scan[[512]mixed]](300_000)},
	{"alloc", "64 KiB", func(m *meter) { m.loop(40_000, slicesOf(64<<10)) }},
	{"alloc", "1 MiB", func(m *meter) { m.loop(2_000, slicesOf(1<<20)) }},
	{"alloc", "48 B noscan, two threads", func(m *meter) {
		m.loop(16_000_000, func(n int) {
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { keepLast[[48]byte](n / 2) })
			}
			wg.Wait()
		})
	}},
}

// each allocates n objects of a type one after the other; all but a window of them die at once.
func each[T any](n int) func(*meter) {
	return func(m *meter) { m.loop(n, keepLast[T]) }
}

func keepLast[T any](n int) {
	var window [64]*T
	for i := range n {
		window[i%len(window)] = new(T)
	}
	sinkAny = window[0]
}

func slicesOf(bytes int) func(n int) {
	return func(n int) {
		for range n {
			sinkBytes = make([]byte, bytes)
		}
	}
}
