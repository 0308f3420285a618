// Values into interfaces and back, of every size.
package main

import (
	"fmt"
	"runtime"
)

type (
	b3  [3]byte
	i5  [5]int16
	str struct{ s string }
	pp  struct{ p *int }
	mix struct {
		a byte
		p *int
		s []string
	}
	zero struct{}
	big  [1000]int
	fl   float32
	f0   func() int
)

//go:noinline
func id[T any](x T) any { return x }

var keep []any

func main() {
	n := 41
	for i := range 300 {
		keep = append(keep, id(i), id(int8(i)), id(uint16(i)), id(int32(i)), id(uint64(i)), id(float64(i)), id(fl(i)), id(i%2 == 0))
	}
	keep = append(keep, id(b3{1, 2, 3}), id(i5{1}), id(str{"x"}), id(pp{&n}), id(mix{1, &n, []string{"q"}}), id(zero{}), id(big{5}),
		id(""), id("text"), id([]byte(nil)), id([]byte{}), id([]byte("b")), id([]string{"a"}), id(map[int]int{1: 2}), id(&n),
		id(f0(func() int { return n })), id(complex(1, 2)), id([1]int{3}), id([1]*int{&n}), id(struct{ x, y any }{1, "y"}), id(error(nil)),
		id(make(chan int)), id([0]int{}), id([2]string{"a", "b"}), id(uintptr(77)))
	runtime.GC()
	sum := 0
	for _, x := range keep {
		switch v := x.(type) {
		case int:
			sum += v
		case int8:
			sum += int(v)
		case uint16:
			sum += int(v)
		case int32:
			sum += int(v)
		case uint64:
			sum += int(v)
		case float64:
			sum += int(v)
		case fl:
			sum += int(v)
		case bool:
			if v {
				sum++
			}
		case pp:
			fmt.Println("pp", *v.p)
		case mix:
			fmt.Println("mix", v.a, *v.p, v.s)
		case *int:
			fmt.Println("*int", *v)
		case [1]*int:
			fmt.Println("[1]*int", *v[0])
		case f0:
			fmt.Println("f0", v())
		case chan int:
			fmt.Println("chan", v != nil)
		case big:
			fmt.Println("big", v[0], v[999])
		default:
			fmt.Printf("%T %v\n", v, v)
		}
	}
	fmt.Println(sum)
}
