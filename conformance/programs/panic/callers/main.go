// runtime.Callers, Caller, CallersFrames, FuncForPC and Stack: names, lines, inlining, generics, wrappers, panics.
package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

func show(skip int) {
	pcs := make([]uintptr, 30)
	n := runtime.Callers(skip, pcs)
	frames := runtime.CallersFrames(pcs[:n])
	for {
		f, more := frames.Next()
		own := !strings.HasPrefix(f.Function, "runtime.")
		if own {
			same := f.Func == nil || f.Func.Name() == f.Function && f.Func.Entry() == f.Entry
			fmt.Println(" ", f.Function, filepath.Base(f.File), f.Line, f.Func == nil, same, f.PC >= f.Entry)
		}
		if !more {
			break
		}
	}
}

func inlined1(skip int) { inlined2(skip) }
func inlined2(skip int) { show(skip) }

//go:noinline
func notInlined(skip int) { inlined1(skip) }

type G[T any] struct{ v T }

func (g G[T]) Method(skip int)   { show(skip) }
func (g *G[T]) Pointer(skip int) { notInlined(skip) }

func generic[K comparable, V any](m map[K]V, skip int) {
	for range m {
		show(skip)
		return
	}
}

type value struct{}

func (value) Call(skip int) { show(skip) }

type caller interface{ Call(int) }

type embeds struct{ value }

func where() string {
	_, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(filepath.Base(file), ":", line, " ", ok)
}

func whereInlined() string { return where() }

var offsets = regexp.MustCompile(`0x[0-9a-f]+|goroutine \d+`)

func stackText() {
	buf := make([]byte, 8192)
	text := offsets.ReplaceAllString(string(buf[:runtime.Stack(buf, false)]), "X")
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "\t") {
			line = filepath.Base(line)
		}
		fmt.Println("  |", line)
	}
}

//go:noinline
func withArgs(a int, s string, f float64, xs []int, p *int, e any) { stackText() }

func names() {
	for _, f := range []any{names, inlined1, G[int].Method, (*G[string]).Pointer, value.Call, func() {}, fmt.Println, strings.Repeat} {
		fn := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
		file, line := fn.FileLine(fn.Entry())
		fmt.Println(" ", fn.Name(), filepath.Base(file), line)
	}
	fmt.Println(runtime.FuncForPC(0) == nil, runtime.FuncForPC(1) == nil)
}

func main() {
	for skip := range 5 {
		fmt.Println("skip", skip)
		notInlined(skip)
	}
	fmt.Println("generic")
	G[int]{1}.Method(0)
	(&G[string]{"x"}).Pointer(0)
	generic(map[string]int{"a": 1}, 1)
	fmt.Println("wrappers")
	var c caller = &value{}
	c.Call(1)
	c = embeds{}
	c.Call(1)
	c = &embeds{}
	c.Call(1)
	f := c.Call
	f(1)
	reflect.ValueOf(value{}).Method(0).Call([]reflect.Value{reflect.ValueOf(1)})
	fmt.Println("closures")
	func() {
		defer func() { show(1) }()
		func() { show(1) }()
	}()
	fmt.Println("panic")
	func() {
		defer func() { recover(); show(1) }()
		defer func() { show(1) }()
		var p *int
		*p = 1
	}()
	fmt.Println(where(), whereInlined())
	_, _, _, ok := runtime.Caller(100)
	fmt.Println(ok)
	stackText()
	x := 1
	withArgs(7, "abc", 1.5, []int{1, 2}, &x, "e")
	done := make(chan bool)
	go func() { stackText(); close(done) }()
	<-done
	names()
	fmt.Println(len(debug.Stack()) > 100, runtime.Callers(0, nil), runtime.Callers(1000, make([]uintptr, 4)))
}
