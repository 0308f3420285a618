// Package kernel holds the converted Rust code (a .syso file) and the stubs that call it.
package kernel

func callTest(out *byte, n int) int
func callSame(x uint64) (a, b uint64)
func callPanic(index int) int

// Report is what the Rust code prints about itself.
func Report() string {
	buf := make([]byte, 8192)
	return string(buf[:callTest(&buf[0], len(buf))])
}

// Same reports whether two Rust functions with equal code agree.
func Same(x uint64) bool {
	a, b := callSame(x)
	return a == b && a != 0
}

// Panic looks up element index in a Rust array of six.
func Panic(index int) int { return callPanic(index) }
