// runtime/trace: a trace of tasks, regions, logs, goroutines and system calls is read here, event by event, and holds what
// the program did; the flight recorder gives a trace of the same form.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/trace"
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
	evBatch       = 1
	evStacks      = 2
	evStack       = 3
	evStrings     = 4
	evString      = 5
	evCPUSamples  = 6
	evGoCreate    = 14
	evGoStart     = 16
	evGoDestroy   = 17
	evGoStop      = 19
	evGoBlock     = 20
	evGoUnblock   = 21
	evSyscall     = 22
	evGCBegin     = 29
	evGCEnd       = 30
	evTaskBegin   = 40
	evTaskEnd     = 41
	evRegionBegin = 42
	evRegionEnd   = 43
	evLog         = 44
	evSync        = 50
)

// A parsed trace: how many events of each kind, and the texts in its string tables.
type parsed struct {
	counts      [64]int
	generations map[uint64]bool
	texts       map[string]bool
	frames      int
}

func parse(b []byte) *parsed {
	t := &parsed{generations: map[uint64]bool{}, texts: map[string]bool{}}
	if string(b[:16]) != "go 1.25 trace\x00\x00\x00" {
		panic("bad header")
	}
	for r := (&wire.Reader{B: b[16:]}); len(r.B) > 0; {
		if kind := r.Byte(); kind != evBatch {
			panic(fmt.Sprint("batch expected, found ", kind))
		}
		t.generations[r.Number()] = true
		r.Number() // thread
		r.Number() // time
		t.batch(&wire.Reader{B: r.Data(r.Number())})
	}
	return t
}

func (t *parsed) batch(r *wire.Reader) {
	switch r.B[0] {
	case evStacks:
		r.Byte()
		for len(r.B) > 0 {
			t.stack(r)
		}
	case evStrings:
		r.Byte()
		for len(r.B) > 0 {
			r.Byte()
			r.Number()
			t.texts[string(r.Data(r.Number()))] = true
		}
	case evCPUSamples, evSync:
	default:
		for len(r.B) > 0 {
			kind := r.Byte()
			t.counts[kind]++
			for range args[kind] {
				r.Number()
			}
		}
	}
}

func (t *parsed) stack(r *wire.Reader) {
	r.Byte()
	r.Number()
	for range r.Number() {
		t.frames++
		for range 4 {
			r.Number()
		}
	}
}

const workers = 20

func work(ctx context.Context) {
	var all sync.WaitGroup
	for i := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			trace.WithRegion(ctx, "part of the work", func() {
				trace.Logf(ctx, "category", "message %d", i%2)
				c := make(chan int)
				go func() {
					time.Sleep(time.Millisecond)
					c <- 1
				}()
				<-c
				r, w, _ := os.Pipe()
				w.WriteString("x")
				var b [1]byte
				r.Read(b[:])
				r.Close()
				w.Close()
				runtime.Gosched()
			})
		}()
	}
	all.Wait()
	runtime.GC()
}

func (t *parsed) report() {
	fmt.Println("tasks", t.counts[evTaskBegin], t.counts[evTaskEnd])
	fmt.Println("regions", t.counts[evRegionBegin], t.counts[evRegionEnd])
	fmt.Println("logs", t.counts[evLog])
	fmt.Println("goroutines", t.counts[evGoCreate] >= 2*workers, t.counts[evGoDestroy] >= 2*workers)
	fmt.Println("starts", t.counts[evGoStart] >= 4*workers, "stops", t.counts[evGoStop] >= workers)
	fmt.Println("waits", t.counts[evGoBlock] >= 2*workers, t.counts[evGoUnblock] >= 2*workers)
	fmt.Println("system calls", t.counts[evSyscall] >= 2*workers)
	fmt.Println("collections", t.counts[evGCBegin] >= 1, t.counts[evGCEnd] >= 1)
	fmt.Println("stacks", t.frames > 0)
	for _, text := range []string{
		"a task", "part of the work", "category", "message 0", "message 1", "chan receive", "sleep",
		"main.work.func1.1", "main.work.func1.1.1",
	} {
		fmt.Println(text, t.texts[text])
	}
}

func traced() {
	var out bytes.Buffer
	fmt.Println(trace.IsEnabled(), trace.Start(&out), trace.IsEnabled())
	fmt.Println(trace.Start(&out))
	ctx, task := trace.NewTask(context.Background(), "a task")
	work(ctx)
	task.End()
	trace.Stop()
	trace.Stop()
	fmt.Println(trace.IsEnabled())
	parse(out.Bytes()).report()
}

func recorded() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: time.Minute})
	fmt.Println(recorder.Enabled(), recorder.Start(), recorder.Enabled())
	ctx, task := trace.NewTask(context.Background(), "a task")
	work(ctx)
	task.End()
	var first, second bytes.Buffer
	n, err := recorder.WriteTo(&first)
	fmt.Println(n == int64(first.Len()), err)
	parse(first.Bytes()).report()
	work(context.Background())
	_, err = recorder.WriteTo(&second)
	t := parse(second.Bytes())
	fmt.Println(err, t.counts[evRegionBegin], len(t.generations) >= 2)
	recorder.Stop()
	_, err = recorder.WriteTo(&second)
	fmt.Println(err)
}

// died is the trace of a program that died of a panic: what came before the panic is in it.
func died() {
	cmd := exec.Command(os.Args[0], "panic")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	fmt.Println(err, bytes.Contains(out.Bytes(), []byte("last words")), bytes.HasPrefix(errs.Bytes(), []byte("panic: enough\n")))
}

func main() {
	if len(os.Args) > 1 {
		trace.Start(os.Stdout)
		trace.Log(context.Background(), "category", "last words")
		panic("enough")
	}
	died()
	traced()
	recorded()
	// Again and again, beside goroutines that come and go.
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				go func() { time.Sleep(time.Microsecond) }()
				time.Sleep(10 * time.Microsecond)
			}
		}
	}()
	for range 20 {
		var out bytes.Buffer
		if err := trace.Start(&out); err != nil {
			fmt.Println(err)
		}
		time.Sleep(time.Millisecond)
		trace.Stop()
		parse(out.Bytes())
	}
	close(stop)
	fmt.Println("done")
}
