// The heap profile counts what is allocated: exactly at rate 1, within 5 % when it samples.
package main

import (
	"fmt"
	"math"
	"runtime"
	"strings"
)

var (
	keep  []any
	small *[48]byte
	boxed *[16]*int
	page  *[16384]byte
	odd   *[17408]byte
	large *[40000]byte
)

//go:noinline
func before(n int) {
	for range n {
		small = new([48]byte)
		boxed = new([16]*int)
	}
}

//go:noinline
func every(n int) {
	for range n {
		small = new([48]byte)
		boxed = new([16]*int)
	}
}

//go:noinline
func kept(n int) {
	for range n {
		keep = append(keep, new([300]byte))
	}
}

//go:noinline
func sampledSmall(n int) {
	for range n {
		small = new([48]byte)
	}
}

//go:noinline
func sampledBoxed(n int) {
	for range n {
		boxed = new([16]*int)
	}
}

//go:noinline
func sampledMixed(n int) {
	for range n {
		odd = new([17408]byte)
		page = new([16384]byte)
		large = new([40000]byte)
		runtime.Gosched()
	}
}

type figures struct{ allocBytes, allocs, inUse int64 }

// of sums the records by the line of the frame of function name that allocated.
func of(name string) map[int]figures {
	runtime.GC()
	runtime.GC()
	n, _ := runtime.MemProfile(nil, true)
	records := make([]runtime.MemProfileRecord, n+50)
	n, ok := runtime.MemProfile(records, true)
	if !ok {
		panic("profile grew")
	}
	sums := map[int]figures{}
	for _, r := range records[:n] {
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			if strings.HasSuffix(f.Function, "."+name) {
				s := sums[f.Line]
				s.allocBytes += r.AllocBytes
				s.allocs += r.AllocObjects
				s.inUse += r.InUseObjects()
				sums[f.Line] = s
				break
			}
			if !more {
				break
			}
		}
	}
	return sums
}

func show(name string) {
	sums := of(name)
	for line := range 100 {
		if s, ok := sums[line]; ok {
			fmt.Println(name, s.allocs, s.allocBytes, s.inUse)
		}
	}
}

func near(name string, want int64) {
	sums := of(name)
	for line := range 100 {
		s, ok := sums[line]
		if !ok {
			continue
		}
		size := float64(s.allocBytes) / float64(s.allocs)
		scaled := float64(s.allocs) / (1 - math.Exp(-size/float64(runtime.MemProfileRate)))
		if off := scaled/float64(want) - 1; math.Abs(off) > 0.05 {
			fmt.Printf("%s of %.0f bytes: %.0f for %d, off by %.1f %%\n", name, size, scaled, want, off*100)
		}
	}
	fmt.Println(name, len(sums), "sites")
}

func main() {
	runtime.MemProfileRate = 0
	before(1000) // leaves the allocator in the middle of its work
	runtime.MemProfileRate = 1
	every(777)
	kept(100)
	runtime.MemProfileRate = 0
	small, boxed = nil, nil
	show("every")
	show("kept")

	runtime.MemProfileRate = 4096
	sampledSmall(2_000_000)
	sampledBoxed(500_000)
	runtime.MemProfileRate = 16384
	sampledMixed(30_000)
	rate := runtime.MemProfileRate
	runtime.MemProfileRate = 4096
	near("sampledSmall", 2_000_000)
	near("sampledBoxed", 500_000)
	runtime.MemProfileRate = rate
	near("sampledMixed", 30_000)
	runtime.KeepAlive(keep)
}
