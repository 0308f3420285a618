// Errors of the runtime and the texts that programs print. The texts are Go's: users search for them.

package runtime

import (
	"internal/abi"
	"unsafe"
)

// Error is what panics raised by the runtime itself implement, such as a failed index or a nil dereference.
type Error interface {
	error

	// RuntimeError does nothing: it only tells errors of the runtime from others.
	RuntimeError()
}

// TypeAssertionError is the panic of a failed x.(T).
type TypeAssertionError struct {
	_interface    *_type
	concrete      *_type
	asserted      *_type
	missingMethod string // one method needed by the interface, missing from concrete
}

// RuntimeError marks the type as an [Error].
func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	from := "interface"
	if e._interface != nil {
		from = typeString(e._interface)
	}
	want := typeString(e.asserted)
	if e.concrete == nil {
		return "interface conversion: " + from + " is nil, not " + want
	}
	have := typeString(e.concrete)
	if e.missingMethod != "" {
		return "interface conversion: " + have + " is not " + want + ": missing method " + e.missingMethod
	}
	msg := "interface conversion: " + from + " is " + have + ", not " + want
	if have != want {
		return msg
	}
	if pkgPath(e.concrete) != pkgPath(e.asserted) {
		return msg + " (types from different packages)"
	}
	return msg + " (types from different scopes)"
}

// An errorString is a run time error told by one text.
type errorString string

// RuntimeError marks the type as an [Error].
func (e errorString) RuntimeError() {}

func (e errorString) Error() string {
	return "runtime error: " + string(e)
}

// An errorAddressString is an errorString that knows the faulting address.
type errorAddressString struct {
	msg  string
	addr uintptr
}

// RuntimeError marks the type as an [Error].
func (e errorAddressString) RuntimeError() {}

func (e errorAddressString) Error() string {
	return "runtime error: " + e.msg
}

// Addr is the memory address where the fault occurred. It may be unrelated to the program's own pointers.
func (e errorAddressString) Addr() uintptr {
	return e.addr
}

// A plainError is an errorString without the prefix.
type plainError string

// RuntimeError marks the type as an [Error].
func (e plainError) RuntimeError() {}

func (e plainError) Error() string {
	return string(e)
}

// Other packages see some of these through linkname, so they are data from the start.
//
//go:linkname divideError
//go:linkname overflowError
//go:linkname maps_errNilAssign internal/runtime/maps.errNilAssign
var (
	divideError       = error(errorString("integer divide by zero"))
	overflowError     = error(errorString("integer overflow"))
	shiftError        = error(errorString("negative shift amount"))
	memoryError       = error(errorString("invalid memory address or nil pointer dereference"))
	maps_errNilAssign = error(plainError("assignment to entry in nil map"))
)

func panicdivide() {
	panic(divideError)
}

func panicoverflow() {
	panic(overflowError)
}

func panicshift() {
	panic(shiftError)
}

// A boundsError is a failed index or slice expression.
type boundsError struct {
	x      int64
	y      int
	signed bool // x is a signed number
	code   boundsErrorCode
}

type boundsErrorCode uint8

const (
	boundsIndex boundsErrorCode = iota // s[x]; x is not in [0, len(s))

	boundsSliceAlen // s[_:x]; x is not in [0, len(s)]
	boundsSliceAcap // s[_:x]; x is not in [0, cap(s)]
	boundsSliceB    // s[x:y]; x is not in [0, y]

	boundsSlice3Alen // s[_:_:x]; x is not in [0, len(s)]
	boundsSlice3Acap // s[_:_:x]; x is not in [0, cap(s)]
	boundsSlice3B    // s[_:x:y]; x is not in [0, y]
	boundsSlice3C    // s[x:y:_]; x is not in [0, y]

	boundsConvert // (*[x]T)(s); x is not in [0, len(s)]
)

// Texts by code: for a bad x in general, and for a negative x. An 'x' or 'y' behind % stands for the number.
var boundsTexts = [...][2]string{
	boundsIndex:      {"index out of range [%x] with length %y", "index out of range [%x]"},
	boundsSliceAlen:  {"slice bounds out of range [:%x] with length %y", "slice bounds out of range [:%x]"},
	boundsSliceAcap:  {"slice bounds out of range [:%x] with capacity %y", "slice bounds out of range [:%x]"},
	boundsSliceB:     {"slice bounds out of range [%x:%y]", "slice bounds out of range [%x:]"},
	boundsSlice3Alen: {"slice bounds out of range [::%x] with length %y", "slice bounds out of range [::%x]"},
	boundsSlice3Acap: {"slice bounds out of range [::%x] with capacity %y", "slice bounds out of range [::%x]"},
	boundsSlice3B:    {"slice bounds out of range [:%x:%y]", "slice bounds out of range [:%x:]"},
	boundsSlice3C:    {"slice bounds out of range [%x:%y:]", "slice bounds out of range [%x::]"},
	boundsConvert:    {"cannot convert slice with length %y to array or pointer to array with length %x", ""},
}

// RuntimeError marks the type as an [Error].
func (e boundsError) RuntimeError() {}

func (e boundsError) Error() string {
	negative := e.signed && e.x < 0
	text := boundsTexts[e.code][bool2int(negative)]
	b := append(make([]byte, 0, 100), "runtime error: "...)
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b = append(b, text[i])
			continue
		}
		i++
		switch {
		case text[i] == 'y':
			b = appendDecimal(b, uint64(e.y))
		case negative:
			b = appendDecimal(append(b, '-'), uint64(-e.x))
		default:
			b = appendDecimal(b, uint64(e.x))
		}
	}
	return string(b)
}

