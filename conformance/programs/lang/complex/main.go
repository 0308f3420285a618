// Complex arithmetic at the edges.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

func main() {
	inf, nan := math.Inf(1), math.NaN()
	parts := []float64{0, math.Copysign(0, -1), 1, -1, 2.5, 1e-320, 1e300, math.MaxFloat64, inf, -inf, nan}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				for _, d := range parts {
					n, m := complex(a, b), complex(c, d)
					fmt.Println(n, m, n/m)
				}
			}
		}
	}
	var c64 complex64 = complex(3, 4)
	fmt.Println(c64/complex64(complex(1, 2)), c64*c64, cmplx.Abs(complex128(c64)), c64 == complex64(complex(3, 4)))
}
