// fmt: every verb on every kind.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"time"
	"unsafe"
)

type point struct {
	X, Y int
	name string
}
type str string
type withString struct{ n int }
type withGo struct{}
type withFormat struct{}
type bad struct{}
type iface interface{ M() }

func (w withString) String() string              { return fmt.Sprint("<", w.n, ">") }
func (withGo) GoString() string                  { return "withGo!" }
func (withFormat) Format(s fmt.State, verb rune) { fmt.Fprintf(s, "[%c %v]", verb, s.Flag('+')) }
func (bad) String() string                       { panic("bad String") }

func main() {
	var nilp *point
	var nili iface
	values := []any{
		0, -42, uint8(255), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(10), 3.14159, float32(1e-7), math.Inf(-1), math.NaN(),
		1e21, 100000000.0, complex(1, -2.5), true, "str\n\"q\"", "日本\xff", 'x', '\u1234', []byte("bytes"), []byte(nil), [3]byte{1, 2, 3},
		[]int{1, 2}, []string{"a", "b c"}, [2][]int{{1}, nil}, map[string]int{"b": 2, "a": 1}, map[point]bool{{1, 2, "n"}: true},
		point{1, 2, "p"}, &point{3, 4, "q"}, nilp, nili, nil, str("named"), withString{5}, &withString{6}, []withString{{7}}, withGo{}, withFormat{},
		bad{}, errors.New("err"), struct{}{}, struct {
			A any
			B *int
		}{}, time.Duration(90) * time.Second, []any{1, "a", nil}, &[]int{1}, &map[int]int{1: 2}, unsafe.Pointer(nil),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%T", "%d", "%s", "%q", "%x", "%X", "% x", "%#x", "%o", "%#o", "%O", "%b", "%c", "%U", "%#U", "%e", "%f", "%g", "%G", "%t", "%8v|", "%-8v|", "%08d", "%+d", "%.2f", "%10.3s|", "%+q", "%#q", "%z"} {
		for _, v := range values {
			fmt.Printf(verb+" ", v)
		}
		fmt.Println()
	}
	fmt.Printf("%[2]d %[1]d %d %[5]d %!\n", 1, 2)
	fmt.Printf("%*d|%-*d|%.*f\n", 5, 1, 5, 2, 3, math.Pi)
	fmt.Printf("%d %s\n", 1)
	fmt.Printf("%d\n", 1, 2, "extra")
	fmt.Println(fmt.Sprint("a", 1, 2, "b", "c", 3.0, nil), fmt.Sprintln("x", 1))
	var a int
	var b string
	var c float64
	n, err := fmt.Sscanf("12 word 3.5", "%d %s %f", &a, &b, &c)
	fmt.Println(n, err, a, b, c)
	n, err = fmt.Sscan("0x1f true", &a, new(bool))
	fmt.Println(n, err, a)
	n, err = fmt.Sscanf("x", "%d", &a)
	fmt.Println(n, err)
	fmt.Println(fmt.Errorf("wrap %w and %w", os.ErrExist, os.ErrClosed))
	fmt.Println(string(fmt.Append([]byte("pre:"), 1, "two")))
}
