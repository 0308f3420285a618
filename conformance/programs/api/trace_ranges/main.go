// runtime/trace: stops of the world with their reasons, sweeps, assists of the collector, coroutines that switch directly,
// and the stacks of goroutines that have waited since before the trace began.
package main

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/trace"
	"strings"
	"sync"
	"time"

	"goxide.test/conformance/wire"
)

// args is the number of arguments by kind of event, from the format's description.
var args = [...]int{
	9: 3, 3, 1, 4, 3, 4, 2, 3, 1, 1, 3, 3, 4, 3, 1, 1, 4, 3, 1, 2, 3, 2, 2, 2, 3, 2, 2, 1, 2, 2, 2, 5, 3, 4, 4, 5, 3, 3,
	4, 5, 0, 0, 4,
}

const (
	evBatch         = 1
	evProcsChange   = 9
	evStacks        = 2
	evStrings       = 4
	evCPUSamples    = 6
	evStwBegin      = 26
	evStwEnd        = 27
	evGCBegin       = 29
	evSweepBegin    = 32
	evSweepEnd      = 33
	evAssistBegin   = 35
	evAssistEnd     = 36
	evSwitch        = 45
	evSwitchDestroy = 46
	evStatusStack   = 48
	evSync          = 50
)

type event struct {
	kind byte
	args []uint64
}

// A trace, with the texts of its tables in the place of their numbers.
type parsed struct {
	counts       [64]int
	procs        bool // a change of GOMAXPROCS stands below the names that tools look for
	stops        map[string]int
	parked       []string // functions in the stacks of status events
	marking      []string // stacks where marking begins
	swept, freed uint64
	freedNoMore  bool // never more freed than swept
}

// The tables and events of a generation.
type generation struct {
	events  []event
	strings map[uint64]string
	stacks  map[uint64][]uint64 // functions, by the number of their names
}

func (g *generation) batch(r *wire.Reader) {
	switch r.B[0] {
	case evStacks:
		for r.Byte(); len(r.B) > 0; {
			r.Byte()
			id := r.Number()
			for range r.Number() {
				r.Number() // PC
				g.stacks[id] = append(g.stacks[id], r.Number())
				r.Number() // file
				r.Number() // line
			}
		}
	case evStrings:
		for r.Byte(); len(r.B) > 0; {
			r.Byte()
			id := r.Number()
			g.strings[id] = string(r.Data(r.Number()))
		}
	case evCPUSamples, evSync:
	default:
		for len(r.B) > 0 {
			e := event{kind: r.Byte()}
			for range args[e.kind] {
				e.args = append(e.args, r.Number())
			}
			g.events = append(g.events, e)
		}
	}
}

func parse(b []byte) *parsed {
	generations := map[uint64]*generation{}
	for r := (&wire.Reader{B: b[16:]}); len(r.B) > 0; {
		if kind := r.Byte(); kind != evBatch {
			panic(fmt.Sprint("batch expected, found ", kind))
		}
		id := r.Number()
		g := generations[id]
		if g == nil {
			g = &generation{strings: map[uint64]string{}, stacks: map[uint64][]uint64{}}
			generations[id] = g
		}
		r.Number() // thread
		r.Number() // time
		g.batch(&wire.Reader{B: r.Data(r.Number())})
	}
	t := &parsed{stops: map[string]int{}, freedNoMore: true}
	for _, g := range generations {
		for _, e := range g.events {
			t.add(g, e)
		}
	}
	return t
}

func (t *parsed) add(g *generation, e event) {
	t.counts[e.kind]++
	switch e.kind {
	case evStwBegin:
		t.stops[g.strings[e.args[1]]]++
	case evProcsChange:
		var calls []string
		for _, f := range g.stacks[e.args[2]] {
			calls = append(calls, g.strings[f])
		}
		t.procs = t.procs || strings.HasPrefix(strings.Join(calls, " "), "runtime.startTheWorld runtime.startTheWorldGC runtime.GOMAXPROCS main.")
	case evGCBegin:
		var calls []string
		for _, f := range g.stacks[e.args[2]] {
			calls = append(calls, g.strings[f])
		}
		t.marking = append(t.marking, strings.Join(calls, " "))
	case evSweepEnd:
		t.swept += e.args[1]
		t.freed += e.args[2]
		t.freedNoMore = t.freedNoMore && e.args[2] <= e.args[1]
	case evStatusStack:
		for _, f := range g.stacks[e.args[4]] {
			t.parked = append(t.parked, g.strings[f])
		}
	}
}

