// The print and println built-ins.
//
// One statement is one run between printlock and printunlock: its output gathers in a buffer and leaves with one
// write. The goroutine keeps its M meanwhile (m.locks), so the holder of the lock always runs.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// printer is the state of the statement that is being printed. The M in owner may use the rest.
var printer struct {
	owner atomic.Uintptr // *m
	depth int
	n     int
	buf   [1024]byte
}

func printlock() {
	mp := getg().m
	mp.locks++
	me := uintptr(unsafe.Pointer(mp))
	if printer.owner.Load() == me {
		printer.depth++
		return
	}
	for spins := 0; !printer.owner.CompareAndSwap(0, me); spins++ {
		if spins < 1000 {
			procyield(20)
			continue
		}
		mp.locks--
		Gosched()
		mp = getg().m
		mp.locks++
		me = uintptr(unsafe.Pointer(mp))
	}
	printer.depth = 1
}

func printunlock() {
	mp := getg().m
	if printer.depth--; printer.depth == 0 {
		printflush()
		printer.owner.Store(0)
	}
	mp.locks--
}

func printflush() {
	if printer.n > 0 {
		kwrite(2, unsafe.Pointer(&printer.buf), int32(printer.n))
		printer.n = 0
	}
}

// printbytes adds to the statement's output.
func printbytes(b []byte) {
	for len(b) > 0 {
		if printer.n == len(printer.buf) {
			printflush()
		}
		n := copy(printer.buf[printer.n:], b)
		printer.n += n
		b = b[n:]
	}
}

func printstring(s string) {
	printlock()
	printbytes(unsafe.Slice(unsafe.StringData(s), len(s)))
	printunlock()
}

func printsp() {
	printstring(" ")
}

func printnl() {
	printstring("\n")
}

func printbool(v bool) {
	if v {
		printstring("true")
	} else {
		printstring("false")
	}
}

func printuint(v uint64) {
	var digits [20]byte
	printlock()
	printbytes(formatDecimal(&digits, v))
	printunlock()
}

func printint(v int64) {
	printlock()
	if v < 0 {
		printstring("-")
		v = -v
	}
	printuint(uint64(v))
	printunlock()
}

func printhex(v uint64) {
	var buf [18]byte
	i := len(buf)
	for {
		i--
		buf[i] = "0123456789abcdef"[v%16]
		if v /= 16; v == 0 {
			break
		}
	}
	buf[i-1], buf[i-2] = 'x', '0'
	printlock()
	printbytes(buf[i-2:])
	printunlock()
}

func printpointer(p unsafe.Pointer) {
	printhex(uint64(uintptr(p)))
}

func printuintptr(p uintptr) {
	printhex(uint64(p))
}

// printfloat writes sign, seven digits and a three-digit exponent: +1.234500e+002.
func printfloat(v float64) {
	switch {
	case v != v:
		printstring("NaN")
		return
	case v > 0 && v+v == v:
		printstring("+Inf")
		return
	case v < 0 && v+v == v:
		printstring("-Inf")
		return
	}
	const digits = 7
	var buf [digits + 7]byte
	sign, exp := byte('+'), 0
	if v < 0 || v == 0 && 1/v < 0 {
		sign, v = '-', -v
	}
	if v != 0 {
		v, exp = normalize(v)
		v += 5e-7 // Half of the last digit: what follows truncates.
		if v >= 10 {
			v, exp = v/10, exp+1
		}
	}
	buf[0], buf[2] = sign, '.'
	for i := range digits {
		d := int(v)
		v = (v - float64(d)) * 10
		buf[1+i+bool2int(i > 0)] = byte('0' + d)
	}
	putExponent(buf[digits+2:], exp)
	printlock()
	printbytes(buf[:])
	printunlock()
}

// normalize scales a positive v to 1 <= v < 10.
func normalize(v float64) (float64, int) {
	exp := 0
	for v >= 10 {
		v, exp = v/10, exp+1
	}
	for v < 1 {
		v, exp = v*10, exp-1
	}
	return v, exp
}

func putExponent(buf []byte, exp int) {
	buf[0], buf[1] = 'e', '+'
	if exp < 0 {
		buf[1], exp = '-', -exp
	}
	buf[2], buf[3], buf[4] = byte('0'+exp/100), byte('0'+exp/10%10), byte('0'+exp%10)
}

func printcomplex(c complex128) {
	printlock()
	printstring("(")
	printfloat(real(c))
	printfloat(imag(c))
	printstring("i)")
	printunlock()
}

func printeface(e eface) {
	printpair(uint64(uintptr(unsafe.Pointer(e._type))), uint64(uintptr(e.data)))
}

func printiface(i iface) {
	printpair(uint64(uintptr(unsafe.Pointer(i.tab))), uint64(uintptr(i.data)))
}

func printpair(a, b uint64) {
	printlock()
	printstring("(")
	printhex(a)
	printstring(",")
	printhex(b)
	printstring(")")
	printunlock()
}

func printslice(s []byte) {
	printlock()
	printstring("[")
	printint(int64(len(s)))
	printstring("/")
	printint(int64(cap(s)))
	printstring("]")
	printpointer(unsafe.Pointer(unsafe.SliceData(s)))
	printunlock()
}
