// Hash functions: equal values hash equally, whatever way they come; sizes do not collide.
package main

import (
	"fmt"
	"hash/maphash"
	"strings"
)

type named struct {
	A int8
	B string
	C [3]float32
	D any
	_ int
}

func distinct[T comparable](vals []T) int {
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{}
	for _, v := range vals {
		h := maphash.Comparable(seed, v)
		if h != maphash.Comparable(seed, v) {
			fmt.Println("unstable", v)
		}
		seen[h] = true
	}
	return len(vals) - len(seen)
}

func main() {
	seed := maphash.MakeSeed()
	seen := map[uint64]int{}
	for n := range 3000 {
		for _, c := range []string{"a", "\x00", "\xff"} {
			s := strings.Repeat(c, n)
			h := maphash.String(seed, s)
			if h != maphash.Bytes(seed, []byte(s)) {
				fmt.Println("string and bytes differ", n)
			}
			if old, dup := seen[h]; dup && n > 0 {
				fmt.Println("collision", n, old)
			}
			seen[h] = n
		}
	}
	// One changed bit anywhere changes the hash.
	for _, n := range []int{1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 128, 200, 257} {
		b := make([]byte, n)
		all := map[uint64]bool{maphash.Bytes(seed, b): true}
		for i := range n * 8 {
			b[i/8] ^= 1 << (i % 8)
			all[maphash.Bytes(seed, b)] = true
			b[i/8] ^= 1 << (i % 8)
		}
		if len(all) != n*8+1 {
			fmt.Println("bits lost", n, len(all))
		}
	}
	ints := make([]int, 100000)
	i32 := make([]int32, 100000)
	strs := make([]string, 20000)
	anys := make([]any, 20000)
	structs := make([]named, 20000)
	for i := range ints {
		ints[i], i32[i] = i<<20, int32(i)
	}
	for i := range strs {
		strs[i] = fmt.Sprint(i)
		anys[i] = named{A: int8(i), B: strs[i], D: i}
		structs[i] = named{A: 1, B: strs[i], C: [3]float32{float32(i)}, D: strs[i]}
	}
	fmt.Println(distinct(ints), distinct(i32) < 5, distinct(strs), distinct(anys), distinct(structs))
	m := map[named]int{}
	for i, s := range structs {
		m[s] = i
	}
	bad := 0
	for i, s := range structs {
		if m[s] != i {
			bad++
		}
	}
	fmt.Println(len(m), bad, maphash.Comparable(seed, 0.0) == maphash.Comparable(seed, -1*0.0))
	var h maphash.Hash
	h.WriteString("abc")
	a := h.Sum64()
	h.Reset()
	h.Write([]byte("abc"))
	fmt.Println(a == h.Sum64())
}
