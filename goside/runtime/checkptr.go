// Checks of unsafe.Pointer rules, called by code compiled with -d=checkptr.

package runtime

import "unsafe"

// checkptrAlignment checks the conversion of p to a pointer to n values of elem.
func checkptrAlignment(p unsafe.Pointer, elem *_type, n uintptr) {
	if elem.Pointers() && uintptr(p)&(uintptr(elem.Align_)-1) != 0 {
		throw("checkptr: misaligned pointer conversion")
	}
	if checkptrStraddles(p, n*elem.Size_) {
		throw("checkptr: converted pointer straddles multiple allocations")
	}
}

// checkptrStraddles says whether [p, p+size) begins and ends in different objects.
func checkptrStraddles(p unsafe.Pointer, size uintptr) bool {
	if size <= 1 {
		return false
	}
	last := uintptr(p) + size - 1
	if last < uintptr(p) {
		return true
	}
	return checkptrBase(p) != checkptrBase(unsafe.Pointer(last))
}

// checkptrArithmetic checks that p, computed from originals, still points into an object of one of them.
func checkptrArithmetic(p unsafe.Pointer, originals []unsafe.Pointer) {
	if 0 < uintptr(p) && uintptr(p) < 4096 {
		throw("checkptr: pointer arithmetic computed bad pointer value")
	}
	base := checkptrBase(p)
	if base == 0 {
		return
	}
	for _, o := range originals {
		if base == checkptrBase(o) {
			return
		}
	}
	throw("checkptr: pointer arithmetic result points to invalid allocation")
}

// checkptrBase identifies the object that p points into: its address, 1 for the running stack, the address of the
// section for the binary's data, 0 for anything else.
//
//go:linkname checkptrBase
func checkptrBase(p unsafe.Pointer) uintptr {
	if onMyStack(p) {
		return 1
	}
	if base, _ := kfindobject(p); base != 0 {
		return base
	}
	md := &firstmoduledata
	switch at := uintptr(p); {
	case md.data <= at && at < md.edata:
		return md.data
	case md.bss <= at && at < md.ebss:
		return md.bss
	}
	return 0
}

func unsafeslicecheckptr(et *_type, ptr unsafe.Pointer, len64 int64) {
	checkUnsafeSlice(et, ptr, int(len64))
	if checkptrStraddles(ptr, uintptr(len64)*et.Size_) {
		throw("checkptr: unsafe.Slice result straddles multiple allocations")
	}
}

func unsafestringcheckptr(ptr unsafe.Pointer, len64 int64) {
	switch {
	case len64 < 0:
		panicunsafestringlen()
	case ptr == nil && len64 > 0:
		panicunsafestringnilptr()
	case uintptr(len64) > -uintptr(ptr) && ptr != nil:
		panicunsafestringlen()
	}
	if checkptrStraddles(ptr, uintptr(len64)) {
		throw("checkptr: unsafe.String result straddles multiple allocations")
	}
}
