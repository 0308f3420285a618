// container/heap, list, ring; text/tabwriter; strings and bytes helpers; unicode; strconv; bits.
package main

import (
	"bytes"
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf16"
)

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func main() {
	h := &ints{5, 2, 8}
	heap.Init(h)
	for i := range 20 {
		heap.Push(h, i*7%13)
	}
	for h.Len() > 0 {
		fmt.Print(heap.Pop(h), " ")
	}
	fmt.Println()
	l := list.New()
	e := l.PushBack(1)
	l.InsertBefore(0, e)
	l.PushFront("f")
	l.MoveToFront(e)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	r := ring.New(4)
	for i := range 4 {
		r.Value = i
		r = r.Next()
	}
	r.Unlink(1)
	r.Do(func(v any) { fmt.Print(v, " ") })
	fmt.Println()
	w := tabwriter.NewWriter(os.Stdout, 4, 0, 1, '.', tabwriter.AlignRight|tabwriter.Debug)
	fmt.Fprintln(w, "a\tbbb\tc\naaaa\tb\tccccc")
	w.Flush()
	fmt.Println(strings.NewReplacer("a", "1", "bb", "2").Replace("abba"), strings.EqualFold("Straße", "STRASSE"), strings.Title("ab cd"), strings.TrimFunc("  x ", unicode.IsSpace), strings.FieldsFunc("a1b2c", unicode.IsDigit))
	fmt.Println(bytes.Fields([]byte(" a  b ")), strings.SplitAfterN("a,b,c", ",", 2), strings.LastIndex("go gopher", "go"))
	fmt.Println(strings.Cut("k=v", "="))
	for _, s := range []string{"1", "-0x1f", "1e3", "inf", "0b11", "99999999999999999999", "x", "1_000", ""} {
		i, err := strconv.ParseInt(s, 0, 64)
		f, err2 := strconv.ParseFloat(s, 64)
		fmt.Println(s, i, err, f, err2)
	}
	fmt.Println(strconv.Quote("a\t☺\x00"), strconv.QuoteToASCII("☺"), strconv.AppendInt(nil, -5, 2), strconv.FormatFloat(1.0/3, 'e', -1, 32))
	fmt.Println(bits.LeadingZeros64(1), bits.OnesCount(255), bits.Reverse8(1), bits.Len(1000))
	fmt.Println(bits.Mul64(1<<63, 6))
	fmt.Println(utf16.Encode([]rune("a😀")), unicode.IsUpper('É'), unicode.ToLower('Σ'), unicode.In('世', unicode.Han))
}
