// Type parameters: dictionaries, conversions and methods through them.
package main

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"
)

type Number interface{ ~int | ~int64 | ~float64 }
type Celsius float64

func (c Celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}
func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}
func Keys[M ~map[K]V, K cmp.Ordered, V any](m M) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
func Show[T fmt.Stringer](x T) string { return x.String() }
func Is[T any](x any) bool            { _, ok := x.(T); return ok }
func Zero[T any]() any                { var z T; return z }
func Kind[T any](x T) string {
	switch any(x).(type) {
	case int:
		return "int"
	case fmt.Stringer:
		return "stringer"
	case []T:
		return "impossible"
	}
	return fmt.Sprintf("%T", x)
}

type Tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	n    int
}
type node[K cmp.Ordered, V any] struct {
	k    K
	v    V
	l, r *node[K, V]
}

func (t *Tree[K, V]) Put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch c := cmp.Compare(k, (*p).k); {
		case c < 0:
			p = &(*p).l
		case c > 0:
			p = &(*p).r
		default:
			(*p).v = v
			return
		}
	}
	*p = &node[K, V]{k: k, v: v}
	t.n++
}
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	var walk func(n *node[K, V], yield func(K, V) bool) bool
	walk = func(n *node[K, V], yield func(K, V) bool) bool {
		return n == nil || walk(n.l, yield) && yield(n.k, n.v) && walk(n.r, yield)
	}
	return func(yield func(K, V) bool) { walk(t.root, yield) }
}

type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(xs ...T) Set[T] {
	for _, x := range xs {
		s[x] = struct{}{}
	}
	return s
}

type List[T any] []T

func (l List[T]) Len() int { return len(l) }

type Pair[A, B any] struct {
	First  A
	Second B
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2.5), Sum[Celsius](20, 1.5))
	fmt.Println(Map([]int{1, 2, 3}, func(i int) string { return strings.Repeat("x", i) }), Keys(map[string]int{"b": 1, "a": 2}))
	fmt.Println(Show(Celsius(3)), Kind(1), Kind(Celsius(1)), Kind("s"), Kind([]int{}), Kind(Pair[int, string]{}))
	fmt.Println(Is[int](1), Is[string](1), Is[fmt.Stringer](Celsius(1)), Is[error](1), Is[Pair[int, int]](Pair[int, int]{}))
	fmt.Printf("%v %v %v %T %T\n", Zero[int](), Zero[string](), Zero[*int](), Zero[Pair[string, []int]](), Zero[Set[Pair[int, int]]]())
	var t Tree[string, int]
	for i, w := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t.Put(w, i)
	}
	for k, v := range t.All() {
		fmt.Print(k, "=", v, " ")
		if k == "over" {
			break
		}
	}
	fmt.Println(t.n)
	s := Set[Pair[int, string]]{}.Add(Pair[int, string]{1, "a"}, Pair[int, string]{1, "a"}, Pair[int, string]{2, "b"})
	fmt.Println(len(s), List[int]{1, 2}.Len(), any(List[int]{}).(interface{ Len() int }).Len())
	next, stop := iter.Pull2(t.All())
	k, v, ok := next()
	fmt.Println(k, v, ok)
	stop()
	xs := []Pair[string, int]{{"b", 2}, {"a", 1}, {"c", 0}}
	slices.SortFunc(xs, func(a, b Pair[string, int]) int { return cmp.Compare(a.Second, b.Second) })
	sort.Slice(xs, func(i, j int) bool { return xs[i].First < xs[j].First })
	fmt.Println(xs, slices.IndexFunc(xs, func(p Pair[string, int]) bool { return p.Second == 2 }), max("a", "b"), min(2, 1))
}
