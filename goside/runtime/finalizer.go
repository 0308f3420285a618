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
	helperPoolCleaner
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

// SetFinalizer sets the finalizer associated with obj to the provided finalizer function. When the garbage collector
// finds an unreachable block with an associated finalizer, it clears the association and runs finalizer(obj) in a
// separate goroutine. This makes obj reachable again, but now without an associated finalizer. Assuming that
// SetFinalizer is not called again, the next time the garbage collector sees that obj is unreachable, it will free obj.
//
// SetFinalizer(obj, nil) clears any finalizer associated with obj.
//
// The argument obj must be a pointer to an object allocated by calling new, by taking the address of a composite
// literal, or by taking the address of a local variable. The argument finalizer must be a function that takes a single
// argument to which obj's type can be assigned, and can have arbitrary ignored return values. If either of these is
// not true, SetFinalizer may abort the program.
//
// Finalizers run in dependency order: if A points at B, both have finalizers, and they are otherwise unreachable, only
// the finalizer for A runs; once A is freed, the finalizer for B can run. A cycle that includes a block with a
// finalizer is not guaranteed to be collected. It is not guaranteed that finalizers run before a program exits.
//
// A single goroutine runs all finalizers for a program, sequentially. A finalizer that takes long should start a
// goroutine. New code should consider using [AddCleanup] instead.
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
	mismatch := "runtime.SetFinalizer: cannot pass " + typeString(typ) + " to finalizer " + typeString(ftyp)
	if ft.IsVariadic() {
		throw(mismatch + " because dotdotdot")
	}
	if ft.InCount != 1 || !finalizerTakes(ft.InSlice()[0], typ, elem) {
		throw(mismatch)
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

// AddCleanup attaches a cleanup function to ptr. Some time after ptr is no longer reachable, the runtime will call
// cleanup(arg) in a separate goroutine.
//
// A typical use is that ptr is an object wrapping an underlying resource (e.g., a File object wrapping an OS file
// descriptor), arg is the underlying resource (e.g., the OS file descriptor), and the cleanup function releases the
// underlying resource (e.g., by calling the close system call).
//
// There are few constraints on ptr. In particular, multiple cleanups may be attached to the same pointer, or to
// different pointers within the same allocation. If ptr is reachable from cleanup or arg, ptr will never be collected
// and the cleanup will never run; as a protection against simple cases of this, AddCleanup panics if arg is equal to
// ptr.
//
// There is no specified order in which cleanups run, and no guarantee that they run before program exit. If ptr has
// both a cleanup and a finalizer, the cleanup runs once it has been finalized and becomes unreachable without an
// associated finalizer. The cleanup(arg) call is not guaranteed for objects in package-level variables.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	if kind := abi.TypeOf(arg).Kind(); kind == abi.Pointer || kind == abi.UnsafePointer {
		if unsafe.Pointer(ptr) == *((*unsafe.Pointer)(unsafe.Pointer(&arg))) {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
	}
	fn := abi.Escape(func() { cleanup(arg) })
	return addCleanup(unsafe.Pointer(ptr), *(**funcval)(unsafe.Pointer(&fn)))
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

// Cleanup is a handle to a cleanup call for a specific object.
type Cleanup struct {
	// id is the unique identifier of the cleanup; 0 if it will never run.
	id uint64
	// ptr is the address that was passed to AddCleanup.
	ptr uintptr
}

// Stop cancels the cleanup call. Stop will have no effect if the cleanup call has already been queued for execution
// (because ptr became unreachable). To guarantee that Stop removes the cleanup function, the caller must ensure that
// the pointer that was passed to AddCleanup is reachable across the call to Stop.
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

// KeepAlive marks its argument as currently reachable. This ensures that the object is not freed, and its finalizer is
// not run, before the point in the program where KeepAlive is called.
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
