// Strings: concatenation and conversions that the compiler leaves to the runtime.
//
// A result that does not escape is built in a 32-byte buffer of the caller's frame if it fits.

package runtime

import (
	"internal/bytealg"
	"unsafe"
)

const tmpStringBufSize = 32

type tmpBuf [tmpStringBufSize]byte

// stringOf views n bytes at p as a string.
func stringOf(p unsafe.Pointer, n int) string {
	return unsafe.String((*byte)(p), n)
}

// bytesForString is uninitialised room for n bytes of a string: in buf if that is there and large enough.
func bytesForString(buf *tmpBuf, n int) unsafe.Pointer {
	if buf != nil && n <= len(buf) {
		return unsafe.Pointer(buf)
	}
	return kmallocgc(uintptr(n), nil, false)
}

// onMyStack says whether p points into the running goroutine's stack, which moves and dies.
func onMyStack(p unsafe.Pointer) bool {
	gp := getg()
	return uintptr(p) >= gp.stack.lo && uintptr(p) < gp.stack.hi
}

// reusable says whether s itself may be the result of a concatenation: it outlives the result.
func reusable(buf *tmpBuf, s string) bool {
	return buf != nil || !onMyStack(unsafe.Pointer(unsafe.StringData(s)))
}

func concatstring2(buf *tmpBuf, a0, a1 string) string {
	if len(a0) == 0 && reusable(buf, a1) {
		return a1
	}
	if len(a1) == 0 && reusable(buf, a0) {
		return a0
	}
	n := len(a0) + len(a1)
	if n < 0 {
		throw("string concatenation too long")
	}
	p := bytesForString(buf, n)
	memmove(p, unsafe.Pointer(unsafe.StringData(a0)), uintptr(len(a0)))
	memmove(add(p, uintptr(len(a0))), unsafe.Pointer(unsafe.StringData(a1)), uintptr(len(a1)))
	return stringOf(p, n)
}

func concatstring3(buf *tmpBuf, a0, a1, a2 string) string {
	return concatstrings(buf, []string{a0, a1, a2})
}

func concatstring4(buf *tmpBuf, a0, a1, a2, a3 string) string {
	return concatstrings(buf, []string{a0, a1, a2, a3})
}

func concatstring5(buf *tmpBuf, a0, a1, a2, a3, a4 string) string {
	return concatstrings(buf, []string{a0, a1, a2, a3, a4})
}

func concatstrings(buf *tmpBuf, a []string) string {
	n, filled, last := 0, 0, ""
	for _, s := range a {
		if len(s) == 0 {
			continue
		}
		if n += len(s); n < 0 {
			throw("string concatenation too long")
		}
		filled++
		last = s
	}
	if filled == 0 {
		return ""
	}
	if filled == 1 && reusable(buf, last) {
		return last
	}
	p := bytesForString(buf, n)
	joinAt(p, a)
	return stringOf(p, n)
}

func joinAt(p unsafe.Pointer, a []string) {
	for _, s := range a {
		memmove(p, unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
		p = add(p, uintptr(len(s)))
	}
}

func concatbyte2(buf *tmpBuf, a0, a1 string) []byte {
	return concatbytes(buf, []string{a0, a1})
}

func concatbyte3(buf *tmpBuf, a0, a1, a2 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2})
}

func concatbyte4(buf *tmpBuf, a0, a1, a2, a3 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2, a3})
}

func concatbyte5(buf *tmpBuf, a0, a1, a2, a3, a4 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2, a3, a4})
}

// concatbytes is []byte(a + b + …).
func concatbytes(buf *tmpBuf, a []string) []byte {
	n := 0
	for _, s := range a {
		if n += len(s); n < 0 {
			throw("string concatenation too long")
		}
	}
	if n == 0 {
		return []byte{}
	}
	b := bytesForSlice(buf, n)
	joinAt(unsafe.Pointer(unsafe.SliceData(b)), a)
	return b
}

// bytesForSlice is a byte slice of length n whose bytes behind n are zero; the first n the caller writes.
func bytesForSlice(buf *tmpBuf, n int) []byte {
	if buf != nil && n <= len(buf) {
		*buf = tmpBuf{}
		return buf[:n]
	}
	return rawbyteslice(n)
}

