// What well-known modules pull out of package runtime by linkname does what they expect.
package main

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"unsafe"
)

type eface struct{ typ, data unsafe.Pointer }

func typeOf(v any) unsafe.Pointer { return (*eface)(unsafe.Pointer(&v)).typ }

type goSlice struct {
	ptr      unsafe.Pointer
	len, cap int
}

type (
	funcInfo struct {
		record *struct{ entryOff uint32 }
		datap  unsafe.Pointer
	}
	inlineUnwinder struct {
		f    funcInfo
		tree unsafe.Pointer
	}
	inlineFrame struct {
		pc    uintptr
		index int32
	}
	srcFunc struct {
		datap     unsafe.Pointer
		nameOff   int32
		startLine int32
		funcID    uint8
	}
	iterator struct {
		key, elem unsafe.Pointer
		typ       unsafe.Pointer
		it        unsafe.Pointer
		pad       [16]uintptr
	}
)

//go:linkname mallocgc runtime.mallocgc
func mallocgc(size uintptr, typ unsafe.Pointer, zero bool) unsafe.Pointer

//go:linkname newarray runtime.newarray
func newarray(typ unsafe.Pointer, n int) unsafe.Pointer

//go:linkname growslice runtime.growslice
func growslice(old unsafe.Pointer, newLen, oldCap, num int, typ unsafe.Pointer) goSlice

//go:linkname reflectGrowslice reflect.growslice
func reflectGrowslice(typ unsafe.Pointer, old goSlice, num int) goSlice

//go:linkname makeslice runtime.makeslice
func makeslice(typ unsafe.Pointer, len, cap int) unsafe.Pointer

//go:linkname memmove runtime.memmove
func memmove(to, from unsafe.Pointer, n uintptr)

//go:linkname memclr runtime.memclrNoHeapPointers
func memclr(p unsafe.Pointer, n uintptr)

//go:linkname memclrPtr runtime.memclrHasPointers
func memclrPtr(p unsafe.Pointer, n uintptr)

//go:linkname memequal runtime.memequal
func memequal(a, b unsafe.Pointer, n uintptr) bool

//go:linkname memhash runtime.memhash
func memhash(p unsafe.Pointer, h, n uintptr) uintptr

//go:linkname strhash runtime.strhash
func strhash(p unsafe.Pointer, h uintptr) uintptr

//go:linkname stringHash runtime.stringHash
func stringHash(s string, seed uintptr) uintptr

//go:linkname nilinterhash runtime.nilinterhash
func nilinterhash(p unsafe.Pointer, h uintptr) uintptr

//go:linkname typehash runtime.typehash
func typehash(t, p unsafe.Pointer, h uintptr) uintptr

//go:linkname typedmemmove runtime.typedmemmove
func typedmemmove(t, dst, src unsafe.Pointer)

//go:linkname typedslicecopy runtime.typedslicecopy
func typedslicecopy(t, dst unsafe.Pointer, dstLen int, src unsafe.Pointer, srcLen int) int

//go:linkname reflectTypedmemclr reflect.typedmemclr
func reflectTypedmemclr(t, p unsafe.Pointer)

//go:linkname convT64 runtime.convT64
func convT64(v uint64) unsafe.Pointer

//go:linkname convTstring runtime.convTstring
func convTstring(v string) unsafe.Pointer

//go:linkname convTslice runtime.convTslice
func convTslice(v []byte) unsafe.Pointer

//go:linkname getitab runtime.getitab
func getitab(inter, typ unsafe.Pointer, canfail bool) unsafe.Pointer

//go:linkname ifaceE2I reflect.ifaceE2I
func ifaceE2I(inter unsafe.Pointer, e any, dst unsafe.Pointer)

//go:linkname makemap runtime.makemap
func makemap(t unsafe.Pointer, hint int, m unsafe.Pointer) unsafe.Pointer

//go:linkname makemapSmall runtime.makemap_small
func makemapSmall() unsafe.Pointer

