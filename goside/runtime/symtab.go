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

// A Func represents a Go function in the running binary.
type Func struct {
	opaque struct{} // unexported field to disallow conversions
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

// FuncForPC returns a *[Func] describing the function that contains the
// given program counter address, or else nil.
//
// If pc represents multiple functions because of inlining, it returns
// the *Func describing the innermost function, but with an entry of
// the outermost function.
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

// Name returns the name of the function.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if in := f.inlined(); in != nil {
		return printedName(in.name)
	}
	// The record's own name: at the entry's PC an inlined call may already be in progress.
	nameOff := *(*int32)(unsafe.Add(unsafe.Pointer(f), 4))
	return printedName(cString(firstmoduledata.funcnametab[nameOff:]))
}

// Entry returns the entry address of the function.
func (f *Func) Entry() uintptr {
	if in := f.inlined(); in != nil {
		return in.entry
	}
	return firstmoduledata.text + f.entryOffset()
}

// FileLine returns the file name and line number of the
// source code corresponding to the program counter pc.
// The result will not be accurate if pc is not a program
// counter within f.
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

// Caller reports file and line number information about function invocations on
// the calling goroutine's stack. The argument skip is the number of stack frames
// to ascend, with 0 identifying the caller of Caller. (For historical reasons the
// meaning of skip differs between Caller and [Callers].) The return values report
// the program counter, the file name (using forward slashes as path separator, even
// on Windows), and the line number within the file of the corresponding call.
// The boolean ok is false if it was not possible to recover the information.
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

// Callers fills the slice pc with the return program counters of function invocations
// on the calling goroutine's stack. The argument skip is the number of stack frames
// to skip before recording in pc, with 0 identifying the frame for Callers itself and
// 1 identifying the caller of Callers.
// It returns the number of entries written to pc.
//
// To translate these PCs into symbolic information such as function
// names and line numbers, use [CallersFrames]. CallersFrames accounts
// for inlined functions and adjusts the return program counters into
// call program counters. Iterating over the returned slice of PCs
// directly is discouraged, as is using [FuncForPC] on any of the
// returned PCs, since these cannot account for inlining or return
// program counter adjustment.
func Callers(skip int, pc []uintptr) int {
	return kcallers(max(skip, 0), pc)
}

// Stack formats a stack trace of the calling goroutine into buf
// and returns the number of bytes written to buf.
// If all is true, Stack formats stack traces of all other goroutines
// into buf after the trace for the current goroutine.
//
//go:noinline
func Stack(buf []byte, all bool) int {
	return kstack(buf, all)
}

// Frames may be used to get function/file/line information for a
// slice of PC values returned by [Callers].
type Frames struct {
	// PCs that have not been looked at.
	callers []uintptr
	// The frame that Next returns next, if ready.
	next  Frame
	ready bool
	// The size is that of Go's own type, for programs that embed it.
	_ [232 - 24 - 88 - 8]byte
}

// Frame is the information returned by [Frames] for each call frame.
type Frame struct {
	// PC is the program counter for the location in this frame.
	// For a frame that calls another frame, this will be the
	// program counter of a call instruction. Because of inlining,
	// multiple frames may have the same PC value, but different
	// symbolic information.
	PC uintptr

	// Func is the Func value of this call frame. This may be nil
	// for non-Go code or fully inlined functions.
	Func *Func

	// Function is the package path-qualified function name of
	// this call frame. If non-empty, this string uniquely
	// identifies a single function in the program.
	// This may be the empty string if not known.
	// If Func is not nil then Function == Func.Name().
	Function string

	// File and Line are the file name and line number of the
	// location in this frame. For non-leaf frames, this will be
	// the location of a call. These may be the empty string and
	// zero, respectively, if not known. The file name uses
	// forward slashes, even on Windows.
	File string
	Line int

	// startLine is the line number of the beginning of the function in
	// this frame. Specifically, it is the line number of the func keyword
	// for Go functions.
	startLine int

	// Entry point program counter for the frame; may be zero
	// if not known. If Func is not nil then Entry ==
	// Func.Entry().
	Entry uintptr

	// name as the linker knows it, with full type arguments.
	symbol string
}

// CallersFrames takes a slice of PC values returned by [Callers] and
// prepares to return function/file/line information.
// Do not change the slice until you are done with the [Frames].
func CallersFrames(callers []uintptr) *Frames {
	return &Frames{callers: callers}
}

// Next returns a [Frame] representing the next call frame in the slice
// of PC values. If it has already returned all call frames, Next
// returns a zero [Frame].
//
// The more result indicates whether the next call to Next will return
// a valid [Frame]. It does not necessarily indicate whether this call
// returned one.
//
// See the [Frames] example for idiomatic usage.
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
	for !ci.ready && len(ci.callers) > 0 {
		ci.ready = ci.next.describe(ci.callers[0])
		ci.callers = ci.callers[1:]
	}
}

// describe fills in the frame whose return address is pc.
func (frame *Frame) describe(pc uintptr) bool {
	var info pcInfo
	if !kpcinfo(pc, true, &info) {
		return false
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
	return true
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
