// The built-in print functions.
package main

import "math"

type T struct{ a int }

func main() {
	println()
	println(true, false, 1, -1, int8(-128), uint64(math.MaxUint64), int64(math.MinInt64), 'x', "text", "")
	print("no newline", 1, 2, "three", "\n")
	var e any
	var f error
	var s []int
	var m map[int]int
	var c chan int
	var p *T
	println(e, f, s, m, c, p)
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1.5, 2.5e-6, 123456789, 9.9999995, 9.9999994, 1e100, 1e-100, 1e308,
		math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN(), math.Pi, 1.0000005, 1.0000015, 3.3333335} {
		println(x, float32(x))
	}
	println(complex(1, -2), complex64(complex(0.5, math.Inf(1))))
	print(uintptr(10), int16(3), "\n")
	long := ""
	for range 300 {
		long += "0123456789"
	}
	println(long, len(long))
	const big = 1 << 62
	println(big, 0x7f, 1e3)
}
