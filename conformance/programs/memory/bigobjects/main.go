// Large objects, with and without pointers, zeroed when they come, whole when they stay.
package main

import (
	"fmt"
	"runtime"
)

type page struct {
	next *page
	data [40000]byte
	last *int
}

func zeroed(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func main() {
	for _, size := range []int{1, 8, 15, 16, 17, 1023, 1024, 8191, 8192, 32767, 32768, 32769, 65536, 1 << 20, 50 << 20} {
		ok := true
		rounds := 40
		if size > 1<<20 {
			rounds = 6
		}
		for range rounds {
			b := make([]byte, size)
			ok = ok && zeroed(b)
			for i := range b {
				b[i] = 0xff
			}
		}
		fmt.Println(size, ok)
	}
	var head *page
	for i := range 300 {
		n := i
		head = &page{next: head, last: &n}
		head.data[i] = byte(i)
		if i%40 == 0 {
			runtime.GC()
		}
	}
	sum, count := 0, 0
	for p := head; p != nil; p = p.next {
		sum += *p.last
		count++
	}
	fmt.Println(count, sum)
	grid := make([][]*int, 200)
	for i := range grid {
		grid[i] = make([]*int, 10_000)
		for k := 0; k < len(grid[i]); k += 100 {
			v := i * k
			grid[i][k] = &v
		}
	}
	runtime.GC()
	bad := 0
	for i := range grid {
		for k := 0; k < len(grid[i]); k += 100 {
			if *grid[i][k] != i*k {
				bad++
			}
		}
	}
	fmt.Println("bad", bad)
}
