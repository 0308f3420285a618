// Functions, files and lines: the API over the kernel's reader of the linker's tables.

package runtime

import (
	"internal/bytealg"
	"unsafe"
)

// pcInfo is what the kernel says of a PC. The Rust twin is PcInfo in entry/panic.rs. Strings lie in the binary.
type pcInfo struct {
	pc        uintptr // the PC looked up
	fn        uintptr // the linker's record of the function that has the code
	entry     uintptr
	name      string // of the innermost call at the PC, which may be inlined
	file      string
	line      int
	startLine int
	inlined   bool
}

// allgs and allglen are for debuggers, which find all goroutines there: the kernel's own list.
var (
	allgs   []*g
	allglen uintptr
)

// Func stands for a function of the running binary. It is only used by pointer.
type Func struct {
	opaque struct{} // not exported, so that no other struct type converts
}

// inlinedFunc is what a *Func of an inlined function points to. Its first word can not be the entry offset with
// which the linker's records begin.
type inlinedFunc struct {
	mark      uint32
	entry     uintptr
	name      string
	file      string
	line      int32
	startLine int32
}

const inlinedMark = ^uint32(0)

// FuncForPC finds the function that has the code at pc, nil if none does. Where calls have been inlined it is the
// innermost one, though its [Func.Entry] is that of the function whose code it became part of.
func FuncForPC(pc uintptr) *Func {
	fn, inlined := kfuncat(pc)
	if !inlined {
		return (*Func)(unsafe.Pointer(fn))
	}
	var info pcInfo
	kpcinfo(pc, false, &info)
	return (*Func)(unsafe.Pointer(&inlinedFunc{
		mark:      inlinedMark,
		entry:     info.entry,
		name:      info.name,
		file:      info.file,
		line:      int32(info.line),
		startLine: int32(info.startLine),
	}))
}

func (f *Func) inlined() *inlinedFunc {
	if in := (*inlinedFunc)(unsafe.Pointer(f)); in.mark == inlinedMark {
		return in
	}
	return nil
}

// entryOffset is the first word of the linker's record.
func (f *Func) entryOffset() uintptr {
	return uintptr(*(*uint32)(unsafe.Pointer(f)))
}

// Name is the function's name with its package path, "" for a nil f. Type arguments show as [...].
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if in := f.inlined(); in != nil {
		return printedName(in.name)
	}
	// The record's own name: at the entry's PC an inlined call may already be in progress.
	nameOff := *(*int32)(unsafe.Add(unsafe.Pointer(f), 4))
	return printedName(cString(moduleOf(unsafe.Pointer(f)).funcnametab[nameOff:]))
}

// Entry is the address at which the function's code begins.
func (f *Func) Entry() uintptr {
	if in := f.inlined(); in != nil {
		return in.entry
	}
	return moduleOf(unsafe.Pointer(f)).text + f.entryOffset()
}

// FileLine finds the source line of the code at pc, which must lie in f: elsewhere it returns "?" and 0, or for an
// inlined function its own place. Return addresses belong to the line after the call; [CallersFrames] sees to that.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if in := f.inlined(); in != nil {
		return in.file, int(in.line)
	}
	var info pcInfo
	if !kpcinfo(pc, false, &info) || info.fn != uintptr(unsafe.Pointer(f)) {
		return "?", 0
	}
	return info.file, info.line
}

// moduleOf is the module whose tables hold the linker's record of a function.
func moduleOf(record unsafe.Pointer) *moduledata {
	for m := &firstmoduledata; m != nil; m = m.next {
		if uintptr(record)-uintptr(unsafe.Pointer(unsafe.SliceData(m.pclntable))) < uintptr(len(m.pclntable)) {
			return m
		}
	}
	return &firstmoduledata
}

// cString is the NUL-terminated string at the start of table.
func cString(table []byte) string {
	return unsafe.String(&table[0], bytealg.IndexByte(table, 0))
}

// printedName shows type arguments as [...].
func printedName(name string) string {
	first := bytealg.IndexByteString(name, '[')
	if first < 0 {
		return name
	}
	last := bytealg.LastIndexByteString(name, ']')
	if last <= first {
		return name
	}
	return name[:first] + "[...]" + name[last+1:]
}

// funcNameAt is the printed name of the function that has the code at pc.
func funcNameAt(pc uintptr) string {
	return FuncForPC(pc).Name()
}

// Caller finds where a function on the calling goroutine's stack is: skip 0 is the caller of Caller, 1 the caller of
// that, and so on (one less than [Callers] counts). file has forward slashes and line is that of the call in progress;
// ok is false if the stack has no such frame.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var pcs [1]uintptr
	if skip < -1 || kcallers(skip+1, pcs[:]) < 1 {
		return
	}
	var info pcInfo
	if !kpcinfo(pcs[0], true, &info) {
		return
	}
	return info.pc, info.file, info.line, true
}

