// Objects of every shape survive collections: interior pointers, arrays of structs, closures, interfaces, channels,
// maps of maps, strings cut from larger ones, types built by reflect.
package main

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

type mixed struct {
	a int
	p *int
	b [3]byte
	s string
	f func() int
	i any
	m map[string]*mixed
	c chan *int
	l []*mixed
	e error
	z struct{ q, r *int }
}

func ptr(n int) *int { return &n }

func make1(n int) *mixed {
	m := &mixed{a: n, p: ptr(n), s: fmt.Sprint("string ", n), i: ptr(n), e: fmt.Errorf("error %d", n)}
	m.f = func() int { return *m.p + n }
	m.m = map[string]*mixed{m.s: {a: n + 1, p: ptr(n + 1)}}
	m.c = make(chan *int, 3)
	m.c <- ptr(n + 2)
	m.l = []*mixed{{a: n + 3, s: strings.Repeat("x", n%50)}}
	m.z.r = ptr(n + 4)
	return m
}

func (m *mixed) check(n int) bool {
	v := <-m.c
	m.c <- v
	return m.a == n && *m.p == n && m.s == fmt.Sprint("string ", n) && *m.i.(*int) == n && m.f() == 2*n &&
		m.m[m.s].a == n+1 && *m.m[m.s].p == n+1 && *v == n+2 && m.l[0].a == n+3 && *m.z.r == n+4 &&
		m.e.Error() == fmt.Sprintf("error %d", n) && len(m.l[0].s) == n%50
}

func main() {
	var all []*mixed
	var interior []*string
	var tails []string
	var arrays []*[4]*int
	for i := range 3000 {
		m := make1(i)
		all = append(all, m)
		interior = append(interior, &make1(i).s)
		big := fmt.Sprintf("%0100d|%d", 0, i)
		tails = append(tails, big[101:])
		block := new([100]*int)
		block[96], block[99] = ptr(i), ptr(-i)
		arrays = append(arrays, (*[4]*int)(block[96:]))
		if i%500 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	bad := 0
	for i, m := range all {
		if !m.check(i) || *interior[i] != fmt.Sprint("string ", i) || tails[i] != fmt.Sprint(i) ||
			*arrays[i][0] != i || *arrays[i][3] != -i {
			bad++
		}
	}
	fmt.Println("bad", bad)

	// Types that the compiler never saw.
	st := reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[int]()},
		{Name: "P", Type: reflect.TypeFor[*int]()},
		{Name: "Big", Type: reflect.ArrayOf(300, reflect.TypeFor[*int]())},
		{Name: "S", Type: reflect.TypeFor[[]string]()},
	})
	var made []reflect.Value
	for i := range 200 {
		v := reflect.New(st).Elem()
		v.Field(0).SetInt(int64(i))
		v.Field(1).Set(reflect.ValueOf(ptr(i)))
		v.Field(2).Index(299).Set(reflect.ValueOf(ptr(i + 1)))
		v.Field(3).Set(reflect.ValueOf([]string{fmt.Sprint(i)}))
		made = append(made, v)
		m := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), st))
		m.SetMapIndex(reflect.ValueOf("k"), v)
		made = append(made, m.MapIndex(reflect.ValueOf("k")))
		c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, st), 1)
		c.Send(v)
		r, _ := c.Recv()
		made = append(made, r)
	}
	for range 3 {
		runtime.GC()
		_ = make([][]byte, 10000)
	}
	for i, v := range made {
		n := i / 3
		p, q := v.Field(1).Interface().(*int), v.Field(2).Index(299).Interface().(*int)
		if v.Field(0).Int() != int64(n) || *p != n || *q != n+1 || v.Field(3).Index(0).String() != fmt.Sprint(n) {
			fmt.Println("reflect bad", i)
		}
	}
	fmt.Println("reflect", len(made))
}
