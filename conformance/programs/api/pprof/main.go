// runtime/pprof: goroutine profiles with labels; the other profiles can be asked for.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"time"
)

//go:noinline
func waitHere(ch chan int) { <-ch }

func main() {
	ch := make(chan int)
	for range 5 {
		go waitHere(ch)
	}
	pprof.Do(context.Background(), pprof.Labels("who", "labelled"), func(context.Context) {
		go waitHere(ch)
	})
	time.Sleep(10 * time.Millisecond)

	var out bytes.Buffer
	fmt.Println(pprof.Lookup("goroutine").WriteTo(&out, 1))
	text := out.String()
	fmt.Println(strings.Contains(text, "goroutine profile: total 7"))
	fmt.Println(strings.Contains(text, "main.waitHere"), strings.Contains(text, "main.main"), strings.Contains(text, `"who":"labelled"`))
	out.Reset()
	fmt.Println(pprof.Lookup("goroutine").WriteTo(&out, 2), strings.Count(out.String(), "main.waitHere("))
	out.Reset()
	fmt.Println(pprof.Lookup("goroutine").WriteTo(&out, 0), out.Len() > 100)

	records := make([]runtime.StackRecord, 100)
	n, ok := runtime.GoroutineProfile(records)
	fmt.Println(n, ok)
	found := 0
	for _, r := range records[:n] {
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			if f.Function == "main.waitHere" {
				found++
			}
			if !more {
				break
			}
		}
	}
	fmt.Println(found)
	n, ok = runtime.GoroutineProfile(nil)
	fmt.Println(n, ok)

	var names []string
	for _, p := range pprof.Profiles() {
		names = append(names, p.Name())
	}
	sort.Strings(names)
	fmt.Println(names)
	for _, name := range names {
		if err := pprof.Lookup(name).WriteTo(io.Discard, 0); err != nil {
			fmt.Println(name, err)
		}
	}
	fmt.Println(pprof.StartCPUProfile(&out))
	fmt.Println(pprof.StartCPUProfile(&out) != nil)
	time.Sleep(50 * time.Millisecond)
	pprof.StopCPUProfile()
	fmt.Println(pprof.WriteHeapProfile(io.Discard))

	mine := pprof.NewProfile("mine")
	mine.Add(1, 0)
	fmt.Println(mine.Count())
	close(ch)
}
