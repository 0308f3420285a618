// reflect: kinds, calls, methods, made functions, made types, maps, channels, select, deep equality, panics.
package main

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
)

type inner struct{ A int }
type S struct {
	inner
	B string `k:"v" j:"w"`
	c bool
	D []float64
	E map[string]*S
	F func(int, ...string) (string, error)
	G any
}

func (s S) Value(n int) string          { return fmt.Sprint(s.B, n) }
func (s *S) Pointer(b *strings.Builder) { b.WriteString(s.B) }
func (s S) Many(a int8, b float32, c string, d []int, e [3]int16, f struct{ X, Y byte }, g any, h complex64, i ...int) (int, string, error) {
	return int(a) + len(d) + len(i) + int(e[2]) + int(f.Y), fmt.Sprint(b, c, g, h), io.EOF
}

type G[T any] struct{ V T }

func (g G[T]) Get() T { return g.V }

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panics:", r)
		}
	}()
	f()
}

func main() {
	s := &S{inner: inner{1}, B: "b", D: []float64{1}, E: map[string]*S{"k": nil}}
	t := reflect.TypeOf(*s)
	for i := range t.NumField() {
		f := t.Field(i)
		fmt.Println(f.Name, f.Type, f.Type.Kind(), f.Offset, f.Tag.Get("j"), f.Anonymous, f.PkgPath)
	}
	for i := range reflect.TypeOf(s).NumMethod() {
		m := reflect.TypeOf(s).Method(i)
		fmt.Println(m.Name, m.Type)
	}
	out := reflect.ValueOf(s).MethodByName("Value").Call([]reflect.Value{reflect.ValueOf(5)})
	fmt.Println(out[0])
	var b strings.Builder
	reflect.ValueOf(s).MethodByName("Pointer").Call([]reflect.Value{reflect.ValueOf(&b)})
	fmt.Println(b.String())
	args := []reflect.Value{reflect.ValueOf(int8(1)), reflect.ValueOf(float32(2.5)), reflect.ValueOf("c"), reflect.ValueOf([]int{1, 2}), reflect.ValueOf([3]int16{1, 2, 3}),
		reflect.ValueOf(struct{ X, Y byte }{1, 2}), reflect.ValueOf("any"), reflect.ValueOf(complex64(1i)), reflect.ValueOf(9), reflect.ValueOf(8)}
	for _, v := range reflect.ValueOf(s).MethodByName("Many").Call(args) {
		fmt.Print(v, " ")
	}
	fmt.Println()
	f := reflect.ValueOf(s).MethodByName("Many").Interface().(func(int8, float32, string, []int, [3]int16, struct{ X, Y byte }, any, complex64, ...int) (int, string, error))
	fmt.Println(f(1, 2, "x", nil, [3]int16{}, struct{ X, Y byte }{}, nil, 0, 1, 2, 3))

	made := reflect.MakeFunc(reflect.TypeOf(s.F), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(in[0], in[1].Len())), reflect.ValueOf(errors.New("made"))}
	})
	reflect.ValueOf(s).Elem().FieldByName("F").Set(made)
	fmt.Println(s.F(3, "a", "b"))
	swap := func(in []reflect.Value) []reflect.Value { return []reflect.Value{in[1], in[0]} }
	var fs func(float64, [4]int) ([4]int, float64)
	reflect.ValueOf(&fs).Elem().Set(reflect.MakeFunc(reflect.TypeOf(fs), swap))
	fmt.Println(fs(1.5, [4]int{1, 2, 3, 4}))

	m := reflect.MakeMap(reflect.TypeFor[map[string]int]())
	for i := range 20 {
		m.SetMapIndex(reflect.ValueOf(fmt.Sprint(i)), reflect.ValueOf(i))
	}
	m.SetMapIndex(reflect.ValueOf("3"), reflect.Value{})
	sum := 0
	for it := m.MapRange(); it.Next(); {
		sum += int(it.Value().Int())
	}
	keys := m.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	fmt.Println(m.Len(), sum, keys[:3])

	c1, c2 := make(chan int, 1), make(chan string, 1)
	c2 <- "x"
	i, v, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c1)}, {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c2)}})
	fmt.Println(i, v, ok)
	i, _, _ = reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: reflect.ValueOf(c1), Send: reflect.ValueOf(4)}, {Dir: reflect.SelectDefault}})
	fmt.Println(i, <-c1)

	fmt.Println(reflect.SliceOf(t), reflect.MapOf(reflect.TypeFor[int](), t), reflect.ArrayOf(3, t), reflect.PointerTo(t), reflect.FuncOf([]reflect.Type{t}, nil, false), reflect.ChanOf(reflect.RecvDir, t))
	st := reflect.StructOf([]reflect.StructField{{Name: "X", Type: reflect.TypeFor[int](), Tag: `json:"x"`}, {Name: "Y", Type: reflect.TypeFor[[]string]()}})
	sv := reflect.New(st).Elem()
	sv.Field(0).SetInt(5)
	fmt.Printf("%+v %v\n", sv, st)
	fmt.Println(reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {1}}), reflect.DeepEqual(s, &S{}), reflect.DeepEqual([]int(nil), []int{}))
	fmt.Println(reflect.TypeOf(G[map[string]int]{}), reflect.TypeOf(G[inner]{}).Method(0).Type, reflect.TypeOf(G[G[int]]{}).Name())
	fmt.Println(reflect.TypeFor[error]().Kind(), reflect.TypeOf(s).Implements(reflect.TypeFor[interface{ Value(int) string }]()), reflect.TypeOf(5).ConvertibleTo(reflect.TypeOf("")), reflect.ValueOf(65).Convert(reflect.TypeOf("")))
	for i, x := range reflect.ValueOf([]string{"p", "q"}).Seq2() {
		fmt.Print(i, x, " ")
	}
	fmt.Println()
	try("set unexported", func() { reflect.ValueOf(s).Elem().Field(2).SetBool(true) })
	try("set unaddressable", func() { reflect.ValueOf(*s).Field(1).SetString("x") })
	try("wrong kind", func() { reflect.ValueOf(1).Len() })
	try("nil call", func() { reflect.ValueOf((func())(nil)).Call(nil) })
	try("few args", func() { reflect.ValueOf(s.Value).Call(nil) })
	try("bad type", func() { reflect.ValueOf(s.Value).Call([]reflect.Value{reflect.ValueOf("x")}) })
	try("zero", func() { reflect.Value{}.Type() })
	try("index", func() { reflect.ValueOf([]int{1}).Index(2) })
	try("elem", func() { reflect.TypeOf(1).Elem() })
	try("callee", func() { reflect.ValueOf(func() { panic("inside") }).Call(nil) })
}
