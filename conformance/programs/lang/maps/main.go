// Maps of all kinds of keys and elements.
package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
)

type key struct {
	a int
	_ int
	s string
	f float64
	i any
}

type fat struct {
	data [200]int
	p    *int
}

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "panics:", e)
		}
	}()
	f()
}

func exercise[K comparable](name string, n int, mk func(int) K) {
	m := map[K]int{}
	for i := range n {
		m[mk(i)] = i
	}
	sum, hits := 0, 0
	for i := range n {
		if v, ok := m[mk(i)]; ok && v == i {
			hits++
		}
	}
	for i := 0; i < n; i += 2 {
		delete(m, mk(i))
	}
	for k, v := range m {
		sum += v
		m[k]++
	}
	c := maps.Clone(m)
	clear(m)
	back := 0
	for _, v := range c {
		back += v
	}
	fmt.Println(name, hits, sum, len(m), len(c), back)
}

func main() {
	for _, n := range []int{5, 8, 9, 100, 5000} {
		exercise("int", n, func(i int) int { return i * 7 })
		exercise("int8", min(n, 100), func(i int) int8 { return int8(i) })
		exercise("uint16", n, func(i int) uint16 { return uint16(i) })
		exercise("int32", n, func(i int) int32 { return int32(-i) })
		exercise("uint64", n, func(i int) uint64 { return uint64(i) << 32 })
		exercise("string", n, func(i int) string { return fmt.Sprint("key ", i) })
		exercise("long string", n, func(i int) string { return strings.Repeat("k", i%200) + fmt.Sprint(i) })
		exercise("float", n, func(i int) float64 { return float64(i) / 3 })
		exercise("float32", n, func(i int) float32 { return float32(i) / 4 })
		exercise("complex", n, func(i int) complex128 { return complex(float64(i), -1) })
		exercise("bool array", n, func(i int) [20]byte { return [20]byte{byte(i), byte(i >> 8)} })
		exercise("struct", n, func(i int) key { return key{a: i, s: fmt.Sprint(i), f: 1, i: i} })
		exercise("any", n, func(i int) any {
			switch i % 5 {
			case 0:
				return i
			case 1:
				return fmt.Sprint(i)
			case 2:
				return [2]int{i, i}
			case 3:
				return struct{ x any }{i}
			}
			return float64(i)
		})
		exercise("big key", n, func(i int) [40]int { return [40]int{i} })
		ptrs := make([]*int, n)
		for i := range ptrs {
			ptrs[i] = new(int)
		}
		exercise("pointer", n, func(i int) *int { return ptrs[i] })
		exercise("chan", n, func(i int) struct {
			p *int
			b bool
		} {
			return struct {
				p *int
				b bool
			}{ptrs[i], true}
		})
	}

	fm := map[string]fat{}
	for i := range 50 {
		fm[fmt.Sprint(i)] = fat{p: &i, data: [200]int{i}}
	}
	v, ok := fm["7"]
	w, no := fm["none"]
	fmt.Println(v.data[0], *v.p, ok, w.p, no, fm["none"].data[3])

	nan := map[float64]int{math.NaN(): 1}
	nan[math.NaN()] = 2
	nan[0] = 3
	nan[math.Copysign(0, -1)]++
	_, ok = nan[math.NaN()]
	fmt.Println(len(nan), ok, nan[0])
	clear(nan)
	fmt.Println(len(nan))

	m := map[any]int{}
	try("slice key", func() { m[[]int{1}] = 1 })
	try("func key", func() { m[func() {}] = 1 })
	try("map in struct", func() { m[struct{ x any }{map[int]int{}}] = 1 })
	try("array of any", func() { m[[1]any{[]int{}}] = 1 })
	try("read slice key", func() { _ = m[[]int{1}] })
	try("delete slice key", func() { delete(m, any([]int{1})) })
	var nm map[string]int
	try("nil", func() { nm["a"]++ })
	try("nil any", func() { var n map[any]int; _ = n[[]int{1}] })
	delete(nm, "x")
	clear(nm)
	fmt.Println(nm["q"], len(nm), maps.Clone(nm) == nil)

	g := make(map[int]string, 1000)
	for i := range 2000 {
		g[i] = fmt.Sprint(i)
	}
	seen := map[int]bool{}
	for k := range g {
		seen[k] = true
		if k%3 == 0 {
			delete(g, k)
		}
		if k < 100 {
			g[k+10000] = "new"
		}
	}
	missing := 0
	for i := range 2000 {
		if !seen[i] && i%3 != 0 {
			missing++
		}
	}
	fmt.Println(missing, len(seen) >= 1334)
	keys := slices.Sorted(maps.Keys(map[string]int{"c": 1, "a": 2, "b": 3}))
	vals := slices.Collect(maps.Values(map[int]int{1: 5, 2: 6}))
	sort.Ints(vals)
	fmt.Println(keys, vals, map[string][]int{"z": {1}, "y": nil})
	inc := map[string]int{}
	for _, f := range strings.Fields("a b a c b a") {
		inc[f] += 1
	}
	fmt.Println(inc)
	small := map[int]int{1: 2}
	order := map[string]int{}
	big := map[int]int{}
	for i := range 8 {
		big[i] = i
	}
	for range 400 {
		s := ""
		for k := range big {
			s += fmt.Sprint(k)
		}
		order[s]++
	}
	fmt.Println(small, len(order) > 1)
}
