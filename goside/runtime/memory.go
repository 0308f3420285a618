// Memory as compiled code asks for it: sizes, slices, copies of typed memory.
//
//	makeslice, newarray, convT… ─▶ kmallocgc (kernel)
//	typedmemmove, typedmemclr…  ─▶ write barrier of the range (barrier.go) ─▶ memmove, memclrNoHeapPointers

package runtime

import (
	"internal/runtime/gc"
	"internal/runtime/math"
	"unsafe"
)

const _PageSize = 1 << gc.PageShift

// roundupsize is how many bytes the allocator sets aside for size bytes without pointers.
func roundupsize(size uintptr) uintptr {
	switch {
	case size <= gc.SmallSizeMax-8:
		return uintptr(gc.SizeClassToSize[gc.SizeToSizeClass8[(size+gc.SmallSizeDiv-1)/gc.SmallSizeDiv]])
	case size <= gc.MaxSmallSize-8:
		return uintptr(gc.SizeClassToSize[gc.SizeToSizeClass128[(size-gc.SmallSizeMax+gc.LargeSizeDiv-1)/gc.LargeSizeDiv]])
	}
	up := size + _PageSize - 1
	if up < size {
		return size
	}
	return up &^ (_PageSize - 1)
}

// mallocgc allocates size bytes of typ, nil for memory without pointers. Compiled code calls it now and then, and debuggers
// do for the literals in what they evaluate: they want a Go function, with parameters in its debug information.
//
//go:linkname mallocgc
//go:nosplit
func mallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer {
	return kmallocgc(size, typ, needzero)
}

// newarray allocates n zeroed values of typ.
//
//go:linkname newarray
func newarray(typ *_type, n int) unsafe.Pointer {
	if n == 1 {
		return kmallocgc(typ.Size_, typ, true)
	}
	mem, overflow := math.MulUintptr(typ.Size_, uintptr(n))
	if overflow || mem > maxAlloc || n < 0 {
		panic(plainError("runtime: allocation size out of range"))
	}
	return kmallocgc(mem, typ, true)
}

//go:linkname reflect_unsafe_New reflect.unsafe_New
func reflect_unsafe_New(typ *_type) unsafe.Pointer {
	return kmallocgc(typ.Size_, typ, true)
}

//go:linkname reflectlite_unsafe_New internal/reflectlite.unsafe_New
func reflectlite_unsafe_New(typ *_type) unsafe.Pointer {
	return kmallocgc(typ.Size_, typ, true)
}

//go:linkname maps_newobject internal/runtime/maps.newobject
func maps_newobject(typ *_type) unsafe.Pointer {
	return newobject(typ)
}

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(typ *_type, n int) unsafe.Pointer {
	return newarray(typ, n)
}

//go:linkname maps_newarray internal/runtime/maps.newarray
func maps_newarray(typ *_type, n int) unsafe.Pointer {
	return newarray(typ, n)
}

func panicmakeslicelen() {
	panic(errorString("makeslice: len out of range"))
}

func panicmakeslicecap() {
	panic(errorString("makeslice: cap out of range"))
}

// makeslice allocates the array of make([]T, len, cap).
//
//go:linkname makeslice
func makeslice(et *_type, len, cap int) unsafe.Pointer {
	mem, overflow := math.MulUintptr(et.Size_, uintptr(cap))
	if overflow || mem > maxAlloc || len < 0 || len > cap {
		badmakeslice(et, len)
	}
	return kmallocgc(mem, et, true)
}

// badmakeslice blames the length if that alone is impossible, else the capacity.
func badmakeslice(et *_type, len int) {
	mem, overflow := math.MulUintptr(et.Size_, uintptr(len))
	if overflow || mem > maxAlloc || len < 0 {
		panicmakeslicelen()
	}
	panicmakeslicecap()
}

func makeslice64(et *_type, len64, cap64 int64) unsafe.Pointer {
	return makeslice(et, int(len64), int(cap64))
}