// Callers writes the return addresses on the calling goroutine's stack to pc, innermost first, and returns how many. It
// leaves out skip calls; the first is Callers itself, so 1 begins with its caller.
//
// [CallersFrames] turns the result into functions and lines. Looking the addresses up one by one goes wrong: each can
// stand for several inlined calls, and lies behind the call it belongs to.
func Callers(skip int, pc []uintptr) int {
	return kcallers(max(skip, 0), pc)
}

// Stack prints the calling goroutine's stack to buf, or as much of it as fits, and returns the number of bytes. With
// all set the stacks of the other goroutines follow; the world is stopped for that.
//
//go:noinline
func Stack(buf []byte, all bool) int {
	return kstack(buf, all)
}

// Frames walks over the calls that a slice from [Callers] stands for, inlined ones included.
type Frames struct {
	// PCs that have not been looked at.
	callers []uintptr
	// A PC that is not among them and comes first; 0: none.
	implied uintptr
	// The frame that Next returns next, if ready.
	next  Frame
	ready bool
	// The size is that of Go's own type, for programs that embed it.
	_ [232 - 24 - 8 - 88 - 8]byte
}

// Frame describes one call.
type Frame struct {
	// PC lies in the instruction that is being executed: in the call, for all frames but the last called. Calls
	// inlined into each other share it.
	PC uintptr

	// Func is nil for a function that was inlined here.
	Func *Func

	// Function is the name with its package path, as [Func.Name] gives it. "" if unknown.
	Function string

	// File and Line say where in the source PC is; "" and 0 if unknown. File has forward slashes.
	File string
	Line int

	// startLine is the line of the function's func keyword.
	startLine int

	// Entry is where the code begins that the call is part of; 0 if unknown.
	Entry uintptr

	// name as the linker knows it, with full type arguments.
	symbol string
}

// CallersFrames prepares a walk over what [Callers] has returned. The slice is read as the walk goes on and must not
// change before it ends.
func CallersFrames(callers []uintptr) *Frames {
	return &Frames{callers: callers}
}

// Next returns the next call, innermost first, and whether there is one after it: the last call comes with more ==
// false. Behind the end it returns the zero [Frame].
func (ci *Frames) Next() (frame Frame, more bool) {
	if !ci.ready {
		ci.advance()
	}
	if !ci.ready {
		return Frame{}, false
	}
	frame = ci.next
	ci.advance()
	return frame, ci.ready
}

// advance makes the next frame ready, if there is one. PCs outside of Go code are left out.
func (ci *Frames) advance() {
	ci.ready = false
	for !ci.ready && (ci.implied != 0 || len(ci.callers) > 0) {
		pc := ci.implied
		ci.implied = 0
		if pc == 0 {
			pc, ci.callers = ci.callers[0], ci.callers[1:]
		}
		var inlined bool
		ci.ready, inlined = ci.next.describe(pc)
		if inlined {
			ci.implied = ci.left(pc)
		}
	}
}

// left is the PC of the caller of the inlined call at pc, unless it comes next anyway. Callers returns it, but PCs from the
// text of a traceback have one for a function and the calls inlined into it together.
func (ci *Frames) left(pc uintptr) uintptr {
	var calls [2]uintptr
	if len(ci.callers) == 0 || kinlinepcs(pc, calls[:]) < 2 || calls[1] == ci.callers[0] {
		return 0
	}
	return calls[1]
}

// describe fills in the frame whose return address is pc; it may be that of an inlined call.
func (frame *Frame) describe(pc uintptr) (known, inlined bool) {
	var info pcInfo
	if !kpcinfo(pc, true, &info) {
		return false, false
	}
	*frame = Frame{
		PC:        info.pc,
		Function:  printedName(info.name),
		File:      info.file,
		Line:      info.line,
		startLine: info.startLine,
		Entry:     info.entry,
		symbol:    info.name,
	}
	if !info.inlined {
		frame.Func = (*Func)(unsafe.Pointer(info.fn))
	}
	return true, info.inlined
}

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int {
	return f.startLine
}

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string {
	if f.symbol == "" {
		return f.Function
	}
	return f.symbol
}

// runtime_expandFinalInlineFrame replaces the last entry of stk by all calls that are in progress there.
//
//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stk []uintptr) []uintptr {
	if len(stk) == 0 {
		return stk
	}
	var calls [64]uintptr
	last := len(stk) - 1
	n := kinlinepcs(stk[last], calls[:])
	if n <= 1 {
		return stk
	}
	return append(stk[:last], calls[:n]...)
}

// pprof_fpunwindExpand is asked to expand a recorded stack. The kernel's profiles already record calls one by one.
//
//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int {
	return copy(dst, src)
}

//go:linkname setMaxStack runtime/debug.setMaxStack
func setMaxStack(n int) int {
	return ksetmaxstack(n)
}
