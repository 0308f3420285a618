// sort and slices: stability, binary search, custom orders, many lengths and patterns.
package main

import (
	"cmp"
	"fmt"
	"math/rand"
	"slices"
	"sort"
	"strings"
)

type rec struct {
	key, pos int
}

func main() {
	r := rand.New(rand.NewSource(1))
	for n := range 200 {
		v := make([]int, n)
		for i := range v {
			v[i] = r.Intn(n/2 + 1)
		}
		w := slices.Clone(v)
		sort.Ints(v)
		slices.Sort(w)
		if !slices.Equal(v, w) || !slices.IsSorted(v) {
			fmt.Println("bad", n)
		}
		recs := make([]rec, n)
		for i := range recs {
			recs[i] = rec{r.Intn(5), i}
		}
		sort.SliceStable(recs, func(i, j int) bool { return recs[i].key < recs[j].key })
		if !slices.IsSortedFunc(recs, func(a, b rec) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.pos, b.pos)) }) {
			fmt.Println("unstable", n)
		}
	}
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.Sort(sort.Reverse(sort.StringSlice(words)))
	fmt.Println(words, sort.SearchInts([]int{1, 3, 5}, 4))
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	fmt.Println(words, slices.Compact(slices.Clone(words)))
	i, found := slices.BinarySearchFunc(words, 5, func(w string, n int) int { return cmp.Compare(len(w), n) })
	fmt.Println(i, found, slices.Max(words), slices.Index(words, "fox"), slices.Contains(words, "cat"))
	fmt.Println(slices.Insert([]int{1, 2}, 1, 9, 8), slices.Delete([]int{1, 2, 3, 4}, 1, 3), slices.Repeat([]int{1}, 3), slices.Concat([]int{1}, []int{2}))
	big := make([]float64, 300_000)
	for i := range big {
		big[i] = r.NormFloat64()
	}
	slices.Sort(big)
	fmt.Println(slices.IsSorted(big), big[0], big[len(big)-1], r.Perm(10))
	for c := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(c)
	}
	fmt.Println()
}