// makeslicecopy is make([]T, tolen) followed by a copy of fromlen elements.
func makeslicecopy(et *_type, tolen int, fromlen int, from unsafe.Pointer) unsafe.Pointer {
	mem, overflow := math.MulUintptr(et.Size_, uintptr(tolen))
	if overflow || mem > maxAlloc || tolen < 0 {
		panicmakeslicelen()
	}
	n := mem
	if fromlen < tolen {
		n = et.Size_ * uintptr(fromlen)
	}
	if !et.Pointers() {
		to := kmallocgc(mem, nil, false)
		memclrNoHeapPointers(add(to, n), mem-n)
		memmove(to, from, n)
		return to
	}
	to := kmallocgc(mem, et, true)
	if writeBarrier.enabled {
		shadeRange(uintptr(to), uintptr(from), n, et)
	}
	memmove(to, from, n)
	return to
}

// slicecopy is copy() of elements without pointers in instrumented builds.
func slicecopy(toPtr unsafe.Pointer, toLen int, fromPtr unsafe.Pointer, fromLen int, width uintptr) int {
	n := min(toLen, fromLen)
	if n > 0 && width > 0 {
		memmove(toPtr, fromPtr, uintptr(n)*width)
	}
	return n
}

// reflect_growslice makes room for num more elements behind old.len. What lies behind old.cap is zero.
//
//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(et *_type, old slice, num int) slice {
	more := num - (old.cap - old.len)
	grown := growslice(old.array, old.cap+more, old.cap, more, et)
	if !et.Pointers() {
		used := uintptr(old.cap) * et.Size_
		memclrNoHeapPointers(add(grown.array, used), uintptr(grown.len)*et.Size_-used)
	}
	grown.len = old.len
	return grown
}

//go:linkname bytealg_MakeNoZero internal/bytealg.MakeNoZero
func bytealg_MakeNoZero(len int) []byte {
	if uintptr(len) > maxAlloc {
		panicmakeslicelen()
	}
	room := roundupsize(uintptr(len))
	return unsafe.Slice((*byte)(kmallocgc(room, nil, false)), room)[:len]
}

// typedmemmove copies one value of typ; dst and src may overlap.
//
//go:linkname typedmemmove
//go:nosplit
func typedmemmove(typ *_type, dst, src unsafe.Pointer) {
	if dst == src {
		return
	}
	if writeBarrier.enabled && typ.Pointers() {
		shadeRange(uintptr(dst), uintptr(src), typ.PtrBytes, typ)
	}
	memmove(dst, src, typ.Size_)
}

//go:linkname reflect_typedmemmove reflect.typedmemmove
func reflect_typedmemmove(typ *_type, dst, src unsafe.Pointer) {
	typedmemmove(typ, dst, src)
}

//go:linkname reflectlite_typedmemmove internal/reflectlite.typedmemmove
func reflectlite_typedmemmove(typ *_type, dst, src unsafe.Pointer) {
	typedmemmove(typ, dst, src)
}

//go:linkname maps_typedmemmove internal/runtime/maps.typedmemmove
func maps_typedmemmove(typ *_type, dst, src unsafe.Pointer) {
	typedmemmove(typ, dst, src)
}

// typedmemclr zeroes one value of typ.
//
//go:nosplit
func typedmemclr(typ *_type, ptr unsafe.Pointer) {
	if writeBarrier.enabled && typ.Pointers() {
		shadeRange(uintptr(ptr), 0, typ.PtrBytes, typ)
	}
	memclrNoHeapPointers(ptr, typ.Size_)
}

//go:linkname reflect_typedmemclr reflect.typedmemclr
func reflect_typedmemclr(typ *_type, ptr unsafe.Pointer) {
	typedmemclr(typ, ptr)
}