// appendDecimal writes v in base 10.
func appendDecimal(b []byte, v uint64) []byte {
	var digits [20]byte
	return append(b, formatDecimal(&digits, v)...)
}

// formatDecimal writes v in base 10 at the end of buf and returns that part of it.
func formatDecimal(buf *[20]byte, v uint64) []byte {
	i := len(buf) - 1
	for ; v >= 10; v /= 10 {
		buf[i] = byte('0' + v%10)
		i--
	}
	buf[i] = byte('0' + v)
	return buf[i:]
}

func panicBounds(x int64, signed bool, y int, code boundsErrorCode) {
	panic(boundsError{x, y, signed, code})
}

// The assembly stubs that compiled code calls continue here.

func goPanicIndex(x int, y int)        { panicBounds(int64(x), true, y, boundsIndex) }
func goPanicIndexU(x uint, y int)      { panicBounds(int64(x), false, y, boundsIndex) }
func goPanicSliceAlen(x int, y int)    { panicBounds(int64(x), true, y, boundsSliceAlen) }
func goPanicSliceAlenU(x uint, y int)  { panicBounds(int64(x), false, y, boundsSliceAlen) }
func goPanicSliceAcap(x int, y int)    { panicBounds(int64(x), true, y, boundsSliceAcap) }
func goPanicSliceAcapU(x uint, y int)  { panicBounds(int64(x), false, y, boundsSliceAcap) }
func goPanicSliceB(x int, y int)       { panicBounds(int64(x), true, y, boundsSliceB) }
func goPanicSliceBU(x uint, y int)     { panicBounds(int64(x), false, y, boundsSliceB) }
func goPanicSlice3Alen(x int, y int)   { panicBounds(int64(x), true, y, boundsSlice3Alen) }
func goPanicSlice3AlenU(x uint, y int) { panicBounds(int64(x), false, y, boundsSlice3Alen) }
func goPanicSlice3Acap(x int, y int)   { panicBounds(int64(x), true, y, boundsSlice3Acap) }
func goPanicSlice3AcapU(x uint, y int) { panicBounds(int64(x), false, y, boundsSlice3Acap) }
func goPanicSlice3B(x int, y int)      { panicBounds(int64(x), true, y, boundsSlice3B) }
func goPanicSlice3BU(x uint, y int)    { panicBounds(int64(x), false, y, boundsSlice3B) }
func goPanicSlice3C(x int, y int)      { panicBounds(int64(x), true, y, boundsSlice3C) }
func goPanicSlice3CU(x uint, y int)    { panicBounds(int64(x), false, y, boundsSlice3C) }
func goPanicSliceConvert(x int, y int) { panicBounds(int64(x), true, y, boundsConvert) }

// The stubs themselves (bounds_amd64.s). Only compiled code calls them.

func panicIndex(x int, y int)
func panicIndexU(x uint, y int)
func panicSliceAlen(x int, y int)
func panicSliceAlenU(x uint, y int)
func panicSliceAcap(x int, y int)
func panicSliceAcapU(x uint, y int)
func panicSliceB(x int, y int)
func panicSliceBU(x uint, y int)
func panicSlice3Alen(x int, y int)
func panicSlice3AlenU(x uint, y int)
func panicSlice3Acap(x int, y int)
func panicSlice3AcapU(x uint, y int)
func panicSlice3B(x int, y int)
func panicSlice3BU(x uint, y int)
func panicSlice3C(x int, y int)
func panicSlice3CU(x uint, y int)
func panicSliceConvert(x int, y int)

// panicdottypeE is a failed x.(T) on an any: have, want and the interface's type.
func panicdottypeE(have, want, iface *_type) {
	panic(&TypeAssertionError{iface, have, want, ""})
}

// panicdottypeI is the same on an interface with methods.
func panicdottypeI(have *itab, want, iface *_type) {
	var t *_type
	if have != nil {
		t = have.Type
	}
	panicdottypeE(t, want, iface)
}

// panicnildottype is a failed x.(T) on a nil interface.
func panicnildottype(want *_type) {
	panic(&TypeAssertionError{nil, nil, want, ""})
}

func panicUncomparable(t *_type) {
	panic(errorString("comparing uncomparable type " + typeString(t)))
}

func panicUnhashable(t *_type) {
	panic(errorString("hash of unhashable type " + typeString(t)))
}

// typeString is the name of a type as %T prints it.
func typeString(t *_type) string {
	s := nameAt(resolveNameOff(unsafe.Pointer(t), t.Str)).Name()
	if t.TFlag&abi.TFlagExtraStar != 0 {
		return s[1:]
	}
	return s
}

//go:linkname maps_typeString internal/runtime/maps.typeString
func maps_typeString(t *_type) string {
	return typeString(t)
}

// pkgPath is the import path of the package that declares t, "" if none does.
func pkgPath(t *_type) string {
	if u := t.Uncommon(); u != nil {
		return nameAt(resolveNameOff(unsafe.Pointer(t), u.PkgPath)).Name()
	}
	switch t.Kind_ & abi.KindMask {
	case abi.Struct:
		return (*abi.StructType)(unsafe.Pointer(t)).PkgPath.Name()
	case abi.Interface:
		return (*interfacetype)(unsafe.Pointer(t)).PkgPath.Name()
	}
	return ""
}

func nameAt(p unsafe.Pointer) abi.Name {
	return abi.Name{Bytes: (*byte)(p)}
}
