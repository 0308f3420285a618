// Finalizers and cleanups. The kernel knows which objects have them and finds the dead ones (gc/special.rs); here are
// the checks of the API, and the goroutines that call back into the program.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Numbers of the helper goroutines, as the kernel knows them.
const (
	helperFinalizers = iota
	helperCleanups
	helperCollector
)

// helperCall is a call that the kernel asks for; the layout is that of special::Ready.
type helperCall struct {
	fn      *funcval
	object  unsafe.Pointer
	arg     *_type
	typ     *_type
	results uintptr
}

// Functions of the helper goroutines, and whether the kernel has been told of them.
var (
	finalizersFn     = runFinalizers
	cleanupsFn       = runCleanups
	helpersAnnounced atomic.Uint32
)

func announceHelpers() {
	if helpersAnnounced.Load() == 0 {
		khelperannounce(helperFinalizers, *(**funcval)(unsafe.Pointer(&finalizersFn)))
		khelperannounce(helperCleanups, *(**funcval)(unsafe.Pointer(&cleanupsFn)))
		helpersAnnounced.Store(1)
	}
}

// SetFinalizer has finalizer(obj) called, in a goroutine of the runtime, once nothing refers to obj any more; nil takes
// the finalizer away again. For the call obj comes back to life, without its finalizer: if it dies again, it is freed.
//
// obj points to the first byte of a heap object (new, &T{…}, an escaping variable); for a package-level variable or a
// value of size zero nothing happens. finalizer has one parameter, to which obj can be assigned; its results are
// dropped. Anything else, or a second finalizer on one object, ends the program.
//
// What obj refers to lives until the finalizer has run. So of objects that refer to each other the outermost is
// finalized first, and a cycle through an object with a finalizer is never freed. All finalizers share one goroutine
// and run one after the other: slow work belongs in a goroutine of its own. Small objects without pointers share a
// block and die together. When a program exits, finalizers that are due may not have run. An object can die while a
// method of it still runs: see [KeepAlive]. [AddCleanup] has fewer of these traps.
func SetFinalizer(obj any, finalizer any) {
	obj, finalizer = abi.Escape(obj), abi.Escape(finalizer)
	e, f := efaceOf(&obj), efaceOf(&finalizer)
	elem := finalizerElem(e)
	base := finalizerBase(e, elem)
	if base == 0 {
		return // not in the heap: never dies
	}
	if f._type == nil {
		kremovefinalizer(e.data)
		KeepAlive(obj)
		return
	}
	arg, results := checkFinalizer(e._type, elem, f._type)
	announceHelpers()
	if !ksetfinalizer(e.data, (*funcval)(f.data), arg, e._type, results) {
		throw("runtime.SetFinalizer: finalizer already set")
	}
	if debug.checkfinalizers {
		knoteorigin(e.data, 0, elem, (*funcval)(f.data))
	}
	KeepAlive(obj)
}

// finalizerElem checks that obj is a pointer, and returns what it points to.
func finalizerElem(e *eface) *_type {
	if e._type == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if e._type.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + typeString(e._type) + ", not pointer")
	}
	elem := e._type.Elem()
	if elem == nil {
		throw("nil elem type!")
	}
	return elem
}

// finalizerBase is the first byte of the object, 0 if it is not in the heap.
func finalizerBase(e *eface, elem *_type) uintptr {
	base := kobjectbase(e.data)
	if base == 0 {
		if !isImmortal(e.data) {
			throw("runtime.SetFinalizer: pointer not in allocated block")
		}
		return 0
	}
	// Tiny objects share a block: theirs need not begin it.
	if uintptr(e.data) != base && (elem.Pointers() || elem.Size_ >= tinyBlock) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	return base
}

// tinyBlock is the size below which pointer-free objects share blocks.
const tinyBlock = 16

// isImmortal says whether p points to a variable of the program or to the place of all zero-size values.
func isImmortal(p unsafe.Pointer) bool {
	a, m := uintptr(p), &firstmoduledata
	return p == unsafe.Pointer(&zerobase) ||
		m.data <= a && a < m.edata || m.bss <= a && a < m.ebss ||
		m.noptrdata <= a && a < m.enoptrdata || m.noptrbss <= a && a < m.enoptrbss
}

// checkFinalizer checks that a value of pointer type typ can be passed to a function of type ftyp; returns the
// parameter's type and the size of the results.
func checkFinalizer(typ, elem, ftyp *_type) (arg *_type, results uintptr) {
	if ftyp.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + typeString(ftyp) + ", not a function")
	}
	ft := ftyp.FuncType()
	if ft.IsVariadic() {
		throwMismatch(typ, ftyp, " because dotdotdot")
	}
	if ft.InCount != 1 || !finalizerTakes(ft.InSlice()[0], typ, elem) {
		throwMismatch(typ, ftyp, "")
	}
	for _, t := range ft.OutSlice() {
		align := uintptr(t.Align_)
		results = (results+align-1)&^(align-1) + t.Size_
	}
	if results > maxFinalizerResults {
		throw("runtime.SetFinalizer: results of finalizer " + typeString(ftyp) + " are too large")
	}
	return ft.InSlice()[0], results
}

func throwMismatch(typ, ftyp *_type, why string) {
	throw("runtime.SetFinalizer: cannot pass " + typeString(typ) + " to finalizer " + typeString(ftyp) + why)
}

func finalizerTakes(param, typ, elem *_type) bool {
	switch {
	case param == typ:
		return true
	case param.Kind() == abi.Pointer:
		return (param.Uncommon() == nil || typ.Uncommon() == nil) && param.Elem() == elem
	case param.Kind() == abi.Interface:
		it := param.InterfaceType()
		return len(it.Methods) == 0 || assertE2I2(it, typ) != nil
	}
	return false
}

