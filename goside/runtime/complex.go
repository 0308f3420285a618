// Division of complex numbers.

package runtime

import "unsafe"

func isNaN(f float64) bool {
	return f != f
}

func isFinite(f float64) bool {
	return f-f == 0
}

func isInf(f float64) bool {
	return !isNaN(f) && !isFinite(f)
}

func abs(f float64) float64 {
	return float64frombits(float64bits(f) &^ (1 << 63))
}

func copysign(f, sign float64) float64 {
	const top = 1 << 63
	return float64frombits(float64bits(f)&^top | float64bits(sign)&top)
}

func float64bits(f float64) uint64 {
	return *(*uint64)(unsafe.Pointer(&f))
}

func float64frombits(b uint64) float64 {
	return *(*float64)(unsafe.Pointer(&b))
}

func posInf() float64 {
	return float64frombits(0x7FF0000000000000)
}

// unit is ±1 for an infinity and ±0 for anything else, with f's sign.
func unit(f float64) float64 {
	return copysign(float64(bool2int(isInf(f))), f)
}

// complex128div divides by Smith's method. Where both parts end in NaN although the quotient is a zero or an infinity, the
// result is recovered as Annex G of the C standard prescribes.
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	e, f := smith(a, b, c, d)
	if !isNaN(e) || !isNaN(f) {
		return complex(e, f)
	}
	switch {
	case m == 0 && (!isNaN(a) || !isNaN(b)):
		e, f = copysign(posInf(), c)*a, copysign(posInf(), c)*b
	case (isInf(a) || isInf(b)) && isFinite(c) && isFinite(d):
		a, b = unit(a), unit(b)
		e, f = posInf()*(a*c+b*d), posInf()*(b*c-a*d)
	case (isInf(c) || isInf(d)) && isFinite(a) && isFinite(b):
		c, d = unit(c), unit(d)
		e, f = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(e, f)
}

// smith is (a+bi)/(c+di), scaled by the larger part of the divisor so that nothing overflows early.
func smith(a, b, c, d float64) (e, f float64) {
	if abs(c) >= abs(d) {
		ratio := d / c
		denom := c + ratio*d
		return (a + b*ratio) / denom, (b - a*ratio) / denom
	}
	ratio := c / d
	denom := d + ratio*c
	return (a*ratio + b) / denom, (b*ratio - a) / denom
}
