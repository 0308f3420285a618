// Weak pointers: package weak holds the handle, a heap word with the object's address that the collector clears when
// the object dies.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

//go:linkname internal_weak_runtime_registerWeakPointer weak.runtime_registerWeakPointer
func internal_weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {
	base := kobjectbase(p)
	if base == 0 && !isImmortal(p) {
		throw("getOrAddWeakHandle on invalid pointer")
	}
	fresh := abi.Escape(new(uintptr))
	handle := kweakhandle(base, p, unsafe.Pointer(fresh))
	KeepAlive(p)
	KeepAlive(fresh)
	return handle
}

// The collector clears handles only while the world is stopped: either this load finds 0, or the pointer it returns is
// in a register that the stop sees as a root.
//
//go:linkname internal_weak_runtime_makeStrongFromWeak weak.runtime_makeStrongFromWeak
func internal_weak_runtime_makeStrongFromWeak(handle unsafe.Pointer) unsafe.Pointer {
	if handle == nil {
		return nil
	}
	p := atomic.Loadp(handle)
	if writeBarrier.enabled {
		shade(uintptr(p)) // nothing but the handle may have led to the object when marking began
	}
	return p
}
