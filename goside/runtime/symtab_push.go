// Names that packages outside of the standard library pull from the symbol table's side of the runtime. Loggers use
// them to find their caller without allocation. The structs have the layout those packages expect; what is in them is
// between the functions below.

package runtime

import (
	"internal/abi"
	"unsafe"
)

// _func is the linker's record of a function.
type _func struct {
	entryOff uint32
	nameOff  int32
}

type funcInfo struct {
	*_func
	datap *moduledata
}

// inlineUnwinder looks at the calls in progress at one PC.
type inlineUnwinder struct {
	f       funcInfo
	inlTree unsafe.Pointer
}

// inlineFrame is one of those calls; only the innermost is ever made here.
type inlineFrame struct {
	pc    uintptr
	index int32
}

// srcFunc is a function as the source has it, inlined or not.
type srcFunc struct {
	datap     *moduledata
	nameOff   int32
	startLine int32
	funcID    abi.FuncID
}

//go:linkname callers
func callers(skip int, pcbuf []uintptr) int {
	return kcallers(skip+1, pcbuf)
}

//go:linkname findfunc
func findfunc(pc uintptr) funcInfo {
	fn, _ := kfuncat(pc)
	if fn == 0 {
		return funcInfo{}
	}
	return funcInfo{(*_func)(unsafe.Pointer(fn)), moduleOf(unsafe.Pointer(fn))}
}

func (f funcInfo) entry() uintptr {
	return f.datap.text + uintptr(f.entryOff)
}

//go:linkname pushFuncInfoEntry runtime.funcInfo.entry
func pushFuncInfoEntry(f funcInfo) uintptr

//go:linkname funcline1
func funcline1(f funcInfo, targetpc uintptr, strict bool) (file string, line int32) {
	var info pcInfo
	if f._func == nil || !kpcinfo(targetpc, false, &info) || info.fn != uintptr(unsafe.Pointer(f._func)) {
		return "?", 0
	}
	return info.file, int32(info.line)
}

//go:linkname newInlineUnwinder
func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame) {
	return inlineUnwinder{f: f}, inlineFrame{pc: pc, index: -1}
}

func (u *inlineUnwinder) srcFunc(uf inlineFrame) srcFunc {
	var info pcInfo
	if !kpcinfo(uf.pc, false, &info) {
		return srcFunc{}
	}
	datap := moduleOf(unsafe.Pointer(info.fn))
	names := unsafe.Pointer(&datap.funcnametab[0])
	return srcFunc{
		datap:     datap,
		nameOff:   int32(uintptr(unsafe.Pointer(unsafe.StringData(info.name))) - uintptr(names)),
		startLine: int32(info.startLine),
	}
}

//go:linkname pushSrcFunc runtime.(*inlineUnwinder).srcFunc
func pushSrcFunc(u *inlineUnwinder, uf inlineFrame) srcFunc

func (s srcFunc) name() string {
	if s.datap == nil {
		return ""
	}
	return cString(s.datap.funcnametab[s.nameOff:])
}

//go:linkname pushSrcFuncName runtime.srcFunc.name
func pushSrcFuncName(s srcFunc) string
