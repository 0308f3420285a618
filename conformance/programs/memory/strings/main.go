// Strings and byte slices: concatenation, conversion, growth, and the copies that may not share.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"
)

func main() {
	s := ""
	for i := range 2000 {
		s += string(rune('a' + i%26))
	}
	fmt.Println(len(s), s[:30], s[1990:])
	b := []byte(s)
	b[0] = 'X'
	t := string(b)
	b[1] = 'Y'
	fmt.Println(s[:3], t[:3], string(b[:3]))
	r := []rune("héllo, 世界\xff")
	fmt.Println(len(r), string(r), string(r[7]), utf8.ValidString(string(r)))
	for i, c := range "a\xc3é\xff世" {
		fmt.Print(i, ":", c, " ")
	}
	fmt.Println()
	parts := []string{"a", "b", "c", "d", "e", "f", "g"}
	fmt.Println(parts[0]+parts[1], parts[0]+parts[1]+parts[2], parts[0]+parts[1]+parts[2]+parts[3],
		parts[0]+parts[1]+parts[2]+parts[3]+parts[4], parts[0]+parts[1]+parts[2]+parts[3]+parts[4]+parts[5]+parts[6])
	empty := ""
	fmt.Println(empty+s == s, strings.Compare("a", "b"), "abc" < "abd", "ab" < "abc", "" < "a", s == string([]byte(s)))
	m := map[string]int{"key": 1}
	fmt.Println(m[string([]byte("key"))])
	var sb strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&sb, "%d,", i)
	}
	fmt.Println(sb.Len(), strings.Count(sb.String(), ","))
	caps := map[int]bool{}
	var grown []int
	for i := range 100_000 {
		grown = append(grown, i)
		caps[cap(grown)] = true
	}
	fmt.Println(len(caps), cap(grown))
	var sizes []int
	for n := range 40 {
		sizes = append(sizes, cap(append([]byte(nil), make([]byte, n)...)), cap(append([]int32{}, make([]int32, n)...)), cap([]byte(strings.Repeat("x", n*11))), cap([]rune(strings.Repeat("x", n))))
	}
	fmt.Println(sizes)
	type triple struct{ a, b, c byte }
	fmt.Println(cap(append([]triple{}, make([]triple, 5)...)), cap(append([]struct{}{}, make([]struct{}, 5)...)), cap(append(make([]string, 3), "x")))
	var keep []string
	for i := range 5000 {
		keep = append(keep, strings.ToUpper(fmt.Sprint("item", i)))
		if i%1000 == 0 {
			runtime.GC()
		}
	}
	bad := 0
	for i, k := range keep {
		if k != fmt.Sprint("ITEM", i) {
			bad++
		}
	}
	fmt.Println("bad", bad)
}
