// Panics, deferred calls and recovery: the part that must be Go, because closures run on the goroutine's own stack.
//
//	gopanic, Goexit ─▶ kpanicnext (kernel: finds the next deferred call) ─▶ call it ─▶ again
//	deferreturn     ─▶ take the records of one frame off g._defer        ─▶ call it ─▶ again
//
// A recovered goroutine does not come back here: the kernel continues it at the deferreturn call of the function
// whose deferred call recovered.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// Records and Gs are the kernel's, and frames need no write barrier either: their pointers are written as words. Their types
// are for debuggers.

func (gp *g) deferWord() *uintptr {
	return (*uintptr)(unsafe.Pointer(&gp._defer))
}

func (d *_defer) linkWord() *uintptr {
	return (*uintptr)(unsafe.Pointer(&d.link))
}

func (d *_defer) fnWord() *uintptr {
	return (*uintptr)(unsafe.Pointer(&d.fn))
}

// deferprocStack enters a record that the compiler reserved in its caller's frame; only d.fn is set.
//
//go:nosplit
func deferprocStack(d *_defer) {
	gp := getg()
	d.heap = false
	d.rangefunc = false
	d.sp = sys.GetCallerSP()
	d.pc = sys.GetCallerPC()
	*d.linkWord() = *gp.deferWord()
	d.head = 0
	*gp.deferWord() = uintptr(unsafe.Pointer(d))
}

// deferproc enters a record for a defer statement that may run more than once in a call.
func deferproc(fn func()) {
	d := newdefer()
	d.sp = sys.GetCallerSP()
	d.pc = sys.GetCallerPC()
	*d.fnWord() = *(*uintptr)(unsafe.Pointer(&fn))
	gp := getg()
	*d.linkWord() = *gp.deferWord()
	*gp.deferWord() = uintptr(unsafe.Pointer(d))
}

// newdefer takes a record from the P, or from the kernel. Nothing here is preempted: package runtime is not.
func newdefer() *_defer {
	pp := getg().m.p
	d := (*_defer)(unsafe.Pointer(pp.deferpool))
	if d == nil {
		d = kdefernew()
	} else {
		pp.deferpool = *d.linkWord()
	}
	d.heap = true
	d.rangefunc = false
	d.head = 0
	return d
}

// deferrangefunc enters a record that heads the deferred calls of a range-over-func loop's body, and returns the token
// with which the body adds to them.
func deferrangefunc() any {
	d := newdefer()
	d.rangefunc = true
	d.sp = sys.GetCallerSP()
	d.pc = sys.GetCallerPC()
	gp := getg()
	*d.linkWord() = *gp.deferWord()
	*gp.deferWord() = uintptr(unsafe.Pointer(d))
	return d
}

// deferprocat defers fn to the end of the function around a range-over-func loop.
func deferprocat(fn func(), frame any) {
	kdeferat(frame.(*_defer), fn)
}

// deferreturn runs the deferred calls of its caller's frame.
func deferreturn() {
	for {
		gp := getg()
		d := gp._defer
		if d == nil || d.sp != sys.GetCallerSP() {
			return
		}
		if d.rangefunc {
			kdefersplice()
			continue
		}
		fn := d.fn
		*gp.deferWord() = *d.linkWord()
		if d.heap {
			*d.fnWord() = 0
			*d.linkWord() = gp.m.p.deferpool
			gp.m.p.deferpool = uintptr(unsafe.Pointer(d))
		}
		fn()
	}
}

// gopanic is the built-in function panic.
//
//go:linkname gopanic
func gopanic(e any) {
	if e == nil {
		if debug.panicnil.Load() != 1 {
			e = new(PanicNilError)
		} else {
			panicnil.IncNonDefault()
		}
	}
	var p _panic
	p.arg = e
	for {
		fn, more := kpanicnext(&p)
		if !more {
			break
		}
		fn() // a nil function panics here, as it does at the end of its function
	}
	// The trace of a program that dies of a panic can be read up to the panic.
	if ktraceon() {
		traceAdvance(false)
	}
	fatalpanic(&p)
}

