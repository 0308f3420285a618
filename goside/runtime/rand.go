// Random numbers. rand is the kernel's per-thread generator, seeded by the system; the cheaprand family trades quality
// for speed and runs without leaving Go.

package runtime

import (
	"internal/runtime/math"
	_ "unsafe" // for go:linkname
)

// cheaprand is wyrand (Wang Yi, public domain) on a state of the thread's own. A goroutine that moves to another
// thread between load and store only makes two numbers depend on each other.
//
//go:linkname cheaprand
//go:nosplit
func cheaprand() uint32 {
	return uint32(cheaprand64())
}

//go:linkname cheaprand64
//go:nosplit
func cheaprand64() int64 {
	mp := getg().m
	mp.cheaprand += 0xa0761d6478bd642f
	hi, lo := math.Mul64(mp.cheaprand, mp.cheaprand^0xe7037ed1a0b428db)
	return int64(hi ^ lo)
}

// cheaprandn is a number below n.
//
//go:linkname cheaprandn
//go:nosplit
func cheaprandn(n uint32) uint32 {
	return uint32((uint64(cheaprand()) * uint64(n)) >> 32)
}

// randn is a number below n, from the better generator.
//
//go:linkname randn
//go:nosplit
func randn(n uint32) uint32 {
	return uint32((uint64(uint32(rand())) * uint64(n)) >> 32)
}

//go:linkname rand32
func rand32() uint32 {
	return uint32(rand() >> 32)
}

// Old names that modules still reach for.
//
//go:linkname legacy_fastrand runtime.fastrand
func legacy_fastrand() uint32 {
	return uint32(rand())
}

//go:linkname legacy_fastrandn runtime.fastrandn
func legacy_fastrandn(n uint32) uint32 {
	return randn(n)
}

//go:linkname legacy_fastrand64 runtime.fastrand64
func legacy_fastrand64() uint64 {
	return rand()
}
