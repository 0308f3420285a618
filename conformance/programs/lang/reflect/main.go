// Reflection: computed calls, types made at run time, maps, channels, methods.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

type P struct{ X, Y int }
type Named struct {
	P
	Name string `json:"name,omitempty"`
	priv []int
	F    func(int) string
}
type I interface {
	M(int, string) (string, error)
}

func (p P) Add(q P) P                             { return P{p.X + q.X, p.Y + q.Y} }
func (p *P) Scale(k int)                          { p.X *= k; p.Y *= k }
func (n Named) M(i int, s string) (string, error) { return fmt.Sprint(n.Name, i, s), errors.New("e") }

func many(a int, b float64, c string, d []int, e P, f any, g uint8, h float32, i bool, j *P, k complex128, l [2]int, m map[string]int, n func() int, o int16) (string, int, float64, P, error) {
	return fmt.Sprint(a, b, c, d, e, f, g, h, i, *j, k, l, m, n(), o), a * 2, b / 2, P{a, int(o)}, nil
}
func floats(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q float64) float64 {
	return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j + 11*k + 12*l + 13*m + 14*n + 15*o + 16*p + 17*q
}
func bigArgs(a [100]int, b P, c [50]string) (int, [60]string) {
	s := 0
	for _, x := range a {
		s += x
	}
	var out [60]string
	for i, x := range c {
		out[i] = x + "!"
	}
	return s + b.X, out
}
func variadic(pre string, xs ...int) string { return fmt.Sprint(pre, xs) }
func pointers(a, b *int, c string, d error) (*int, string, error, []string) {
	runtime.GC()
	return b, c + "?", d, []string{c}
}

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "panics:", e)
		}
	}()
	f()
}

func show(vs []reflect.Value) {
	for _, v := range vs {
		fmt.Print(v.Interface(), " ")
	}
	fmt.Println()
}

func vals(xs ...any) (out []reflect.Value) {
	for _, x := range xs {
		out = append(out, reflect.ValueOf(x))
	}
	return out
}

