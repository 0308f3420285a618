// runtime/metrics: what a program does shows in the figures, and the classes of processor time add up.
package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

func read() map[string]metrics.Value {
	var samples []metrics.Sample
	for _, d := range metrics.All() {
		samples = append(samples, metrics.Sample{Name: d.Name})
	}
	metrics.Read(samples)
	values := map[string]metrics.Value{}
	for _, s := range samples {
		values[s.Name] = s.Value
	}
	return values
}

func count(v metrics.Value) (n uint64) {
	for _, c := range v.Float64Histogram().Counts {
		n += c
	}
	return n
}

var live [][]*int

func main() {
	runtime.GOMAXPROCS(2)
	before := read()

	// Many short waits for mutexes: stock measures every eighth, or so, and takes the rest to be alike.
	var mu sync.Mutex
	var rw sync.RWMutex
	for range 64 {
		for _, l := range []sync.Locker{&mu, &rw} {
			l.Lock()
			time.AfterFunc(2*time.Millisecond, l.Unlock)
			l.Lock()
			l.Unlock()
		}
	}

	// Switches, of which every eighth is measured, or so.
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v
		}
	}()
	for i := range 40_000 {
		there <- i
		<-back
	}

	// Collections with something to scan, some of them without being asked.
	for range 2000 {
		pointers := make([]*int, 1000)
		for i := range pointers {
			pointers[i] = new(int)
		}
		live = append(live, pointers)
	}
	runtime.GC()
	var stats runtime.MemStats
	for range 10 {
		runtime.ReadMemStats(&stats) // stops the world
	}
	var room [1]runtime.StackRecord
	for range 10 {
		runtime.GoroutineProfile(room[:]) // stops it too, though the room is too small
	}
	time.Sleep(20 * time.Millisecond)

	after := read()
	more := func(name string, least, most float64) {
		d := after[name].Float64() - before[name].Float64()
		fmt.Println(name, d >= least && d <= most)
		if d < least || d > most {
			fmt.Println("is", d)
		}
	}
	more("/sync/mutex/wait/total:seconds", 0.05, 60)
	more("/cpu/classes/idle:cpu-seconds", 0, 600)
	more("/cpu/classes/gc/total:cpu-seconds", 1e-6, 600)
	more("/cpu/classes/gc/pause:cpu-seconds", 1e-9, 600)
	more("/cpu/classes/user:cpu-seconds", 0, 600)

	f := func(name string) float64 { return after["/cpu/classes/"+name+":cpu-seconds"].Float64() }
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(a, b) }
	fmt.Println("collector", same(f("gc/total"), f("gc/mark/assist")+f("gc/mark/dedicated")+f("gc/mark/idle")+f("gc/pause")))
	fmt.Println("total", same(f("total"), f("gc/total")+f("idle")+f("scavenge/total")+f("user")))

	n := func(name string) uint64 { return after[name].Uint64() }
	fmt.Println("scanned", n("/gc/scan/heap:bytes") > 8_000_000, n("/gc/scan/globals:bytes") > 0, n("/gc/scan/stack:bytes") > 0)
	fmt.Println("scanned", n("/gc/scan/total:bytes") == n("/gc/scan/heap:bytes")+n("/gc/scan/globals:bytes")+n("/gc/scan/stack:bytes"))

	fmt.Println("latencies", count(after["/sched/latencies:seconds"])-count(before["/sched/latencies:seconds"]) >= 5000)
	for _, kind := range []string{"gc", "other"} {
		total, stopping := "/sched/pauses/total/"+kind+":seconds", "/sched/pauses/stopping/"+kind+":seconds"
		grown := count(after[total]) - count(before[total])
		fmt.Println(kind, "stops", grown >= map[string]uint64{"gc": 2, "other": 20}[kind], grown == count(after[stopping])-count(before[stopping]))
	}
}