func (t *parsed) isParked(name string) bool {
	for _, f := range t.parked {
		if f == name {
			return true
		}
	}
	return false
}

type node struct {
	next *node
	data [6]uintptr
}

// burn allocates on several goroutines beside live data, until done says so.
func burn(done func() bool) {
	var live *node
	for range 400_000 {
		live = &node{next: live}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			var kept [256]*node
			for i := 0; !done(); i++ {
				for range 1000 {
					n := &node{next: kept[i%256]}
					if i%16 == 0 {
						n.next = nil
					}
					kept[i%256] = n
				}
				kept[i%256] = nil
			}
		}()
	}
	all.Wait()
	runtime.KeepAlive(live)
}

func waitsForSend(c chan int)      { <-c }
func waitsForUnlock(m *sync.Mutex) { m.Lock(); m.Unlock() }

func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// pulled adds up a sequence that ends, and stops one that does not.
func pulled() int {
	sum := 0
	next, stop := iter.Pull(numbers(100))
	for i, ok := next(); ok; i, ok = next() {
		sum += i
	}
	stop()
	next, stop = iter.Pull(numbers(1_000_000))
	for range 50 {
		i, _ := next()
		sum += i
	}
	stop()
	return sum
}

func traced(work func()) *parsed {
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		panic(err)
	}
	work()
	trace.Stop()
	return parse(out.Bytes())
}

func stops() {
	var ms runtime.MemStats
	buf := make([]byte, 1<<16)
	var live *node // so much that it is not marked in a single stop
	for range 20_000 {
		live = &node{next: live}
	}
	t := traced(func() {
		runtime.GC()
		runtime.ReadMemStats(&ms)
		runtime.Stack(buf, true)
		n := runtime.GOMAXPROCS(0)
		runtime.GOMAXPROCS(n + 1)
		runtime.GOMAXPROCS(n)
		metrics.Read([]metrics.Sample{{Name: "/memory/classes/total:bytes"}})
	})
	runtime.KeepAlive(live)
	for _, why := range []string{"start trace", "read mem stats", "all goroutines stack trace"} {
		fmt.Println(why, t.stops[why])
	}
	fmt.Println("GOMAXPROCS", t.stops["GOMAXPROCS"], t.procs)
	fmt.Println("a collection's two stops", t.stops["GC sweep termination"] >= 1, t.stops["GC mark termination"] >= 1)
	fmt.Println("marking begins in", strings.Join(t.marking, ", "))
	fmt.Println("ends", t.counts[evStwBegin] == t.counts[evStwEnd])
}

func coroutines() {
	sum := 0
	t := traced(func() { sum = pulled() })
	fmt.Println(sum, "switches", t.counts[evSwitch], "ends", t.counts[evSwitchDestroy])
}

func collector() {
	debug.SetGCPercent(20)
	defer debug.SetGCPercent(100)
	begun := time.Now()
	var once sync.Once
	ended := false
	t := traced(func() {
		burn(func() bool {
			once.Do(func() { begun = time.Now() })
			return time.Since(begun) > 500*time.Millisecond || ended
		})
	})
	fmt.Println("assists", t.counts[evAssistBegin] >= 1, t.counts[evAssistEnd] >= 1)
	fmt.Println("sweeps", t.counts[evSweepBegin] >= 1, t.counts[evSweepBegin]-t.counts[evSweepEnd])
	fmt.Println("bytes", t.swept > 0, t.freed > 0, t.freedNoMore)
}

func parked() {
	c := make(chan int)
	var m sync.Mutex
	m.Lock()
	for range 100 {
		go waitsForSend(c)
		go waitsForUnlock(&m)
	}
	time.Sleep(20 * time.Millisecond)
	t := traced(func() { time.Sleep(time.Millisecond) })
	fmt.Println("parked goroutines", t.isParked("main.waitsForSend"), t.isParked("main.waitsForUnlock"))
	fmt.Println("not parked", t.isParked("main.burn"))
	// They go on under a trace, too.
	t = traced(func() {
		close(c)
		m.Unlock()
		for runtime.NumGoroutine() > 2 {
			time.Sleep(time.Millisecond)
		}
	})
	fmt.Println("done", t.counts[17] >= 200)
}

func main() {
	stops()
	coroutines()
	collector()
	parked()
}