// gorecover is the built-in function recover. argp says where the arguments of recover's caller lie: only a function
// that a panic called directly has the panic's own argp.
//
//go:nosplit
func gorecover(argp uintptr) any {
	p := getg()._panic
	if p == nil || p.goexit || p.recovered || argp != uintptr(p.argp) {
		return nil
	}
	p.recovered = true
	return p.arg
}

// Goexit ends the calling goroutine after running its deferred calls. It is no panic: recover returns nil in them.
//
// In the main goroutine too it ends only that one: main never returns, so the process lives on until another goroutine
// ends it, and dies of a deadlock once none is left.
func Goexit() {
	var p _panic
	p.goexit = true
	for {
		fn, more := kpanicnext(&p)
		if !more {
			break
		}
		fn() // a nil function panics here, as it does at the end of its function
	}
	goexit1()
}

// sameValue compares the words of two panics' arguments.
func (p *_panic) sameValue(q *_panic) bool {
	return *(*eface)(unsafe.Pointer(&p.arg)) == *(*eface)(unsafe.Pointer(&q.arg))
}

// fatalpanic ends the process: nobody recovered p.
func fatalpanic(p *_panic) {
	var bubble uintptr
	if e, ok := (p.arg).(synctestDeadlockError); ok {
		bubble = uintptr(e.bubble)
	}
	makeTexts(p)
	kstartdying()
	printPanics(p)
	kdiepanic(bubble)
}

type stringer interface {
	String() string
}

// makeTexts replaces errors and Stringers by their texts while calling methods of the program is still possible.
func makeTexts(p *_panic) {
	defer func() {
		const text = "panic while printing panic value"
		switch v := recover().(type) {
		case nil:
		case string:
			throw(text + ": " + v)
		default:
			throw(text + ": type " + typeString(efaceOf(&v)._type))
		}
	}()
	for ; p != nil; p = p.link {
		if q := p.link; q != nil && q.sameValue(p) {
			// The same value again: the outer panic's line tells both.
			q.repanicked = true
			continue
		}
		switch v := (p.arg).(type) {
		case error:
			p.arg = v.Error()
		case stringer:
			p.arg = v.String()
		}
	}
}

// printPanics prints the oldest panic first.
func printPanics(p *_panic) {
	if q := p.link; q != nil {
		printPanics(q)
		if q.repanicked {
			return
		}
		if !q.goexit {
			print("\t")
		}
	}
	if p.goexit {
		return
	}
	print("panic: ")
	printPanicValue(p.arg)
	if p.repanicked {
		print(" [recovered, repanicked]")
	} else if p.recovered {
		print(" [recovered]")
	}
	print("\n")
}

// printPanicValue prints basic values plainly, values of named basic types with their type.
func printPanicValue(v any) {
	e := efaceOf(&v)
	if e._type == nil {
		print("nil")
		return
	}
	kind := e._type.Kind_ & abi.KindMask
	if kind < abi.Bool || kind > abi.Complex128 && kind != abi.String {
		print("(", typeString(e._type), ") ", e.data)
		return
	}
	named := e._type.TFlag&abi.TFlagNamed != 0 && pkgPath(e._type) != ""
	if named {
		print(typeString(e._type))
		if kind == abi.String {
			print(`("`)
		} else if kind != abi.Complex64 && kind != abi.Complex128 {
			print("(")
		}
	}
	printBasic(kind, e.data)
	if named {
		if kind == abi.String {
			print(`")`)
		} else if kind != abi.Complex64 && kind != abi.Complex128 {
			print(")")
		}
	}
}

// printBasic prints the value of a basic kind at p.
func printBasic(kind abi.Kind, p unsafe.Pointer) {
	switch kind {
	case abi.Bool:
		print(*(*bool)(p))
	case abi.Int:
		print(*(*int)(p))
	case abi.Int8:
		print(*(*int8)(p))
	case abi.Int16:
		print(*(*int16)(p))
	case abi.Int32:
		print(*(*int32)(p))
	case abi.Int64:
		print(*(*int64)(p))
	case abi.Uint:
		print(*(*uint)(p))
	case abi.Uint8:
		print(*(*uint8)(p))
	case abi.Uint16:
		print(*(*uint16)(p))
	case abi.Uint32:
		print(*(*uint32)(p))
	case abi.Uint64:
		print(*(*uint64)(p))
	case abi.Uintptr:
		print(*(*uintptr)(p))
	case abi.Float32:
		print(*(*float32)(p))
	case abi.Float64:
		print(*(*float64)(p))
	case abi.Complex64:
		print(*(*complex64)(p))
	case abi.Complex128:
		print(*(*complex128)(p))
	case abi.String:
		printIndented(*(*string)(p))
	}
}