//go:linkname maps_typedmemclr internal/runtime/maps.typedmemclr
func maps_typedmemclr(typ *_type, ptr unsafe.Pointer) {
	typedmemclr(typ, ptr)
}

// reflect_typedmemclrpartial zeroes bytes [off, off+size) of a value of typ; ptr points at byte off.
//
//go:linkname reflect_typedmemclrpartial reflect.typedmemclrpartial
func reflect_typedmemclrpartial(typ *_type, ptr unsafe.Pointer, off, size uintptr) {
	if writeBarrier.enabled && typ.Pointers() {
		shadeRange(uintptr(ptr), 0, size&^(ptrSize-1), nil)
	}
	memclrNoHeapPointers(ptr, size)
}

//go:linkname reflect_typedarrayclear reflect.typedarrayclear
func reflect_typedarrayclear(typ *_type, ptr unsafe.Pointer, len int) {
	size := typ.Size_ * uintptr(len)
	if writeBarrier.enabled && typ.Pointers() {
		shadeRange(uintptr(ptr), 0, size, typ)
	}
	memclrNoHeapPointers(ptr, size)
}

// memclrHasPointers zeroes n bytes that hold pointers of unknown places.
//
//go:linkname memclrHasPointers
//go:nosplit
func memclrHasPointers(ptr unsafe.Pointer, n uintptr) {
	if writeBarrier.enabled {
		shadeRange(uintptr(ptr), 0, n, nil)
	}
	memclrNoHeapPointers(ptr, n)
}

// typedslicecopy is copy() of elements with pointers.
//
//go:linkname typedslicecopy
//go:nosplit
func typedslicecopy(typ *_type, dstPtr unsafe.Pointer, dstLen int, srcPtr unsafe.Pointer, srcLen int) int {
	n := min(dstLen, srcLen)
	if n == 0 || dstPtr == srcPtr {
		return n
	}
	size := uintptr(n) * typ.Size_
	if writeBarrier.enabled {
		shadeRange(uintptr(dstPtr), uintptr(srcPtr), size-typ.Size_+typ.PtrBytes, typ)
	}
	memmove(dstPtr, srcPtr, size)
	return n
}

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(elemType *_type, dst, src slice) int {
	if !elemType.Pointers() {
		return slicecopy(dst.array, dst.len, src.array, src.len, elemType.Size_)
	}
	return typedslicecopy(elemType, dst.array, dst.len, src.array, src.len)
}

//go:linkname reflect_memmove reflect.memmove
func reflect_memmove(to, from unsafe.Pointer, n uintptr) {
	memmove(to, from, n)
}

//go:linkname reflect_memclrNoHeapPointers reflect.memclrNoHeapPointers
func reflect_memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr) {
	memclrNoHeapPointers(ptr, n)
}

func panicunsafeslicelen() {
	panic(errorString("unsafe.Slice: len out of range"))
}

func panicunsafeslicenilptr() {
	panic(errorString("unsafe.Slice: ptr is nil and len is not zero"))
}

func panicunsafestringlen() {
	panic(errorString("unsafe.String: len out of range"))
}

func panicunsafestringnilptr() {
	panic(errorString("unsafe.String: ptr is nil and len is not zero"))
}

// checkUnsafeSlice holds the rules of unsafe.Slice: the range neither wraps nor starts at nil.
func checkUnsafeSlice(et *_type, ptr unsafe.Pointer, n int) {
	if n < 0 {
		panicunsafeslicelen()
	}
	if ptr == nil && n > 0 {
		panicunsafeslicenilptr()
	}
	mem, overflow := math.MulUintptr(et.Size_, uintptr(n))
	if overflow || (ptr != nil && mem > -uintptr(ptr)) {
		panicunsafeslicelen()
	}
}

//go:linkname reflect_unsafeslice reflect.unsafeslice
func reflect_unsafeslice(et *_type, ptr unsafe.Pointer, n int) {
	checkUnsafeSlice(et, ptr, n)
}
