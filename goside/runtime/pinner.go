// Pinned objects. Objects never move and there is no C code: pinning means keeping alive.

package runtime

import (
	"internal/abi"
	"unsafe"
)

// Pinner keeps objects alive and in their place, for code outside of Go that holds their addresses. The zero value pins
// nothing. One that dies while it pins something panics.
type Pinner struct {
	*pinner
}

type pinner struct {
	refs []unsafe.Pointer
}

// Pin pins the object that pointer points to, until [Pinner.Unpin]. pointer has a pointer type or is an
// [unsafe.Pointer]; any other value, and nil, panics.
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

// Unpin releases everything that p has pinned; p can be used again.
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
