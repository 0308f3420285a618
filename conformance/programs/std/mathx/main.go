// Floating point, integers at their limits, conversions, math and math/cmplx, math/rand with fixed seeds.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand"
	randv2 "math/rand/v2"
)

func main() {
	vals := []float64{0, math.Copysign(0, -1), 1, -1.5, math.Pi, 1e300, 5e-324, math.Inf(1), math.NaN(), 1 << 53}
	for _, v := range vals {
		fmt.Println(v, math.Sqrt(v), math.Floor(v), math.Trunc(v), math.Sin(v), math.Exp(v), math.Log(v), math.Float64bits(v), float32(v), math.FMA(v, v, 1), math.Mod(v, 0.7), math.Cbrt(v), math.Gamma(v))
	}
	for _, v := range vals[:5] {
		fmt.Println(int64(v), int8(int64(v)), uint32(int64(v)), math.Round(v), math.RoundToEven(v+0.5))
	}
	var i8 int8 = 127
	var u8 uint8
	var i64 int64 = math.MinInt64
	i8++
	u8--
	fmt.Println(i8, u8, -i64, i64/-1, i64%-1, 1<<i8&63, -7/2, -7%3, 7&^5, ^6)
	fmt.Println(uint64(1)<<63>>uint(u8&62), int64(-1)>>70, uint32(u8)<<(33-u8&1))
	c := cmplx.Sqrt(-1 + 2i)
	fmt.Println(c, c*c, real(c), imag(c), cmplx.Exp(c), cmplx.Abs(3+4i), c == c, c/0)
	r := rand.New(rand.NewSource(42))
	fmt.Println(r.Int63(), r.Float64(), r.Perm(5), r.NormFloat64())
	p := randv2.New(randv2.NewPCG(1, 2))
	fmt.Println(p.Uint64(), p.IntN(100), p.Float64(), p.Perm(5))
	cc := randv2.NewChaCha8([32]byte{1})
	fmt.Println(cc.Uint64(), cc.Uint64())
	seen := map[uint64]bool{}
	for range 1000 {
		seen[randv2.Uint64()] = true
		seen[rand.Uint64()] = true
	}
	fmt.Println(len(seen))
	var sum float32
	for i := range 1000 {
		sum += 1 / float32(i+1)
	}
	fmt.Println(sum, min(1, 2.5, -1), max("a", "b"), math.MaxInt64, uint64(math.MaxUint64))
}
