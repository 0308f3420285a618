// Assertions, type switches, equality and method sets of interface values.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

type Shape interface {
	Area() float64
	name() string
}
type Namer interface{ name() string }
type Both interface {
	Shape
	fmt.Stringer
}
type Sq struct{ a float64 }
type Ci struct{ r float64 }
type Em struct {
	*Sq
	extra int
}
type Big struct {
	a, b, c int
	s       string
}
type Fn func() int
type Ch chan int

func (s *Sq) Area() float64 { return s.a * s.a }
func (s *Sq) name() string  { return "sq" }
func (c Ci) Area() float64  { return 3 * c.r * c.r }
func (c Ci) name() string   { return "ci" }
func (c Ci) String() string { return "Ci!" }
func (e Em) String() string { return "Em!" }
func (b Big) Area() float64 { return float64(b.a) }
func (b Big) name() string  { return b.s }
func (f Fn) Area() float64  { return float64(f()) }
func (f Fn) name() string   { return "fn" }
func (Ch) Area() float64    { return 0 }
func (Ch) name() string     { return "ch" }

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			_, isErr := e.(runtime.Error)
			_, isTA := e.(*runtime.TypeAssertionError)
			fmt.Println(name, "panics:", e, isErr, isTA)
		}
	}()
	f()
}

func kind(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case Both:
		return "both " + v.String()
	case Shape:
		return "shape " + v.name()
	case fmt.Stringer:
		return "stringer " + v.String()
	case error:
		return "error " + v.Error()
	case io.Reader:
		return "reader"
	case int, uint:
		return fmt.Sprint("int ", v)
	case []int:
		return fmt.Sprint("ints ", len(v))
	case func():
		return "func"
	}
	return fmt.Sprintf("other %T", x)
}

type gen[T any] struct{ v T }

func (g gen[T]) Area() float64 { return 1 }
func (g gen[T]) name() string  { return fmt.Sprintf("%T", g.v) }

var sink any

func main() {
	values := []any{nil, 1, uint(2), "s", &Sq{2}, Sq{2}, Ci{1}, &Ci{1}, Em{&Sq{3}, 1}, Big{1, 2, 3, "big"}, &Big{s: "pb"},
		Fn(func() int { return 4 }), Ch(nil), errors.New("e"), strings.NewReader("r"), os.Stdin, []int{1}, func() {}, 1.5,
		gen[int]{}, gen[string]{}, gen[map[string]int]{}, struct{ A int }{3}, [2]int{1, 2}, map[int]int{}}
	for range 3 {
		for _, v := range values {
			fmt.Println(kind(v))
		}
	}
	for i, v := range values {
		_, a := v.(Shape)
		_, b := v.(Namer)
		_, c := v.(fmt.Stringer)
		_, d := v.(Both)
		_, e := v.(interface{ Nope() })
		fmt.Println(i, a, b, c, d, e)
	}
	total := 0.0
	for range 1000 {
		for _, v := range values {
			if s, ok := v.(Shape); ok {
				if e, ok := v.(Em); ok && e.Sq == nil {
					continue
				}
				total += s.Area()
			}
		}
	}
	fmt.Println(total)

	var e any
	var s Shape
	var n Namer = Ci{1}
	try("nil any to int", func() { sink = e.(int) })
	try("nil any to shape", func() { sink = e.(Shape) })
	try("nil shape to Ci", func() { sink = s.(Ci) })
	try("nil shape to stringer", func() { sink = s.(fmt.Stringer) })
	e = "text"
	try("string to int", func() { sink = e.(int) })
	try("string to shape", func() { sink = e.(Shape) })
	try("string to namer", func() { sink = e.(Namer) })
	e = Sq{1}
	try("missing pointer method", func() { sink = e.(Shape) })
	s = Ci{1}
	try("shape to Sq", func() { sink = s.(*Sq) })
	try("shape to reader", func() { sink = s.(io.Reader) })
	try("namer to both", func() { fmt.Println(n.(Both).Area()) })
	type Ci struct{}
	try("same name", func() { sink = s.(interface{ Area() float64 }).(interface{ X(Ci) }) })
	e = Ci{}
	try("other scope", func() { sink = any(e).(fmt.Stringer) })
	func() {
		type T struct{ a int }
		e = T{1}
	}()
	type T struct{ a int }
	try("scopes", func() { sink = e.(T) })

	eq := func(name string, a, b any) {
		try(name, func() { fmt.Println(name, a == b) })
	}
	eq("ints", 1, 1)
	eq("int uint", 1, uint(1))
	eq("strings", "a"+fmt.Sprint(1), "a1")
	eq("slices", []int{1}, []int{1})
	eq("maps", map[int]int{}, map[int]int{})
	eq("funcs", func() {}, func() {})
	eq("struct", Big{1, 2, 3, "x"}, Big{1, 2, 3, "x"})
	eq("struct any", struct{ x any }{1}, struct{ x any }{1})
	eq("struct slice in any", struct{ x any }{[]int{}}, struct{ x any }{[]int{}})
	eq("array any", [2]any{1, []int{}}, [2]any{2, []int{}})
	eq("array any 2", [2]any{1, []int{}}, [2]any{1, []int{}})
	eq("pointers", &values[0], &values[0])
	eq("nils", nil, nil)
	eq("floats", 0.0, -1.0*0)
	var x, y Shape = Big{s: "1"}, Big{s: "1"}
	fmt.Println(x == y, x != nil, s == nil, error(nil) == nil)
	try("shape funcs", func() { var f Shape = Fn(nil); fmt.Println(f == Shape(Fn(nil))) })
	try("nil receiver", func() { var p *Big; var s Shape = p; s.Area() })
	try("nil embedded", func() { var s Shape = Em{}; s.Area() })

	f := s.Area
	g := Shape.name
	h := (*Sq).Area
	fmt.Println(f(), g(s), h(&Sq{5}))
}
