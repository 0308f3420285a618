// What code that could be linked with C expects to exist. This implementation has no cgo: builds have CGO_ENABLED=0.

package runtime

import "unsafe"

// iscgo says whether runtime/cgo is linked in.
//
//go:linkname iscgo
var iscgo bool

// Never true; the compiler does not know.
//
//go:linkname cgoAlwaysFalse
var cgoAlwaysFalse bool

// Modules set these when they bring their own C side.
//
//go:linkname _cgo_setenv
//go:linkname _cgo_unsetenv
//go:linkname set_crosscall2
var (
	_cgo_setenv    unsafe.Pointer
	_cgo_unsetenv  unsafe.Pointer
	set_crosscall2 func()
)

const noCgo = "cgo is not supported by goxide"

// SetCgoTraceback would name the C functions that unwind and describe C stacks. Without cgo there are no such stacks,
// so nothing calls them. It panics if version is not 0.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {
	if version != 0 {
		panic("unsupported version")
	}
}

//go:linkname cgocall
func cgocall(fn, arg unsafe.Pointer) int32 {
	throw(noCgo)
	return 0
}

//go:linkname syscall_cgocaller syscall.cgocaller
func syscall_cgocaller(fn unsafe.Pointer, args ...uintptr) uintptr {
	throw(noCgo)
	return 0
}

//go:linkname cgoUse
func cgoUse(any) {}

//go:linkname cgoKeepAlive
func cgoKeepAlive(any) {}

//go:linkname cgoCheckPointer
func cgoCheckPointer(ptr any, arg any) {}

//go:linkname cgoCheckResult
func cgoCheckResult(val any) {}

//go:linkname cgoNoCallback
func cgoNoCallback(v bool) {}

//go:linkname _cgo_panic_internal
func _cgo_panic_internal(p *byte) {
	panic(gostringnocopy(p))
}