func rawbyteslice(n int) []byte {
	room := roundupsize(uintptr(n))
	p := kmallocgc(room, nil, false)
	memclrNoHeapPointers(add(p, uintptr(n)), room-uintptr(n))
	return unsafe.Slice((*byte)(p), room)[:n]
}

func rawruneslice(n int) []rune {
	if uintptr(n) > maxAlloc/4 {
		throw("out of memory")
	}
	bytes := uintptr(n) * 4
	room := roundupsize(bytes)
	p := kmallocgc(room, nil, false)
	memclrNoHeapPointers(add(p, bytes), room-bytes)
	return unsafe.Slice((*rune)(p), room/4)[:n]
}

func slicebytetostring(buf *tmpBuf, ptr *byte, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return stringOf(unsafe.Pointer(&staticuint64s[*ptr]), 1)
	}
	p := bytesForString(buf, n)
	memmove(p, unsafe.Pointer(ptr), uintptr(n))
	return stringOf(p, n)
}

func slicebytetostringtmp(ptr *byte, n int) string {
	return unsafe.String(ptr, n)
}

func stringtoslicebyte(buf *tmpBuf, s string) []byte {
	b := bytesForSlice(buf, len(s))
	copy(b, s)
	return b
}

func stringtoslicerune(buf *[tmpStringBufSize]rune, s string) []rune {
	n := countrunes(s)
	var a []rune
	if buf != nil && n <= len(buf) {
		*buf = [tmpStringBufSize]rune{}
		a = buf[:n]
	} else {
		a = rawruneslice(n)
	}
	i := 0
	for _, r := range s {
		a[i] = r
		i++
	}
	return a
}

func slicerunetostring(buf *tmpBuf, a []rune) string {
	n := 0
	for _, r := range a {
		n += runelen(r)
	}
	if n == 0 {
		return ""
	}
	p := bytesForString(buf, n)
	at := uintptr(0)
	for _, r := range a {
		at += encoderune((*[utf8Max]byte)(add(p, at)), r)
	}
	return stringOf(p, n)
}

func intstring(buf *[utf8Max]byte, v int64) string {
	if int64(rune(v)) != v {
		v = runeError
	}
	p := unsafe.Pointer(buf)
	if buf == nil {
		p = kmallocgc(utf8Max, nil, false)
	}
	n := encoderune((*[utf8Max]byte)(p), rune(v))
	return stringOf(p, int(n))
}

// gostring copies a C string.
//
//go:linkname gostring
func gostring(p *byte) string {
	return gostringn(p, findnull(p))
}

// gostringnocopy views a C string that never changes.
func gostringnocopy(p *byte) string {
	return unsafe.String(p, findnull(p))
}

//go:linkname gostringn
func gostringn(p *byte, n int) string {
	if n == 0 {
		return ""
	}
	to := kmallocgc(uintptr(n), nil, false)
	memmove(to, unsafe.Pointer(p), uintptr(n))
	return stringOf(to, n)
}

//go:linkname internal_syscall_gostring internal/syscall/unix.gostring
func internal_syscall_gostring(p *byte) string {
	return gostring(p)
}

// gobytes copies n bytes.
//
//go:linkname gobytes
func gobytes(p *byte, n int) []byte {
	if n == 0 {
		return make([]byte, 0)
	}
	if n < 0 || uintptr(n) > maxAlloc {
		panic(errorString("gobytes: length out of range"))
	}
	b := rawbyteslice(n)
	memmove(unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(p), uintptr(n))
	return b
}

// findnull is the length of a C string. It does not read beyond the page that holds the end.
func findnull(p *byte) int {
	if p == nil {
		return 0
	}
	const page = 4096
	at, n := unsafe.Pointer(p), 0
	for {
		rest := page - int(uintptr(at)%page)
		if i := bytealg.IndexByteString(stringOf(at, rest), 0); i >= 0 {
			return n + i
		}
		at, n = add(at, uintptr(rest)), n+rest
	}
}
