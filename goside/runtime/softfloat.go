// Arithmetic for programs compiled with -d=softfloat: floating-point numbers travel as their bits in integer registers,
// and every operation on them is one of these calls. amd64 always has the instructions, so the calls use them.
//
// Names: f32, f64 are bits of a float; fint, fuint integers to float; fXtoY conversions.

package runtime

import "unsafe"

func fadd32(x, y uint32) uint32 { return float32bits(float32frombits(x) + float32frombits(y)) }
func fmul32(x, y uint32) uint32 { return float32bits(float32frombits(x) * float32frombits(y)) }
func fdiv32(x, y uint32) uint32 { return float32bits(float32frombits(x) / float32frombits(y)) }
func feq32(x, y uint32) bool    { return float32frombits(x) == float32frombits(y) }
func fgt32(x, y uint32) bool    { return float32frombits(x) > float32frombits(y) }
func fge32(x, y uint32) bool    { return float32frombits(x) >= float32frombits(y) }

func fadd64(x, y uint64) uint64 { return float64bits(float64frombits(x) + float64frombits(y)) }
func fmul64(x, y uint64) uint64 { return float64bits(float64frombits(x) * float64frombits(y)) }
func fdiv64(x, y uint64) uint64 { return float64bits(float64frombits(x) / float64frombits(y)) }
func feq64(x, y uint64) bool    { return float64frombits(x) == float64frombits(y) }
func fgt64(x, y uint64) bool    { return float64frombits(x) > float64frombits(y) }
func fge64(x, y uint64) bool    { return float64frombits(x) >= float64frombits(y) }

func fint32to32(x int32) uint32   { return float32bits(float32(x)) }
func fint64to32(x int64) uint32   { return float32bits(float32(x)) }
func fuint64to32(x uint64) uint32 { return float32bits(float32(x)) }
func f32toint32(x uint32) int32   { return int32(float32frombits(x)) }
func f32toint64(x uint32) int64   { return int64(float32frombits(x)) }
func f32touint64(x uint32) uint64 { return uint64(float32frombits(x)) }

func fint32to64(x int32) uint64   { return float64bits(float64(x)) }
func fint64to64(x int64) uint64   { return float64bits(float64(x)) }
func fuint64to64(x uint64) uint64 { return float64bits(float64(x)) }
func f64toint32(x uint64) int32   { return int32(float64frombits(x)) }
func f64toint64(x uint64) int64   { return int64(float64frombits(x)) }
func f64touint64(x uint64) uint64 { return uint64(float64frombits(x)) }

func f32to64(x uint32) uint64 { return float64bits(float64(float32frombits(x))) }
func f64to32(x uint64) uint32 { return float32bits(float32(float64frombits(x))) }

func float32bits(f float32) uint32 {
	return *(*uint32)(unsafe.Pointer(&f))
}

func float32frombits(b uint32) float32 {
	return *(*float32)(unsafe.Pointer(&b))
}
