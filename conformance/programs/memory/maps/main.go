// Maps: large, growing while ranged over, with big and small keys, cleared, under collection.
package main

import (
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
)

type bigKey struct {
	a [20]int
	s string
}

type bigValue [300]byte

func main() {
	ints := map[int]int{}
	for i := range 200_000 {
		ints[i*7919] = i
	}
	for i := range 100_000 {
		delete(ints, i*2*7919)
	}
	sum := 0
	for k, v := range ints {
		sum += k/7919 - v + 1
	}
	fmt.Println(len(ints), sum)

	m := map[string][]*int{}
	for i := range 20_000 {
		k := fmt.Sprint("key", i%5000)
		v := i
		m[k] = append(m[k], &v)
		if i%5000 == 0 {
			runtime.GC()
		}
	}
	bad := 0
	for i := range 5000 {
		for j, p := range m[fmt.Sprint("key", i)] {
			if *p != i+j*5000 {
				bad++
			}
		}
	}
	fmt.Println(len(m), bad)

	bk := map[bigKey]bigValue{}
	for i := range 500 {
		k := bigKey{s: strings.Repeat("s", i)}
		k.a[19] = i
		bk[k] = bigValue{byte(i)}
	}
	bad = 0
	for k, v := range bk {
		if byte(k.a[19]) != v[0] || len(k.s) != k.a[19] {
			bad++
		}
	}
	fmt.Println(len(bk), bad)

	// Delete and insert while ranging: each old key at most once, deleted ones not at all.
	seen := map[int]int{}
	r := map[int]bool{}
	for i := range 1000 {
		r[i] = true
	}
	for k := range r {
		seen[k]++
		delete(r, (k+1)%1000)
		if k < 1000 {
			r[k+1000] = true
		}
	}
	twice := 0
	for _, n := range seen {
		if n > 1 {
			twice++
		}
	}
	fmt.Println("twice", twice)

	nan := map[float64]int{}
	for i := range 10 {
		nan[math.NaN()] = i
	}
	nan[0.0], nan[math.Copysign(0, -1)] = 1, 2
	fmt.Println(len(nan), nan[0])
	clear(nan)
	fmt.Println(len(nan))

	mixed := map[any]string{1: "int", int8(1): "int8", "1": "string", 1.0: "float", [2]int{1, 2}: "array", struct{ x any }{3}: "struct", nil: "nil", true: "bool"}
	fmt.Println(mixed[1], mixed[int8(1)], mixed["1"], mixed[1.0], mixed[[2]int{1, 2}], mixed[struct{ x any }{3}], mixed[nil], mixed[true], len(mixed))
	fmt.Println(mixed[2] == "", mixed)
	keys := slices.Sorted(maps.Keys(map[string]int{"b": 1, "a": 2, "c": 3}))
	fmt.Println(keys, map[string]int{"z": 1, "y": 2})
	clone := maps.Clone(m)
	fmt.Println(len(clone), maps.EqualFunc(clone, m, func(a, b []*int) bool { return len(a) == len(b) }))

	// Order differs between ranges.
	small := map[int]int{1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8}
	orders := map[string]bool{}
	for range 200 {
		s := ""
		for k := range small {
			s += fmt.Sprint(k)
		}
		orders[s] = true
	}
	fmt.Println("random order", len(orders) > 1)
}
