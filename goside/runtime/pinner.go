// Pinned objects. Objects never move and there is no C code: pinning means keeping alive.

package runtime

import (
	"internal/abi"
	"unsafe"
)

// A Pinner is a set of Go objects each pinned to a fixed location in memory. The [Pinner.Pin] method pins one object,
// while [Pinner.Unpin] unpins all pinned objects.
type Pinner struct {
	*pinner
}

type pinner struct {
	refs []unsafe.Pointer
}

// Pin pins a Go object, preventing it from being moved or freed by the garbage collector until the [Pinner.Unpin]
// method has been called.
//
// The argument must be a pointer of any type or an [unsafe.Pointer].
func (p *Pinner) Pin(pointer any) {
	ptr := pinnerPtr(abi.Escape(pointer))
	if p.pinner == nil {
		p.pinner = new(pinner)
		SetFinalizer(p.pinner, func(p *pinner) {
			if len(p.refs) != 0 {
				p.refs = nil
				pinnerLeakPanic()
			}
		})
	}
	p.refs = append(p.refs, ptr)
}

// Unpin unpins all pinned objects of the [Pinner].
func (p *Pinner) Unpin() {
	if p.pinner != nil {
		clear(p.refs)
		p.refs = p.refs[:0]
	}
}

func pinnerPtr(pointer any) unsafe.Pointer {
	e := efaceOf(&pointer)
	if e._type == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	if kind := e._type.Kind(); kind != abi.Pointer && kind != abi.UnsafePointer {
		panic(errorString("runtime.Pinner: argument is not a pointer: " + typeString(e._type)))
	}
	return e.data
}

// pinnerLeakPanic tells of a Pinner that was dropped while it pinned something. A variable for tests.
var pinnerLeakPanic = func() {
	panic(errorString("runtime.Pinner: found leaking pinned pointer; forgot to call Unpin()?"))
}
