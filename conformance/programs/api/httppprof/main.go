// net/http/pprof from end to end: a server on the loopback interface hands out every profile and a trace, a client fetches
// them while the program works, and finds in them what the program does. With an argument, the answers are kept in that
// directory, for the tools that read them.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

var (
	kept [][]byte
	sum  int
)

//go:noinline
func hotLoop(until time.Time) {
	for time.Now().Before(until) {
		for i := range 100_000 {
			sum += i * i
		}
	}
}

//go:noinline
func keepsMemory() {
	for range 100 {
		kept = append(kept, make([]byte, 64<<10))
	}
}

//go:noinline
func waitsForChannel(c chan int) { <-c }

//go:noinline
func contends(mu *sync.Mutex, rounds int) {
	for range rounds {
		mu.Lock()
		time.Sleep(50 * time.Microsecond)
		mu.Unlock()
	}
}

var base string

// get fetches a page, and fails the program if that does not work.
func get(path string) []byte {
	resp, err := http.Get(base + path)
	if err != nil {
		fmt.Println(path, err)
		os.Exit(1)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || err != nil {
		fmt.Println(path, resp.Status, err, string(body))
	}
	return body
}

// unzipped is the content of a profile in the binary format.
func unzipped(profile []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(profile))
	if err != nil {
		fmt.Println("not a compressed profile:", err)
		return nil
	}
	data, err := io.ReadAll(r)
	if err != nil {
		fmt.Println(err)
	}
	return data
}

func keep(name string, data []byte) {
	if len(os.Args) > 1 {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), data, 0o644); err != nil {
			fmt.Println(err)
		}
	}
}

// check fetches a binary profile and looks for functions in it.
func check(name, query string, functions ...string) {
	data := get("/debug/pprof/" + name + query)
	keep(name+strings.TrimPrefix(query, "?seconds=")+".pb.gz", data)
	plain := unzipped(data)
	for _, f := range functions {
		fmt.Println(name, f, bytes.Contains(plain, []byte(f)))
	}
}

func text(path string, parts ...string) {
	page := string(get("/debug/pprof/" + path))
	for _, part := range parts {
		fmt.Printf("%s %q %v\n", path, part, strings.Contains(page, part))
	}
}

func main() {
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	runtime.MemProfileRate = 4096
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	base = "http://" + listener.Addr().String()

	c := make(chan int)
	for range 7 {
		go waitsForChannel(c)
	}
	go pprof.Do(context.Background(), pprof.Labels("who", "labelled"), func(context.Context) { waitsForChannel(c) })
	keepsMemory()
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 2 {
		all.Add(1)
		go func() {
			defer all.Done()
			contends(&mu, 100)
		}()
	}
	all.Wait()
	runtime.GC()
	runtime.GC()

	busy := func() { hotLoop(time.Now().Add(1500 * time.Millisecond)) }
	go busy()
	check("profile", "?seconds=1", "main.hotLoop")
	check("heap", "", "main.keepsMemory", "inuse_space", "alloc_objects")
	check("allocs", "", "main.keepsMemory", "alloc_space")
	check("goroutine", "", "main.waitsForChannel", "main.main", "labelled")
	check("block", "", "main.contends", "contentions")
	check("mutex", "", "main.contends", "delay")
	check("threadcreate", "", "threadcreate")
	go busy()
	trace := get("/debug/pprof/trace?seconds=0.5")
	keep("trace", trace)
	fmt.Println("trace", strings.HasPrefix(string(trace), "go 1.25 trace\x00"), bytes.Contains(trace, []byte("main.hotLoop")))
	// The difference of two moments.
	go busy()
	check("mutex", "?seconds=1")
	check("allocs", "?seconds=1")

	text("", "full goroutine stack dump", "/debug/pprof/", "threadcreate")
	text("goroutine?debug=1", "goroutine profile: total ", "7 @ 0x", "# labels: {\"who\":\"labelled\"}", "main.waitsForChannel+0x")
	text("goroutine?debug=2", "goroutine 1 [", "[chan receive]:\nmain.waitsForChannel(0x", "created by main.main in goroutine 1")
	text("heap?debug=1", "heap profile: ", "main.keepsMemory+0x", "# runtime.MemStats", "# NumGC = ")
	text("block?debug=1", "--- contention:\ncycles/second=", "main.contends+0x")
	text("mutex?debug=1", "--- mutex:\ncycles/second=", "sampling period=1", "main.contends+0x")
	text("threadcreate?debug=1", "threadcreate profile: total ")
	text("cmdline", filepath.Base(os.Args[0]))
	symbols := string(get(fmt.Sprintf("/debug/pprof/symbol?%#x", pcOf())))
	fmt.Println("symbol", strings.Contains(symbols, "num_symbols: 1"), strings.Contains(symbols, " main.pcOf\n"))
	resp, err := http.Get(base + "/debug/pprof/nonsense")
	if err == nil {
		body, _ := io.ReadAll(resp.Body)
		fmt.Printf("%s %q\n", resp.Status, body)
	}
	close(c)
}

// pcOf is an address in itself.
//
//go:noinline
func pcOf() uintptr {
	pc, _, _, _ := runtime.Caller(0)
	return pc
}