// printIndented prints s with its further lines indented, so that they cannot be taken for a traceback.
func printIndented(s string) {
	for {
		i := indexByteString(s, '\n')
		if i < 0 {
			print(s)
			return
		}
		print(s[:i+1], "\t")
		s = s[i+1:]
	}
}

// waitForPanics is called when main returns: a panic whose deferred calls are running on another goroutine decides how
// the process ends, if it gets there soon.
func waitForPanics() {
	for range 1000 {
		if kpanicstate() != 1 {
			break
		}
		Gosched()
	}
	if kpanicstate() == 2 {
		kstartdying() // does not return: somebody else is dying
	}
}

// PanicNilError is what recover returns after panic(nil), so that nil always means that there was no panic.
// GODEBUG=panicnil=1 brings back the nil of Go before 1.21.
type PanicNilError struct {
	// Not comparable with any other type, and not convertible from one.
	_ [0]func()
}

func (*PanicNilError) Error() string {
	return "panic called with nil argument"
}

// RuntimeError marks the type as an [Error].
func (*PanicNilError) RuntimeError() {}

var panicnil = &godebugInc{name: "panicnil"}

// kpanic raises the panic that the kernel asks for, in the caller of a kernel call.
func kpanic(code, a, b uintptr) {
	switch code {
	case kpanicPlainError:
		panic(plainError(kernelText(a, b)))
	case kpanicRuntimeError:
		panic(errorString(kernelText(a, b)))
	case kpanicTypeAssert:
		inter, typ := (*interfacetype)(unsafe.Pointer(a)), (*_type)(unsafe.Pointer(b))
		panic(&TypeAssertionError{nil, typ, &inter.Type, missingMethod(inter, typ)})
	case kpanicUnhashable:
		panicUnhashable((*_type)(unsafe.Pointer(a)))
	}
	throw("kpanic: unknown code")
}

// kernelText is a text in the kernel's read-only data.
func kernelText(p, n uintptr) string {
	return unsafe.String((*byte)(unsafe.Pointer(p)), int(n))
}

// throw ends the process: the runtime, or a package close to it, found itself broken.
//
//go:linkname throw
//go:nosplit
//go:noinline
func throw(s string) {
	kthrow(s)
}

// fatal ends the process: the program did what cannot be survived.
//
//go:linkname fatal
//go:nosplit
//go:noinline
func fatal(s string) {
	kfatal(s)
}

// Errors of range-over-func loops, by the state their body was found in.
var (
	rangeDoneError         = error(errorString("range function continued iteration after function for loop body returned false"))
	rangePanicError        = error(errorString("range function continued iteration after loop body panic"))
	rangeExhaustedError    = error(errorString("range function continued iteration after whole loop exit"))
	rangeMissingPanicError = error(errorString("range function recovered a loop body panic and did not resume panicking"))
)

func panicrangestate(state int) {
	switch abi.RF_State(state) {
	case abi.RF_DONE:
		panic(rangeDoneError)
	case abi.RF_PANIC:
		panic(rangePanicError)
	case abi.RF_EXHAUSTED:
		panic(rangeExhaustedError)
	case abi.RF_MISSING_PANIC:
		panic(rangeMissingPanicError)
	}
	throw("unexpected state set by range func")
}

// panicwrap is called by the wrapper of a value method, (*T).M, that was called with a nil pointer. The wrapper's name
// tells which.
func panicwrap() {
	name := funcNameAt(sys.GetCallerPC() - 1)
	open, end := indexByteString(name, '('), indexByteString(name, ')')
	if open < 1 || end < open+2 || end+2 > len(name) {
		throw("panicwrap: unexpected name " + name)
	}
	pkg, typ, meth := name[:open-1], name[open+2:end], name[end+2:]
	panic(plainError("value method " + pkg + "." + typ + "." + meth + " called using nil *" + typ + " pointer"))
}