// runFinalizers is the goroutine that runs finalizers. Tracebacks know it by its name.
func runFinalizers() {
	for {
		var call helperCall
		for khelpertake(helperFinalizers, &call) {
			getg().system = false // while it runs the program's code, tracebacks and profiles show it
			call.finalize()
			getg().system = true
			call = helperCall{}
		}
		khelperwait(helperFinalizers)
	}
}

// finalize passes the object to the finalizer in the form its parameter asks for.
func (c *helperCall) finalize() {
	if c.arg.Kind() != abi.Interface {
		callFinalizer(c.fn, c.object, c.results)
		return
	}
	if it := c.arg.InterfaceType(); len(it.Methods) > 0 {
		callFinalizer(c.fn, iface{assertE2I(it, c.typ), c.object}, c.results)
		return
	}
	callFinalizer(c.fn, eface{c.typ, c.object}, c.results)
}

// maxFinalizerResults bounds the results of a finalizer, in bytes.
const maxFinalizerResults = 64 << 10

// callFinalizer calls fn, a function of one parameter whose results are dropped. Results that do not fit registers go
// to the caller's frame: the type of the call reserves room for them.
func callFinalizer[T any](fn *funcval, arg T, results uintptr) {
	switch {
	case results == 0:
		(*(*func(T))(unsafe.Pointer(&fn)))(arg)
	case results <= 1024:
		callWithRoom[T, [128]uintptr](fn, arg)
	default:
		callWithRoom[T, [maxFinalizerResults / ptrSize]uintptr](fn, arg)
	}
}

//go:noinline
func callWithRoom[T, R any](fn *funcval, arg T) {
	(*(*func(T) R)(unsafe.Pointer(&fn)))(arg)
}

// AddCleanup has cleanup(arg) called, in a goroutine of the runtime, after the object that ptr points into has died. It
// is meant for what the collector does not manage: arg is a file descriptor, say, and cleanup closes it.
//
// The object must not be reachable through cleanup or arg, or it lives for ever; arg == ptr is such a case, and panics,
// as a nil ptr does. ptr may point anywhere into the object, and an object may have any number of cleanups. If it also
// has a finalizer, they wait until it has been finalized and died again. Their order is not defined. A program may exit
// before they run, and for package-level variables they never do.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	if kind := abi.TypeOf(arg).Kind(); kind == abi.Pointer || kind == abi.UnsafePointer {
		copied := arg // with its address taken, arg itself would be an object of its own beside the closure
		if unsafe.Pointer(ptr) == *((*unsafe.Pointer)(unsafe.Pointer(&copied))) {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
	}
	fn := abi.Escape(func() { cleanup(arg) })
	c := addCleanup(unsafe.Pointer(ptr), *(**funcval)(unsafe.Pointer(&fn)))
	if debug.checkfinalizers {
		copied := cleanup
		knoteorigin(unsafe.Pointer(ptr), c.id, abi.TypeFor[T](), *(**funcval)(unsafe.Pointer(&copied)))
	}
	return c
}

func addCleanup(p unsafe.Pointer, fn *funcval) Cleanup {
	base := kobjectbase(p)
	if base == 0 {
		if !isImmortal(p) {
			panic("runtime.AddCleanup: ptr not in allocated block")
		}
		return Cleanup{}
	}
	announceHelpers()
	id := kaddcleanup(p, fn)
	KeepAlive(p)
	return Cleanup{id: id, ptr: uintptr(p)}
}

// Cleanup names one call that [AddCleanup] has arranged, so that it can be stopped.
type Cleanup struct {
	// id is the unique identifier of the cleanup; 0 if it will never run.
	id uint64
	// ptr is the address that was passed to AddCleanup.
	ptr uintptr
}

// Stop takes the cleanup back, unless its object has died already and the call is due. A caller that must be sure keeps
// the object alive until Stop has returned ([KeepAlive]).
func (c Cleanup) Stop() {
	if c.id != 0 {
		kremovecleanup(c.ptr, c.id)
	}
}

// runCleanups is the goroutine that runs cleanups. Tracebacks know it by its name.
func runCleanups() {
	for {
		var call helperCall
		for khelpertake(helperCleanups, &call) {
			fn := call.fn
			call = helperCall{}
			getg().system = false
			(*(*func())(unsafe.Pointer(&fn)))()
			getg().system = true
		}
		khelperwait(helperCleanups)
	}
}

// KeepAlive counts as a use of x: until this call the object is neither freed nor finalized, and no cleanup of it runs.
//
//go:noinline
func KeepAlive(x any) {
	if cgoAlwaysFalse {
		println(x)
	}
}

// waitHelperIdle waits until a helper has nothing to do, at most timeout nanoseconds (negative: for ever).
func waitHelperIdle(helper uintptr, timeout int64) bool {
	start := nanotime()
	for !khelperidle(helper) {
		if timeout >= 0 && nanotime()-start > timeout {
			return false
		}
		Gosched()
	}
	return true
}

// Tests wait for finalizers and cleanups.
//
//go:linkname blockUntilEmptyFinalizerQueue
func blockUntilEmptyFinalizerQueue(timeout int64) bool {
	return waitHelperIdle(helperFinalizers, timeout)
}

//go:linkname unique_runtime_blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func unique_runtime_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return waitHelperIdle(helperCleanups, timeout)
}

//go:linkname sync_test_runtime_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_runtime_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return waitHelperIdle(helperCleanups, timeout)
}
