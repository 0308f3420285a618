// String operations that compiled code leaves to the runtime.
package main

import (
	"fmt"
	"strings"
)

type S string

//go:noinline
func cat(a ...string) []string {
	x := func(i int) string { return a[i%len(a)] }
	return []string{
		x(0) + x(1),
		x(0) + x(1) + x(2),
		x(0) + x(1) + x(2) + x(3),
		x(0) + x(1) + x(2) + x(3) + x(4),
		x(0) + x(1) + x(2) + x(3) + x(4) + x(5) + x(6),
	}
}

//go:noinline
func catBytes(a, b, c, d, e string) [][]byte {
	return [][]byte{
		[]byte(a + b), []byte(a + b + c), []byte(a + b + c + d), []byte(a + b + c + d + e),
		[]byte(a + b + c + d + e + a + b),
	}
}

//go:noinline
func local(a, b string) int {
	s := a + b
	n := 0
	for i := range len(s) {
		n = n*31 + int(s[i])
	}
	return n
}

func main() {
	long := strings.Repeat("long text ", 40)
	for _, args := range [][]string{
		{"a", "b", "c", "d", "e", "f", "g"},
		{"", "x", ""},
		{"", "", "", "y"},
		{long, "", "!", long},
		{"", ""},
	} {
		fmt.Printf("%q\n", cat(args...))
	}
	for _, b := range catBytes("one", "", "two", "3", "vier") {
		fmt.Printf("%q %d\n", b, cap(b))
	}
	fmt.Println(local("short", "er"), local(long, long))

	for n := range 80 {
		s := strings.Repeat("z", n)
		b := []byte(s)
		fmt.Print(len(b), "/", cap(b), " ")
		if string(b) != s {
			fmt.Println("bytes differ", n)
		}
	}
	fmt.Println()
	for _, n := range []int{100, 1000, 1024, 1025, 5000, 32760, 32768, 32769, 100000} {
		b := []byte(strings.Repeat("q", n))
		r := []rune(string(b))
		fmt.Println(n, cap(b), len(r), cap(r))
	}

	for _, s := range []string{
		"plain", "grüße", "日本語", "𝔘𝔫𝔦", "a\xffb", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80x", "\xf4\x90\x80\x80", "\xf0\x9f\x98\x80\xf0\x9f",
		"\x80\x81", "\u07ff\u0800\uffff", "\U00010000\U0010ffff", "",
	} {
		var runes []rune
		var at []int
		for i, r := range s {
			runes, at = append(runes, r), append(at, i)
		}
		conv := []rune(s)
		fmt.Printf("%q %x %v %v %v %q\n", s, runes, at, len([]rune(s)), len(conv), string(conv))
	}
	for _, r := range []rune{0, 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x110000, -1} {
		fmt.Printf("%x ", string(r))
	}
	for _, v := range []int64{65, 1 << 40, -5, 0x10ffff} {
		fmt.Printf("%x ", string(rune(v)))
	}
	fmt.Println()

	for i := range 256 {
		b := []byte{byte(i)}
		if s := string(b); len(s) != 1 || s[0] != byte(i) {
			fmt.Println("single byte", i)
		}
	}
	words := strings.Fields("the quick brown fox jumps over the lazy dog and comes back")
	sorted := ""
	for _, w := range words {
		if w > sorted {
			sorted = w
		}
	}
	fmt.Println(sorted, S("x")+"y" == "xy", "a" < "b", "ab" < "a", strings.Compare("a", "b"))
	m := map[string]int{}
	for _, w := range words {
		m[string([]byte(w))]++
	}
	fmt.Println(m)
	var sb strings.Builder
	for i := range 1000 {
		fmt.Fprint(&sb, i)
	}
	fmt.Println(sb.Len(), strings.Count(sb.String(), "9"), strings.Index(sb.String(), "998"))
}
