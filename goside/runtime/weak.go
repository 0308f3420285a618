// Weak pointers: package weak holds the handle, a heap word with the object's address that the collector clears when
// the object dies.

package runtime

import (
	"internal/abi"
	"unsafe"
)

//go:linkname internal_weak_runtime_registerWeakPointer weak.runtime_registerWeakPointer
func internal_weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {
	base := kobjectbase(p)
	if base == 0 && !isImmortal(p) {
		throw("getOrAddWeakHandle on invalid pointer")
	}
	if handle := kweakhandle(p, nil); handle != nil {
		return handle
	}
	fresh := abi.Escape(new(uintptr))
	handle := kweakhandle(p, unsafe.Pointer(fresh))
	KeepAlive(p)
	KeepAlive(fresh)
	return handle
}

// A dead object's handle is cleared when its span is swept; the kernel knows until then.
//
//go:linkname internal_weak_runtime_makeStrongFromWeak weak.runtime_makeStrongFromWeak
func internal_weak_runtime_makeStrongFromWeak(handle unsafe.Pointer) unsafe.Pointer {
	if handle == nil {
		return nil
	}
	return kweakstrong(handle)
}
