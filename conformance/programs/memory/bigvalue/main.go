// Large values of one type with pointers at both ends: marking them costs what the value costs, not its square, and
// finds both ends.
package main

import (
	"fmt"
	"runtime"
	"time"
)

type entry struct{ offset, length int32 }

type encoder struct {
	first *int
	table [1 << 21]entry
	last  *int
	rest  []entry
}

func number(n int) *int { return &n }

func main() {
	var keep []*encoder
	for i := range 3 {
		keep = append(keep, &encoder{first: number(i), last: number(-i), rest: make([]entry, 10+i)})
	}
	row := make([]encoder, 2)
	row[1].last = number(7)

	start := time.Now()
	for range 3 {
		runtime.GC()
	}
	fmt.Println("soon:", time.Since(start) < 5*time.Second)

	for range 1000 {
		number(-1)
	}
	for _, e := range keep {
		fmt.Println(*e.first, *e.last, len(e.rest))
	}
	fmt.Println(*row[1].last, row[0].last == nil)
}
