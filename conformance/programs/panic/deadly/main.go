// How an unrecovered panic is printed: chains, values of every kind, methods called for the text.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

type str string
type num int
type flag bool
type cplx complex128
type point struct{ x, y int }
type ptrErr struct{ msg string }

func (e *ptrErr) Error() string { return "ptrErr " + e.msg }

type strer struct{}

func (strer) String() string { return "strer text" }

type bad struct{}

func (bad) Error() string { panic("in Error") }

type badErr struct{}

func (badErr) Error() string { panic(errors.New("error in Error")) }

type boom struct{}

func (boom) String() string { var m map[int]int; m[1] = 1; return "" }

func repanic(v any) {
	defer func() { panic(recover()) }()
	panic(v)
}

func main() {
	switch os.Args[1] {
	case "string":
		panic("text\nwith lines")
	case "named string":
		panic(str("text\nmore"))
	case "num":
		panic(num(-3))
	case "flag":
		panic(flag(true))
	case "complex":
		panic(cplx(1 + 2i))
	case "float":
		panic(1.5)
	case "float32":
		panic(float32(-0.25))
	case "rune":
		panic('x')
	case "uintptr":
		panic(uintptr(7))
	case "struct":
		panic(point{1, 2})
	case "pointer":
		panic(&point{1, 2})
	case "func":
		panic(main)
	case "slice":
		panic([]int{1})
	case "error":
		panic(errors.New("an error"))
	case "wrapped":
		panic(fmt.Errorf("wrapped: %w", os.ErrNotExist))
	case "ptrErr":
		panic(&ptrErr{"x"})
	case "stringer":
		panic(strer{})
	case "bad":
		panic(bad{})
	case "badErr":
		panic(badErr{})
	case "boom":
		panic(boom{})
	case "nil":
		panic(nil)
	case "nil error":
		var err error
		panic(err)
	case "second":
		defer func() { panic("second") }()
		panic("first")
	case "third":
		defer func() { panic("third") }()
		defer func() { panic(errors.New("second")) }()
		panic("first")
	case "recovered":
		defer func() { recover(); panic("after recover") }()
		panic("first")
	case "repanic":
		repanic("again")
	case "repanic error":
		repanic(errors.New("again"))
	case "repanic twice":
		defer func() { panic(recover()) }()
		repanic("again")
	case "repanic other":
		defer func() { panic(fmt.Sprint("wrapped ", recover())) }()
		panic("inner")
	case "goexit":
		go func() {
			defer func() { panic("in Goexit") }()
			runtime.Goexit()
		}()
		select {}
	case "deferred nil":
		defer func() { var p *point; p.x = 1 }()
		panic("first")
	case "goroutine":
		go panic("elsewhere")
		select {}
	case "goroutine closure":
		go func() { func() { panic("inside") }() }()
		select {}
	case "wrapper":
		var e *point
		var s interface{ Get() int } = e
		s.Get()
	case "method value":
		f := (&ptrErr{"mv"}).fail
		f(3, "abc")
	case "many args":
		manyArgs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	case "aggregates":
		aggregates([2]int{1, 2}, point{3, 4}, struct{ a, b [2]string }{}, "s", nil, [0]int{})
	case "generic":
		generic[int, string](1, "x")
	case "deep":
		deep(150)
	}
}

func (p point) Get() int { return p.x }

func (e *ptrErr) fail(n int, s string) { panic(e) }

//go:noinline
func manyArgs(a, b, c, d, e, f, g, h, i, j, k, l int) { panic("many") }

//go:noinline
func aggregates(a [2]int, p point, s struct{ a, b [2]string }, t string, e any, z [0]int) {
	panic("agg")
}

//go:noinline
func generic[A, B any](a A, b B) { panic(a) }

func deep(n int) int {
	if n == 0 {
		panic("deep")
	}
	return deep(n-1) + 1
}
