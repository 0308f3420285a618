// After a load has ended, the memory of what it freed goes back to the system, without anybody asking for it; and an idle
// program then sleeps.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"
)

var keep [][]byte

// resident is the process's resident memory in MiB.
func resident() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kib); n == 1 {
			return kib >> 10
		}
	}
	panic("no VmRSS")
}

func load() {
	for range 200 {
		b := make([]byte, 1<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		keep = append(keep, b)
	}
}

// agree checks the sums that must agree.
func agree(when string) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	sum := m.HeapSys + m.StackSys + m.MSpanSys + m.MCacheSys + m.BuckHashSys + m.GCSys + m.OtherSys
	if sum != m.Sys {
		fmt.Println(when, "Sys", m.Sys, "is not the sum", sum)
	}
	if m.HeapIdle+m.HeapInuse != m.HeapSys || m.HeapReleased > m.HeapIdle {
		fmt.Println(when, "idle", m.HeapIdle, "in use", m.HeapInuse, "sys", m.HeapSys, "released", m.HeapReleased)
	}
	values := map[string]uint64{}
	var samples []metrics.Sample
	for _, d := range metrics.All() {
		if strings.HasPrefix(d.Name, "/memory/classes/") {
			samples = append(samples, metrics.Sample{Name: d.Name})
		}
	}
	metrics.Read(samples)
	classes := uint64(0)
	for _, s := range samples {
		values[s.Name] = s.Value.Uint64()
		if s.Name != "/memory/classes/total:bytes" {
			classes += s.Value.Uint64()
		}
	}
	if total := values["/memory/classes/total:bytes"]; total != classes {
		fmt.Println(when, "total", total, "is not the sum", classes)
	}
}

// switches is how often threads of the process went to sleep.
func switches() int {
	n := 0
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		text, _ := os.ReadFile("/proc/self/task/" + t.Name() + "/status")
		for line := range strings.Lines(string(text)) {
			var k int
			if ok, _ := fmt.Sscanf(line, "voluntary_ctxt_switches: %d", &k); ok == 1 {
				n += k
			}
		}
	}
	return n
}

// onGoxide tells the runtimes apart: stock's scavenger now and then waits for another collection.
func onGoxide() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "goxide" {
			return true
		}
	}
	return false
}

func main() {
	load()
	agree("loaded")
	fmt.Println("loaded", resident() >= 200)
	keep = nil
	runtime.GC()
	agree("collected")
	fell := false
	for range 300 {
		time.Sleep(100 * time.Millisecond)
		if resident() < 60 {
			fell = true
			break
		}
	}
	fmt.Println("fell by itself", fell || !onGoxide())
	agree("fallen")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("released", m.HeapReleased >= 120<<20 || !onGoxide())

	quiet := 0
	for range 40 {
		before := switches()
		time.Sleep(time.Second)
		quiet = switches() - before
		if quiet < 60 {
			break
		}
	}
	fmt.Println("sleeps", quiet < 60)

	load()
	keep = nil
	debug.FreeOSMemory()
	fmt.Println("at once", resident() < 60)
	agree("freed")
}
