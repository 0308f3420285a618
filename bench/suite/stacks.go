package main

var stacks = []benchmark{
	{"stacks", "growth to 64 KiB", func(m *meter) { growth(m, 12_000, 400) }},
	{"stacks", "growth to 1 MiB", func(m *meter) { growth(m, 600, 7_000) }},
	{"stacks", "goroutines with 8 KiB", func(m *meter) { growth(m, 60_000, 40) }},
}

// An operation is a new goroutine that calls itself to a depth, and returns.
func growth(m *meter, n, depth int) {
	done := make(chan int)
	m.loop(n, func(n int) {
		for range n {
			go func() { done <- deep(depth) }()
			sinkInt += <-done
		}
	})
}

//go:noinline
func deep(n int) int {
	var pad [10]int
	pad[n%10] = n
	if n == 0 {
		return pad[0]
	}
	return deep(n-1) + pad[n%10]
}