func main() {
	show(reflect.ValueOf(many).Call(vals(1, 2.5, "c", []int{3}, P{4, 5}, "any", uint8(6), float32(7.5), true, &P{8, 9}, 1i, [2]int{10, 11}, map[string]int{"k": 12}, func() int { return 13 }, int16(14))))
	var fs []any
	for i := range 17 {
		fs = append(fs, float64(i)+0.5)
	}
	show(reflect.ValueOf(floats).Call(vals(fs...)))
	var arr [100]int
	var strs [50]string
	for i := range arr {
		arr[i] = i
	}
	for i := range strs {
		strs[i] = fmt.Sprint(i)
	}
	show(reflect.ValueOf(bigArgs).Call(vals(arr, P{1000, 0}, strs)))
	show(reflect.ValueOf(variadic).Call(vals("v", 1, 2, 3)))
	show(reflect.ValueOf(variadic).CallSlice(vals("v", []int{4, 5})))
	x, y := 1, 2
	res := reflect.ValueOf(pointers).Call(vals(&x, &y, "c", errors.New("err")))
	fmt.Println(*res[0].Interface().(*int), res[1], res[2], res[3])

	p := &P{1, 2}
	show(reflect.ValueOf(*p).MethodByName("Add").Call(vals(P{10, 20})))
	reflect.ValueOf(p).MethodByName("Scale").Call(vals(3))
	fmt.Println(*p)
	add := reflect.ValueOf(*p).Method(0).Interface().(func(P) P)
	fmt.Println(add(P{1, 1}))
	var i I = Named{Name: "n"}
	show(reflect.ValueOf(&i).Elem().MethodByName("M").Call(vals(5, "s")))
	show(reflect.TypeOf(P{}).Method(0).Func.Call(vals(P{1, 2}, P{3, 4})))

	swap := reflect.MakeFunc(reflect.TypeOf(func(int, string, float64, P) (P, float64, string, int) { panic(0) }), func(a []reflect.Value) []reflect.Value {
		runtime.GC()
		return []reflect.Value{a[3], a[2], a[1], a[0]}
	}).Interface().(func(int, string, float64, P) (P, float64, string, int))
	fmt.Println(swap(1, "two", 3.5, P{4, 5}))
	bigf := reflect.MakeFunc(reflect.TypeOf(bigArgs), func(a []reflect.Value) []reflect.Value {
		return reflect.ValueOf(bigArgs).Call(a)
	}).Interface().(func([100]int, P, [50]string) (int, [60]string))
	n, out := bigf(arr, P{5, 5}, strs)
	fmt.Println(n, out[49])

	st := reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeOf(0), Tag: `k:"v"`},
		{Name: "B", Type: reflect.TypeOf([]string(nil))},
		{Name: "P", Type: reflect.TypeOf(struct{ X, Y int }{}), Anonymous: false},
		{Name: "E", Type: reflect.TypeOf((*error)(nil)).Elem()},
	})
	sv := reflect.New(st).Elem()
	sv.Field(0).SetInt(42)
	sv.Field(1).Set(reflect.ValueOf([]string{"q"}))
	sv.FieldByName("P").Field(0).SetInt(7)
	sv.Field(3).Set(reflect.ValueOf(errors.New("in struct")))
	runtime.GC()
	fmt.Printf("%v %+v %v %v\n", st, sv.Interface(), st.NumMethod(), reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeOf(0)}}))
	mt := reflect.MapOf(st.Field(0).Type, reflect.TypeOf(P{}))
	mv := reflect.MakeMapWithSize(mt, 10)
	for k := range 20 {
		mv.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(P{k, -k}))
	}
	mv.SetMapIndex(reflect.ValueOf(3), reflect.Value{})
	sum := 0
	for it := mv.MapRange(); it.Next(); {
		sum += int(it.Key().Int()) + int(it.Value().Field(0).Int())
	}
	fmt.Println(mt, mv.Len(), sum, mv.MapIndex(reflect.ValueOf(4)), mv.MapIndex(reflect.ValueOf(3)).IsValid())
	sk := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(""), reflect.TypeOf(0)))
	sk.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(1))
	fmt.Println(sk.MapIndex(reflect.ValueOf("a")), sk.MapKeys())
	sk.Clear()
	fmt.Println(sk.Len())
	at := reflect.ArrayOf(5, reflect.TypeOf(""))
	av := reflect.New(at).Elem()
	av.Index(2).SetString("mid")
	ft := reflect.FuncOf([]reflect.Type{at}, []reflect.Type{reflect.TypeOf(0)}, false)
	ct := reflect.ChanOf(reflect.BothDir, st)
	fmt.Println(at, av, ft, ct, reflect.PointerTo(st), reflect.SliceOf(at), reflect.TypeOf(map[P][]Named{}), reflect.TypeFor[I]())
	big := reflect.New(reflect.ArrayOf(100000, reflect.TypeOf(&x))).Elem()
	big.Index(99999).Set(reflect.ValueOf(&y))
	runtime.GC()
	fmt.Println(*big.Index(99999).Interface().(*int))
	sl := reflect.MakeSlice(reflect.TypeOf([]P{}), 2, 2)
	for k := range 10 {
		sl = reflect.Append(sl, reflect.ValueOf(P{k, k}))
	}
	addressable := reflect.New(sl.Type()).Elem()
	addressable.Set(sl)
	addressable.Grow(100)
	fmt.Println(addressable.Len(), addressable.Cap() >= 112)
	fmt.Println(sl, sl.Len(), sl.Slice(3, 5), reflect.Copy(sl, reflect.ValueOf([]P{{9, 9}})))
	reflect.Swapper(sl.Interface())(0, 5)
	fmt.Println(sl.Index(0), sl.Index(5), reflect.DeepEqual(sl.Interface(), sl.Interface()), reflect.DeepEqual([]int{1}, []int{2}))

	c := reflect.MakeChan(reflect.TypeOf(make(chan string)), 2)
	c.Send(reflect.ValueOf("x"))
	fmt.Println(c.TrySend(reflect.ValueOf("y")), c.TrySend(reflect.ValueOf("z")), c.Len(), c.Cap())
	v, ok := c.Recv()
	fmt.Println(v, ok)
	chosen, rv, rok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: c}, {Dir: reflect.SelectDefault}})
	fmt.Println(chosen, rv, rok)
	c.Close()

	t := reflect.TypeOf(Named{})
	for k := range t.NumField() {
		f := t.Field(k)
		fmt.Println(f.Name, f.Type, f.Tag, f.Offset, f.Index, f.IsExported(), f.PkgPath)
	}
	for k := range reflect.TypeOf(p).NumMethod() {
		fmt.Println(reflect.TypeOf(p).Method(k).Name, reflect.TypeOf(p).Method(k).Type)
	}
	fmt.Println(t.PkgPath(), t.Name(), t.Size(), t.Comparable(), t.Implements(reflect.TypeFor[I]()), reflect.TypeFor[P]().ConvertibleTo(reflect.TypeFor[struct{ X, Y int }]()))
	fmt.Println(reflect.ValueOf(65).Convert(reflect.TypeOf(1.5)), reflect.ValueOf([]byte("hi")).Convert(reflect.TypeOf("")), reflect.Zero(t), reflect.ValueOf(t).Kind())
	try("set", func() { reflect.ValueOf(P{}).Field(0).SetInt(1) })
	try("call", func() { reflect.ValueOf(many).Call(nil) })
	try("type", func() { reflect.ValueOf(&x).Elem().Set(reflect.ValueOf("s")) })
	try("private", func() { reflect.ValueOf(&Named{}).Elem().Field(2).Set(reflect.ValueOf([]int{})) })
	try("nil method", func() { var i I; reflect.ValueOf(&i).Elem().Method(0).Call(vals(1, "")) })
	try("unhashable", func() { reflect.MapOf(reflect.TypeOf([]int{}), t) })
	fn := runtime.FuncForPC(reflect.ValueOf(many).Pointer())
	fmt.Println(strings.HasSuffix(fn.Name(), "main.many"))
	emb := reflect.StructOf([]reflect.StructField{{Name: "P", Type: reflect.TypeOf(P{}), Anonymous: true}})
	fmt.Println(emb.NumMethod(), reflect.New(emb).Elem().Addr().Type())
}
