// The min and max built-ins where the compiler has no instruction for them.

package runtime

// strmin and strmax keep their first argument on a tie.

func strmin(x, y string) string {
	if y < x {
		return y
	}
	return x
}

func strmax(x, y string) string {
	if y > x {
		return y
	}
	return x
}

func fmin32(x, y float32) float32 { return fmin(x, y) }
func fmin64(x, y float64) float64 { return fmin(x, y) }
func fmax32(x, y float32) float32 { return fmax(x, y) }
func fmax64(x, y float64) float64 { return fmax(x, y) }

// fmin is NaN if either is; -0 is below +0.
func fmin[F float32 | float64](x, y F) F {
	switch {
	case x != x || y != y:
		return x + y
	case x < y || x == 0 && y == 0 && 1/x < 0:
		return x
	}
	return y
}

func fmax[F float32 | float64](x, y F) F {
	switch {
	case x != x || y != y:
		return x + y
	case x > y || x == 0 && y == 0 && 1/x > 0:
		return x
	}
	return y
}
