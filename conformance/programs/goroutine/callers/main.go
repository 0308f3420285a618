// runtime.Caller, Callers, CallersFrames, FuncForPC, Stack, debug.Stack.
package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

type thing struct{}

//go:noinline
func (t *thing) method(depth int) []uintptr {
	if depth > 0 {
		return t.method(depth - 1)
	}
	pcs := make([]uintptr, 32)
	return pcs[:runtime.Callers(0, pcs)]
}

func inlinedOuter() (string, int) { return inlinedInner() }
func inlinedInner() (string, int) {
	pc, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(runtime.FuncForPC(pc).Name(), " ", filepath.Base(file), " ", ok), line
}

func generic[T any](T) string {
	pc, _, _, _ := runtime.Caller(0)
	return runtime.FuncForPC(pc).Name()
}

func show(pcs []uintptr) {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			fmt.Println(" ", f.Function, filepath.Base(f.File), f.Line, f.Entry != 0, f.Func != nil)
		}
		if !more {
			break
		}
	}
}

var hex = regexp.MustCompile(`0x[0-9a-f]+`)
var goid = regexp.MustCompile(`goroutine \d+`)

func clean(stack []byte) string {
	stack = hex.ReplaceAll(stack, []byte("0x"))
	stack = goid.ReplaceAll(stack, []byte("goroutine N"))
	var out []string
	for _, line := range strings.Split(string(stack), "\n") {
		if i := strings.LastIndex(line, "/"); strings.HasPrefix(line, "\t") && i > 0 {
			line = "\t" + line[i+1:]
			if strings.HasPrefix(line, "\tstack.go") {
				line = "\tstack.go"
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func main() {
	show((&thing{}).method(3))
	fmt.Println(inlinedOuter())
	fmt.Println(generic(1), generic("s"), generic(thing{}))
	func() {
		pc, file, line, ok := runtime.Caller(0)
		fmt.Println(runtime.FuncForPC(pc).Name(), filepath.Base(file), line, ok)
	}()
	defer func() {
		r := recover()
		pcs := make([]uintptr, 32)
		fmt.Println(r)
		show(pcs[:runtime.Callers(0, pcs)])
		_, _, _, ok := runtime.Caller(1000)
		fmt.Println("too deep", ok)
		fmt.Println(runtime.FuncForPC(0) == nil, runtime.FuncForPC(12345) == nil)
	}()
	fmt.Println(clean(debug.Stack()))
	buf := make([]byte, 1<<16)
	done := make(chan bool)
	go func() { <-done }()
	time.Sleep(10 * time.Millisecond)
	all := buf[:runtime.Stack(buf, true)]
	fmt.Println("goroutines in dump:", bytes.Count(all, []byte("goroutine ")) >= 2, bytes.Contains(all, []byte("[chan receive]")))
	one := buf[:runtime.Stack(buf, false)]
	fmt.Println(clean(one))
	small := make([]byte, 20)
	fmt.Println(runtime.Stack(small, false))
	close(done)
	var s []int
	_ = s[len(buf)-1<<16+3]
}
