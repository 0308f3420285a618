// The form of a traceback: inlined frames, arguments, methods, closures, generics, wrappers, GOTRACEBACK.
package main

import (
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"
)

type inner struct{ n int }
type outer struct {
	inner
	name string
}
type doer interface{ do(string, []int) }

func (i inner) do(s string, v []int)   { panic("in method " + s) }
func (i *inner) ptr(s string, v []int) { panic("in pointer method " + s) }

func inlined(n int) int { return helper(n) + 1 }
func helper(n int) int {
	if n > 0 {
		panic("inlined twice")
	}
	return n
}

//go:noinline
func manyArgs(a int, b string, c []byte, d float64, e any, f error, g [2]int, h, i, j, k, l int) {
	panic("many")
}

//go:noinline
func variadic(v ...any) { panic("variadic") }

type list[T any] struct{ items []T }

//go:noinline
func (l *list[T]) fail() { panic("generic method") }

type sorter struct{ sort.IntSlice }

func (s sorter) Less(i, j int) bool { panic("from std") }

var cases = map[string]func(){
	"inlined":   func() { inlined(1) },
	"many":      func() { manyArgs(1, "two", []byte{3}, 4, 5, nil, [2]int{6, 7}, 8, 9, 10, 11, 12) },
	"variadic":  func() { variadic(1, "2") },
	"embedded":  func() { outer{inner{1}, "x"}.do("a", nil) },
	"interface": func() { var d doer = &outer{inner{1}, "x"}; d.do("b", []int{1}) },
	"pointer":   func() { (&outer{}).ptr("c", nil) },
	"value":     func() { f := outer{}.do; f("d", nil) },
	"express":   func() { f := doer.do; f(outer{}, "e", nil) },
	"generic":   func() { (&list[string]{}).fail() },
	"std":       func() { sort.Sort(sorter{sort.IntSlice{2, 1}}) },
	"stdmap":    func() { strings.Map(func(r rune) rune { panic("from Map") }, "x") },
	"once":      func() { var o sync.Once; o.Do(func() { panic("in once") }) },
	"afterfunc": func() { time.AfterFunc(time.Millisecond, func() { panic("timer") }); time.Sleep(time.Hour) },
	"closures":  func() { func() { func() { panic("nested closure") }() }() },
	"deferred":  func() { defer func() { panic("from defer") }() },
	"others": func() {
		for range 3 {
			go func() { select {} }()
		}
		time.Sleep(5 * time.Millisecond)
		panic("with others")
	},
	"level": func() {
		debug.SetTraceback("all")
		go func() { select {} }()
		time.Sleep(2 * time.Millisecond)
		panic("all")
	},
	"none":   func() { panic("quiet") },
	"exitOS": func() { panic("crash") },
}

func main() { cases[os.Args[1]]() }
