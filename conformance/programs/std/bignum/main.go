// math/big: assembly loops, division, primes, square roots, conversion of long numbers.
package main

import (
	"fmt"
	"math/big"
	"math/rand"
	"sync"
)

func fact(n int64) *big.Int { return new(big.Int).MulRange(1, n) }

func pi(digits int) string {
	unity := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits+10)), nil)
	arctan := func(x int64) *big.Int {
		sum, term, n := new(big.Int), new(big.Int).Div(unity, big.NewInt(x)), int64(1)
		sum.Set(term)
		for sign := int64(-1); term.Sign() != 0; sign = -sign {
			term.Div(term, big.NewInt(x*x))
			n += 2
			sum.Add(sum, new(big.Int).Div(new(big.Int).Mul(term, big.NewInt(sign)), big.NewInt(n)))
		}
		return sum
	}
	v := new(big.Int).Sub(new(big.Int).Mul(arctan(5), big.NewInt(16)), new(big.Int).Mul(arctan(239), big.NewInt(4)))
	return v.Div(v, big.NewInt(10_000_000_000)).String()
}

func main() {
	p := pi(1000)
	fmt.Println(p[:60], p[990:])
	f := fact(1000).String()
	fmt.Println(len(f), f[:40])
	r := rand.New(rand.NewSource(7))
	bad := 0
	for i := range 300 {
		a, b := new(big.Int).Rand(r, new(big.Int).Lsh(big.NewInt(1), uint(50+i*30))), new(big.Int).Rand(r, new(big.Int).Lsh(big.NewInt(1), uint(10+i*13)))
		b.Add(b, big.NewInt(1))
		q, m := new(big.Int).DivMod(a, b, new(big.Int))
		if new(big.Int).Add(new(big.Int).Mul(q, b), m).Cmp(a) != 0 {
			bad++
		}
		s := a.Text(36)
		if back, ok := new(big.Int).SetString(s, 36); !ok || back.Cmp(a) != 0 {
			bad++
		}
		if g := new(big.Int).GCD(nil, nil, a, b); new(big.Int).Mod(b, g).Sign() != 0 {
			bad++
		}
	}
	fmt.Println("bad", bad)
	m := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 521), big.NewInt(1))
	fmt.Println(m.ProbablyPrime(10), new(big.Int).Exp(big.NewInt(3), m, big.NewInt(1_000_000_007)), new(big.Int).ModInverse(big.NewInt(3), m).BitLen())
	fmt.Println(new(big.Float).SetPrec(300).Sqrt(big.NewFloat(2)).Text('g', 80))
	fmt.Println(big.NewRat(355, 113).FloatString(30), new(big.Rat).Add(big.NewRat(1, 3), big.NewRat(1, 6)))
	var wg sync.WaitGroup
	out := make([]int, 6)
	for g := range out {
		wg.Go(func() { out[g] = fact(int64(500 + 100*g)).BitLen() })
	}
	wg.Wait()
	fmt.Println(out)
	func() {
		defer func() { fmt.Println(recover()) }()
		new(big.Int).Div(m, new(big.Int))
	}()
}
