// Every run-time error, unrecovered: text, exit code 2 and traceback. The argument names the error.
package main

import (
	"fmt"
	"os"
	"strings"
	"unsafe"
)

type point struct{ x, y int }

type big struct {
	pad  [1 << 20]byte
	tail int
}

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

var (
	zero   int
	five   = 5
	minus  = -1
	nilPtr *point
	nilBig *big
	nilMap map[string]int
	ints   = []int{1, 2, 3}
	word   = "abc"
	array  = [4]int{1, 2, 3, 4}
	empty  any
	sink   any
)

var cases = map[string]func(){
	"nil-read":          func() { sink = nilPtr.y },
	"nil-write":         func() { nilPtr.x = 1 },
	"nil-far":           func() { sink = nilBig.tail },
	"nil-func":          func() { var f func(); f() },
	"nil-interface":     func() { var s shape; sink = s.area() },
	"nil-method":        func() { var s *square; sink = s.area() },
	"nil-map":           func() { nilMap["a"] = 1 },
	"index-slice":       func() { sink = ints[five] },
	"index-negative":    func() { sink = ints[minus] },
	"index-array":       func() { sink = array[five] },
	"index-string":      func() { sink = word[five] },
	"index-uint":        func() { sink = ints[uint64(1<<63)+uint64(five)] },
	"index-int8":        func() { sink = ints[int8(minus)] },
	"index-empty":       func() { var s []int; sink = s[zero] },
	"slice-high":        func() { sink = ints[:five] },
	"slice-low":         func() { sink = ints[five:] },
	"slice-order":       func() { sink = ints[2:][:0:0][five-4:] },
	"slice-crossed":     func() { sink = ints[five-3 : five-4] },
	"slice-negative":    func() { sink = ints[minus:] },
	"slice-string-high": func() { sink = word[:five] },
	"slice-string-low":  func() { sink = word[five:] },
	"slice-array":       func() { sink = array[:five] },
	"slice3-max":        func() { sink = ints[:2:five] },
	"slice3-high":       func() { sink = ints[: five-2 : five-3] },
	"slice3-low":        func() { sink = ints[five-2 : five-3 : five-3] },
	"slice-to-array":    func() { sink = [4]int(ints) },
	"slice-to-pointer":  func() { sink = (*[4]int)(ints) },
	"divide":            func() { sink = five / zero },
	"divide-mod":        func() { sink = five % zero },
	"divide-int8":       func() { sink = int8(five) / int8(zero) },
	"shift":             func() { sink = five << minus },
	"makeslice-len":     func() { sink = make([]int, minus) },
	"makeslice-cap":     func() { sink = make([]int, 0, minus) },
	"makeslice-order":   func() { sink = make([]int, five, zero) },
	"makeslice-huge":    func() { sink = make([]int, 1<<62-five) },
	"makechan":          func() { sink = make(chan int, minus) },
	"close-nil":         func() { var c chan int; close(c) },
	"close-twice":       func() { c := make(chan int); close(c); close(c) },
	"send-closed":       func() { c := make(chan int, 1); close(c); c <- 1 },
	"select-closed": func() {
		c := make(chan int)
		close(c)
		select {
		case c <- 1:
		case <-make(chan int):
		}
	},
	"assert-nil":      func() { sink = empty.(int) },
	"assert-type":     func() { empty = "text"; sink = empty.(int) },
	"assert-method":   func() { empty = 5; sink = empty.(shape) },
	"assert-iface":    func() { var s shape = square{1}; sink = s.(fmt.Stringer) },
	"assert-same":     func() { type point struct{ x, y int }; empty = point{}; sink = empty.(main_point) },
	"assert-nilshape": func() { var s shape; sink = s.(square) },
	"hash-slice":      func() { m := map[any]int{}; m[[]int{1}] = 1 },
	"hash-func":       func() { m := map[any]int{}; sink = m[func() {}] },
	"hash-map-inside": func() { m := map[any]int{}; m[struct{ m map[int]int }{}] = 1 },
	"compare-slice":   func() { var a, b any = []int{1}, []int{1}; sink = a == b },
	"compare-func":    func() { var a any = func() {}; sink = a == a },
	"compare-inside":  func() { var a, b any = [1]any{[]int{}}, [1]any{[]int{}}; sink = a == b },
	"unsafe-slice":    func() { sink = unsafe.Slice(&ints[0], minus) },
	"unsafe-nil":      func() { var p *int; sink = unsafe.Slice(p, five) },
	"unsafe-string":   func() { sink = unsafe.String(&[]byte(word)[0], minus) },
	"repeat":          func() { sink = strings.Repeat("x", minus) },
	"append-huge":     func() { sink = append(make([][1 << 40]byte, 0), make([][1 << 40]byte, 1<<20+five)...) },
}

type main_point point

func main() {
	run, ok := cases[os.Args[1]]
	if !ok {
		fmt.Println("no such case")
		os.Exit(99)
	}
	fmt.Println("before")
	defer fmt.Println("deferred")
	run()
	fmt.Println("not reached")
}
