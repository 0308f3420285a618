// The write barrier of Go code that copies or clears whole ranges, and of atomic pointer stores.
//
// While the kernel marks, every pointer word about to be overwritten (old) and every pointer word about to be stored
// (new) goes into the buffer of the current P; the kernel empties it. Words that are no pointers may be in it: the
// kernel looks each one up. Functions here are nosplit or run in one piece, so the P stays the same.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// wbMove is called by compiled code before it copies a value of typ over another one.
//
//go:nosplit
func wbMove(typ *_type, dst, src unsafe.Pointer) {
	shadeRange(uintptr(dst), uintptr(src), typ.PtrBytes, typ)
}

// wbZero is called by compiled code before it zeroes a value of typ.
//
//go:nosplit
func wbZero(typ *_type, dst unsafe.Pointer) {
	shadeRange(uintptr(dst), 0, typ.PtrBytes, typ)
}

// shadeRange records the pointers in [dst, dst+size) and, if src is not 0, those in [src, src+size). With a type, the
// range is a sequence of its values and only pointer words count; without, all words do.
//
//go:nosplit
func shadeRange(dst, src, size uintptr, typ *_type) {
	if onMyStack(unsafe.Pointer(dst)) {
		dst = 0 // Stacks are scanned, their slots need no record of old values.
	}
	if typ == nil || typ.TFlag&abi.TFlagGCMaskOnDemand != 0 || typ.PtrBytes == typ.Size_ && typ.PtrBytes == ptrSize {
		for off := uintptr(0); off < size; off += ptrSize {
			shadeSlots(dst, src, off)
		}
		return
	}
	for base := uintptr(0); base < size; base += typ.Size_ {
		for word := uintptr(0); word < typ.PtrBytes/ptrSize; word++ {
			mask := *(*uint8)(add(unsafe.Pointer(typ.GCData), word/8))
			if mask>>(word%8)&1 != 0 && base+word*ptrSize < size {
				shadeSlots(dst, src, base+word*ptrSize)
			}
		}
	}
}

//go:nosplit
func shadeSlots(dst, src, off uintptr) {
	if dst != 0 {
		shade(*(*uintptr)(unsafe.Pointer(dst + off)))
	}
	if src != 0 {
		shade(*(*uintptr)(unsafe.Pointer(src + off)))
	}
}

// shade puts one word into the buffer of the current P.
//
//go:nosplit
func shade(word uintptr) {
	if word == 0 {
		return
	}
	pp := getg().m.p
	if pp.wbNext+ptrSize > pp.wbEnd {
		kwbflush()
		pp = getg().m.p
	}
	*(*uintptr)(unsafe.Pointer(pp.wbNext)) = word
	pp.wbNext += ptrSize
}

// atomicwb records the store of new into *ptr that the caller is about to do.
//
//go:linkname atomicwb
//go:nosplit
func atomicwb(ptr *unsafe.Pointer, new unsafe.Pointer) {
	shade(*(*uintptr)(unsafe.Pointer(ptr)))
	shade(uintptr(new))
}

// atomicstorep is an atomic *ptr = new with write barrier.
//
//go:nosplit
func atomicstorep(ptr unsafe.Pointer, new unsafe.Pointer) {
	if writeBarrier.enabled {
		atomicwb((*unsafe.Pointer)(ptr), new)
	}
	atomic.StorepNoWB(noescape(ptr), new)
}

// casp is an atomic compare and swap of a pointer with write barrier.
//
//go:nosplit
func casp(ptr *unsafe.Pointer, old, new unsafe.Pointer) bool {
	if writeBarrier.enabled {
		atomicwb(ptr, new)
	}
	return atomic.Casp1(ptr, old, new)
}

//go:linkname atomic_storePointer internal/runtime/atomic.storePointer
//go:nosplit
func atomic_storePointer(ptr *unsafe.Pointer, new unsafe.Pointer) {
	atomicstorep(unsafe.Pointer(ptr), new)
}

//go:linkname atomic_casPointer internal/runtime/atomic.casPointer
//go:nosplit
func atomic_casPointer(ptr *unsafe.Pointer, old, new unsafe.Pointer) bool {
	return casp(ptr, old, new)
}

//go:linkname sync_atomic_StorePointer sync/atomic.StorePointer
//go:nosplit
func sync_atomic_StorePointer(ptr *unsafe.Pointer, new unsafe.Pointer) {
	atomicstorep(unsafe.Pointer(ptr), new)
}

//go:linkname sync_atomic_SwapPointer sync/atomic.SwapPointer
//go:nosplit
func sync_atomic_SwapPointer(ptr *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {
	if writeBarrier.enabled {
		atomicwb(ptr, new)
	}
	return unsafe.Pointer(atomic.Xchguintptr((*uintptr)(unsafe.Pointer(ptr)), uintptr(new)))
}

//go:linkname sync_atomic_CompareAndSwapPointer sync/atomic.CompareAndSwapPointer
//go:nosplit
func sync_atomic_CompareAndSwapPointer(ptr *unsafe.Pointer, old, new unsafe.Pointer) bool {
	return casp(ptr, old, new)
}
