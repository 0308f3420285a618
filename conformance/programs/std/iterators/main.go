// Range over functions: break, return, defer, nested, panics, iter.Pull and its misuse.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Print("(end of count) ")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs(s string) iter.Seq2[int, rune] {
	return func(yield func(int, rune) bool) {
		for i, r := range s {
			if !yield(i, r) {
				return
			}
		}
	}
}

func find(n int) (result string) {
	defer func() { result += " deferred" }()
	for i := range count(10) {
		defer func() { result += fmt.Sprint(" d", i) }()
		for j, r := range pairs("abc") {
			if j == 2 {
				continue
			}
			if i == n && r == 'b' {
				return fmt.Sprint("found ", i, j)
			}
		}
	}
	return "none"
}

func labels() {
outer:
	for i := range count(5) {
		for j := range count(5) {
			if j == 1 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
}

func misuse(yield func(int) bool) {
	yield(1)
	yield(2)
}

func main() {
	fmt.Println(find(3))
	labels()
	next, stop := iter.Pull(count(3))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	fmt.Println(next())
	next2, stop2 := iter.Pull2(pairs("xy"))
	for {
		i, r, ok := next2()
		if !ok {
			break
		}
		fmt.Print(i, string(r), " ")
	}
	stop2()
	fmt.Println(slices.Collect(maps.Values(map[int]string{1: "one"})), slices.Sorted(maps.Keys(map[string]int{"b": 1, "a": 2})))
	for line := range strings.Lines("a\nb\nc") {
		fmt.Printf("%q ", line)
	}
	fmt.Println(strings.Join(slices.Collect(strings.SplitSeq("a,b", ",")), "|"))
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		for range misuse {
			break
		}
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		for range count(3) {
			panic("in the body")
		}
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		n, s := iter.Pull(func(yield func(int) bool) { yield(1); panic("in the iterator") })
		defer s()
		fmt.Println(n())
		fmt.Println(n())
	}()
	total := 0
	for range 200 {
		n, s := iter.Pull(func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
			}
		})
		for range 100 {
			v, _ := n()
			total += v
		}
		s()
	}
	fmt.Println(total)
}
