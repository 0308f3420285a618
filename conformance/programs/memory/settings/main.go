// Settings of GODEBUG that say how memory is given back, how collections run, how deep profiles are: what a program sees
// of them.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"
	"unsafe"
)

// mapping is the line of /proc/self/maps that covers the address: access rights.
func mapping(at uintptr) string {
	maps, _ := os.ReadFile("/proc/self/maps")
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var rights string
		fmt.Sscanf(line, "%x-%x %s", &from, &to, &rights)
		if from <= at && at < to {
			return rights
		}
	}
	return "none"
}

// resident is how much memory the process has, in MiB.
func resident() int {
	var pages, all int
	statm, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(statm), &all, &pages)
	return pages * os.Getpagesize() >> 20
}

const size = 64 << 20

//go:noinline
func filled() uintptr {
	b := make([]byte, size)
	for i := range b {
		b[i] = 1
	}
	return uintptr(unsafe.Pointer(unsafe.SliceData(b)))
}

// givenBack: an object of 64 MiB is gone and its memory with the system; what is allocated next reads as zero.
func givenBack() {
	at := filled() + size/2
	before := resident()
	debug.FreeOSMemory()
	fmt.Println("much less resident", resident() < before-size>>21, "access", mapping(at))
	again := make([]byte, size)
	sum := 0
	for i := range again {
		sum += int(again[i])
		again[i] = 2
	}
	fmt.Println("sum", sum, "access", mapping(uintptr(unsafe.Pointer(&again[size/2]))))
	runtime.KeepAlive(again)
}

type node struct {
	next  *node
	value [4]int
}

// collections: lists that change while they are collected lose nothing.
func collections() {
	var lists [64]*node
	for i := range 400_000 {
		n := &node{value: [4]int{i}}
		l := &lists[i%len(lists)]
		n.next = *l
		if i%1000 == 0 {
			*l = nil
		} else {
			*l = n
		}
	}
	for i := range lists {
		n := 0
		for at := lists[i]; at != nil; at = at.next {
			n++
		}
		fmt.Print(n, " ")
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.NumGC > 0)
}

//go:noinline
func deep(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	deep(n-1, f)
}

// depths: how many frames the deepest stack of each profile has.
func depths() {
	const frames = 400
	runtime.SetBlockProfileRate(1)
	c := make(chan bool)
	stop := make(chan bool)
	go deep(frames, func() {
		time.Sleep(20 * time.Millisecond) // the receiver waits, and notes it before it goes on
		c <- true
		<-stop
	})
	deep(frames, func() { <-c })
	var records [100]runtime.BlockProfileRecord
	deepest := 0
	n, _ := runtime.BlockProfile(records[:])
	for i := range n {
		deepest = max(deepest, len(records[i].Stack()))
	}
	fmt.Println("block", deepest)
	var out bytes.Buffer
	pprof.Lookup("block").WriteTo(&out, 1)
	fmt.Println("block", deepestIn(out.String()))
	out.Reset()
	pprof.Lookup("goroutine").WriteTo(&out, 1)
	fmt.Println("goroutine", deepestIn(out.String()))
	close(stop)
}

// deepestIn is the number of PCs of the deepest stack in a profile's text.
func deepestIn(profile string) int {
	deepest := 0
	for line := range strings.Lines(profile) {
		if _, pcs, ok := strings.Cut(line, " @ "); ok {
			deepest = max(deepest, len(strings.Fields(pcs)))
		}
	}
	return deepest
}

func main() {
	switch os.Args[1] {
	case "back":
		givenBack()
	case "collections":
		collections()
	case "depths":
		depths()
	}
}