//go:linkname mapassign runtime.mapassign
func mapassign(t, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapassignFast64 runtime.mapassign_fast64
func mapassignFast64(t, m unsafe.Pointer, key uint64) unsafe.Pointer

//go:linkname mapassignFaststr runtime.mapassign_faststr
func mapassignFaststr(t, m unsafe.Pointer, key string) unsafe.Pointer

//go:linkname mapaccess2 runtime.mapaccess2
func mapaccess2(t, m, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapaccess2Faststr runtime.mapaccess2_faststr
func mapaccess2Faststr(t, m unsafe.Pointer, key string) (unsafe.Pointer, bool)

//go:linkname mapdelete runtime.mapdelete
func mapdelete(t, m, key unsafe.Pointer)

//go:linkname maplen reflect.maplen
func maplen(m unsafe.Pointer) int

//go:linkname mapiterinit runtime.mapiterinit
func mapiterinit(t, m unsafe.Pointer, it *iterator)

//go:linkname mapiternext runtime.mapiternext
func mapiternext(it *iterator)

//go:linkname reflectMapiterinit reflect.mapiterinit
func reflectMapiterinit(t, m unsafe.Pointer, it *iterator)

//go:linkname reflectMapiternext reflect.mapiternext
func reflectMapiternext(it *iterator)

//go:linkname reflectMapiterkey reflect.mapiterkey
func reflectMapiterkey(it *iterator) unsafe.Pointer

//go:linkname reflectMapiterelem reflect.mapiterelem
func reflectMapiterelem(it *iterator) unsafe.Pointer

//go:linkname chanbuf runtime.chanbuf
func chanbuf(c unsafe.Pointer, i uint) unsafe.Pointer

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

//go:linkname procyield runtime.procyield
func procyield(n uint32)

//go:linkname cheaprandn runtime.cheaprandn
func cheaprandn(n uint32) uint32

//go:linkname cputicks runtime.cputicks
func cputicks() int64

//go:linkname getm runtime.getm
func getm() uintptr

//go:linkname gopark runtime.gopark
func gopark(unlock func(g, lock unsafe.Pointer) bool, lock unsafe.Pointer, reason, trace uint8, skip int)

//go:linkname goready runtime.goready
func goready(g unsafe.Pointer, skip int)

//go:linkname goyield runtime.goyield
func goyield()

//go:linkname wakep runtime.wakep
func wakep()

//go:linkname lockedOSThread runtime.lockedOSThread
func lockedOSThread() bool

//go:linkname semacquire sync.runtime_Semacquire
func semacquire(addr *uint32)

//go:linkname semrelease sync.runtime_Semrelease
func semrelease(addr *uint32, handoff bool, skip int)

//go:linkname canSpin sync.runtime_canSpin
func canSpin(i int) bool

//go:linkname doSpin sync.runtime_doSpin
func doSpin()

//go:linkname entersyscall runtime.entersyscall
func entersyscall()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

//go:linkname callers runtime.callers
func callers(skip int, pcs []uintptr) int

//go:linkname findfunc runtime.findfunc
func findfunc(pc uintptr) funcInfo

//go:linkname funcEntry runtime.funcInfo.entry
func funcEntry(f funcInfo) uintptr

//go:linkname funcline1 runtime.funcline1
func funcline1(f funcInfo, pc uintptr, strict bool) (string, int32)

//go:linkname newInlineUnwinder runtime.newInlineUnwinder
func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame)

//go:linkname unwinderSrcFunc runtime.(*inlineUnwinder).srcFunc
func unwinderSrcFunc(u *inlineUnwinder, f inlineFrame) srcFunc

//go:linkname srcFuncName runtime.srcFunc.name
func srcFuncName(s srcFunc) string

//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span unsafe.Pointer, index uintptr)

//go:linkname checkptrBase runtime.checkptrBase
func checkptrBase(p unsafe.Pointer) uintptr

//go:linkname gostring runtime.gostring
func gostring(p *byte) string

//go:linkname gostringn runtime.gostringn
func gostringn(p *byte, n int) string

//go:linkname gobytes runtime.gobytes
func gobytes(p *byte, n int) []byte

//go:linkname typelinks reflect.typelinks
func typelinks() ([]unsafe.Pointer, [][]int32)

//go:linkname resolveTypeOff reflect.resolveTypeOff
func resolveTypeOff(rtype unsafe.Pointer, off int32) unsafe.Pointer

//go:linkname getProfLabel runtime/pprof.runtime_getProfLabel
func getProfLabel() unsafe.Pointer

//go:linkname setProfLabel runtime/pprof.runtime_setProfLabel
func setProfLabel(labels unsafe.Pointer)

//go:linkname vdsoClockgettime runtime.vdsoClockgettimeSym
var vdsoClockgettime uintptr

//go:linkname iscgo runtime.iscgo
var iscgo bool

//go:linkname goarm runtime.goarm
var goarm uint8

//go:linkname writeBarrier runtime.writeBarrier
var writeBarrier struct {
	enabled bool
	pad     [3]byte
	align   uint64
}

//go:linkname lastmoduledatap runtime.lastmoduledatap
var lastmoduledatap *struct {
	pcHeader *struct{ magic uint32 }
}

//go:linkname moduledataverify1 runtime.moduledataverify1
func moduledataverify1(datap unsafe.Pointer)

//go:linkname blockUntilEmptyFinalizerQueue runtime.blockUntilEmptyFinalizerQueue
func blockUntilEmptyFinalizerQueue(timeout int64) bool

//go:linkname setsigsegv runtime.setsigsegv
func setsigsegv(pc uintptr)

//go:linkname sigpanic runtime.sigpanic
func sigpanic()

//go:linkname throw runtime.throw
func throw(s string)

func memory() {
	ints := typeOf(0)
	p := (*[10]int)(newarray(ints, 10))
	q := (*int)(mallocgc(8, ints, true))
	fmt.Println(*p, *q)
	p[3], p[9] = 7, 9
	s := growslice(unsafe.Pointer(p), 12, 10, 2, ints)
	fmt.Println(s.len, s.cap, *(*[10]int)(s.ptr))
	s = reflectGrowslice(ints, s, 100)
	fmt.Println(s.len, s.cap >= 110)
	m := unsafe.Slice((*string)(makeslice(typeOf(""), 2, 4)), 4)
	m[0] = "x"
	n := make([]string, 2)
	fmt.Println(typedslicecopy(typeOf(""), unsafe.Pointer(&n[0]), 2, unsafe.Pointer(&m[0]), 2), n)
	typedmemmove(typeOf(""), unsafe.Pointer(&n[1]), unsafe.Pointer(&n[0]))
	reflectTypedmemclr(typeOf(""), unsafe.Pointer(&n[0]))
	fmt.Printf("%q\n", n)
	memclrPtr(unsafe.Pointer(&n[0]), 32)
	b := []byte("0123456789")
	memmove(unsafe.Pointer(&b[2]), unsafe.Pointer(&b[0]), 5)
	memclr(unsafe.Pointer(&b[9]), 1)
	fmt.Printf("%q %q %v\n", n, b, memequal(unsafe.Pointer(&b[0]), unsafe.Pointer(&b[2]), 2))
	base, span, _ := findObject(uintptr(unsafe.Pointer(&p[4])), 0, 0)
	fmt.Println(base == uintptr(unsafe.Pointer(p)), span != nil, checkptrBase(unsafe.Pointer(&p[4])) == base)
	base, span, _ = findObject(uintptr(unsafe.Pointer(&vdsoClockgettime)), 0, 0)
	fmt.Println(base, span)
	c := append([]byte("c string"), 0, 'x')
	fmt.Println(gostring(&c[0]), gostringn(&c[0], 3), string(gobytes(&c[0], 2)))
	runtime.KeepAlive(p)
}

func hashes() {
	a, b := "hello"+string(rune('x')), "hellox"
	var i, j any = a, b
	fmt.Println(strhash(unsafe.Pointer(&a), 1) == strhash(unsafe.Pointer(&b), 1),
		stringHash(a, 5) == stringHash(b, 5), stringHash(a, 5) == strhash(unsafe.Pointer(&a), 5),
		nilinterhash(unsafe.Pointer(&i), 3) == nilinterhash(unsafe.Pointer(&j), 3),
		typehash(typeOf(""), unsafe.Pointer(&a), 9) == typehash(typeOf(""), unsafe.Pointer(&b), 9),
		memhash(unsafe.Pointer(unsafe.StringData(a)), 1, 6) == memhash(unsafe.Pointer(unsafe.StringData(b)), 1, 6),
		memhash(unsafe.Pointer(unsafe.StringData(a)), 1, 6) == memhash(unsafe.Pointer(unsafe.StringData(b)), 2, 6))
}

type speaker interface{ Speak() string }
type dog struct{ name string }

func (d *dog) Speak() string { return d.name + " barks" }

func interfaces() {
	word := func(typ, data unsafe.Pointer) any { return *(*any)(unsafe.Pointer(&eface{typ, data})) }
	fmt.Println(word(typeOf(uint64(0)), convT64(1<<40)), word(typeOf(""), convTstring("s")),
		word(typeOf([]byte(nil)), convTslice([]byte{1, 2})))
	inter := reflect.TypeFor[speaker]()
	interType := (*eface)(unsafe.Pointer(&inter)).data
	fmt.Println(getitab(interType, typeOf(&dog{}), true) != nil, getitab(interType, typeOf(0), true) == nil)
	var s speaker
	ifaceE2I(interType, &dog{"Rex"}, unsafe.Pointer(&s))
	fmt.Println(s.Speak())
	bases, offsets := typelinks()
	fmt.Println(len(bases), len(offsets), len(offsets[0]) > 10, resolveTypeOff(bases[0], offsets[0][0]) != nil)
}

func maps() {
	t := typeOf(map[string]int(nil))
	m := makemap(t, 10, nil)
	for i, key := range []string{"a", "b", "c"} {
		*(*int)(mapassignFaststr(t, m, key)) = i + 1
	}
	key := "d"
	*(*int)(mapassign(t, m, unsafe.Pointer(&key))) = 4
	fmt.Println(maplen(m), (*(*map[string]int)(unsafe.Pointer(&m))))
	p, ok := mapaccess2(t, m, unsafe.Pointer(&key))
	_, none := mapaccess2Faststr(t, m, "zz")
	fmt.Println(*(*int)(p), ok, none)
	mapdelete(t, m, unsafe.Pointer(&key))
	sum, keys := 0, 0
	var it iterator
	for mapiterinit(t, m, &it); it.key != nil; mapiternext(&it) {
		sum += *(*int)(it.elem)
		keys += len(*(*string)(it.key))
	}
	var other iterator
	for reflectMapiterinit(t, m, &other); reflectMapiterkey(&other) != nil; reflectMapiternext(&other) {
		sum += *(*int)(reflectMapiterelem(&other))
	}
	fmt.Println(sum, keys, maplen(m))
	small := makemapSmall()
	*(*uint64)(mapassignFast64(typeOf(map[uint64]uint64(nil)), small, 77)) = 8
	fmt.Println(*(*map[uint64]uint64)(unsafe.Pointer(&small)))
	c := make(chan int, 3)
	c <- 5
	fmt.Println(*(*int)(chanbuf(*(*unsafe.Pointer)(unsafe.Pointer(&c)), 0)))
}

// parker is a lock like those of packages that bring their own scheduling: a goroutine that waits leaves itself here.
type parker struct {
	waiting atomic.Pointer[byte]
	refuse  bool
}

func unlock(g, lock unsafe.Pointer) bool {
	p := (*parker)(lock)
	if p.refuse {
		return false
	}
	p.waiting.Store((*byte)(g))
	return true
}

func scheduling() {
	pin := procPin()
	procUnpin()
	fmt.Println(pin < runtime.GOMAXPROCS(0), cheaprandn(1), getm() != 0, lockedOSThread())
	runtime.LockOSThread()
	a, locked := getm(), lockedOSThread()
	goyield()
	fmt.Println(a == getm(), locked)
	runtime.UnlockOSThread()
	before := cputicks()
	procyield(10)
	doSpin()
	canSpin(1 << 20)
	wakep()
	fmt.Println(cputicks() > before)
	entersyscall()
	exitsyscall()
	const rounds = 20000
	var p parker
	done := make(chan int)
	go func() {
		n := 0
		for range rounds {
			gopark(unlock, unsafe.Pointer(&p), 21, 0, 1)
			n++
		}
		done <- n
	}()
	for i := 0; i < rounds; {
		if g := p.waiting.Swap(nil); g != nil {
			goready(unsafe.Pointer(g), 1)
			i++
		} else if i%3 == 0 {
			runtime.Gosched()
		}
	}
	fmt.Println("parked and readied", <-done)
	p.refuse = true
	gopark(unlock, unsafe.Pointer(&p), 21, 0, 1)
	fmt.Println("did not park")
	p.refuse = false
	go gopark(unlock, unsafe.Pointer(&p), 21, 0, 1)
	for p.waiting.Load() == nil {
		runtime.Gosched()
	}
	for range 100 {
		runtime.Gosched()
	}
	stacks := make([]byte, 1<<16)
	stacks = stacks[:runtime.Stack(stacks, true)]
	fmt.Println(strings.Contains(string(stacks), "[sync.Cond.Wait]:"))
	goready(unsafe.Pointer(p.waiting.Load()), 1)
	var sema uint32
	go semrelease(&sema, false, 0)
	semacquire(&sema)
	fmt.Println("semaphore", sema)
	label := new(int)
	setProfLabel(unsafe.Pointer(label))
	fmt.Println(getProfLabel() == unsafe.Pointer(label))
	setProfLabel(nil)
}

//go:noinline
func symbols() {
	pcs := make([]uintptr, 5)
	n := callers(0, pcs)
	f := findfunc(pcs[n-1])
	g := findfunc(pcs[1] - 1)
	file, line := funcline1(g, pcs[1]-1, false)
	fmt.Println(n > 2, funcEntry(g) == runtime.FuncForPC(pcs[1]).Entry(), file[strings.LastIndex(file, "/")+1:], line)
	u, frame := newInlineUnwinder(g, pcs[1]-1)
	fmt.Println(srcFuncName(unwinderSrcFunc(&u, frame)), f.record != nil, findfunc(1).record == nil)
}

func main() {
	functions, variables := linked()
	fmt.Println(len(functions), len(variables))
	memory()
	hashes()
	interfaces()
	maps()
	scheduling()
	symbols()
	fmt.Println(vdsoClockgettime != 0, iscgo, goarm, writeBarrier.enabled)
	fmt.Printf("%#x\n", lastmoduledatap.pcHeader.magic)
	moduledataverify1(unsafe.Pointer(lastmoduledatap))
	runtime.SetFinalizer(new([64]int), func(*[64]int) {})
	runtime.GC()
	fmt.Println(blockUntilEmptyFinalizerQueue(1e9))
	func() {
		defer func() { fmt.Println(recover()) }()
		setsigsegv(0)
		sigpanic()
	}()
	throw("the end")
}
