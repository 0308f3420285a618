// The types that the compiler, the linker and debuggers know by name, and the few helpers that every file needs.
//
// Layouts are contract: interface values, strings, slices and function values look as compiled code expects them.

package runtime

import (
	"internal/abi"
	"unsafe"
)

type (
	_type         = abi.Type
	maptype       = abi.SwissMapType
	interfacetype = abi.InterfaceType
	itab          = abi.ITab
	nameOff       = abi.NameOff
	typeOff       = abi.TypeOff
	textOff       = abi.TextOff
)

// eface is a value of type any.
type eface struct {
	_type *_type
	data  unsafe.Pointer
}

// iface is a value of an interface type with methods.
type iface struct {
	tab  *itab
	data unsafe.Pointer
}

// slice is a slice value of any element type.
type slice struct {
	array unsafe.Pointer
	len   int
	cap   int
}

// stringStruct is a string value.
type stringStruct struct {
	str unsafe.Pointer
	len int
}

// States of a span, as constants that debuggers show. Spans are the kernel's.
type mSpanState uint8

const (
	mSpanDead mSpanState = iota
	mSpanInUse
	mSpanManual
)

// stringStructDWARF is stringStruct with the pointer type that debuggers expect.
type stringStructDWARF struct {
	str *byte
	len int
}

// funcval is what a function value points to: code, then captured variables.
type funcval struct {
	fn uintptr
}

// initTask is the initialisation work of one package; nfns code addresses follow.
type initTask struct {
	state uint32
	nfns  uint32
}

type functab struct {
	entryoff uint32
	funcoff  uint32
}

type textsect struct {
	vaddr    uintptr
	end      uintptr
	baseaddr uintptr
}

type ptabEntry struct {
	name nameOff
	typ  typeOff
}

type modulehash struct {
	modulename   string
	linktimehash string
	runtimehash  *string
}

// moduledata is what the linker tells about the binary. The kernel has the same struct (types/moduledata.rs).
type moduledata struct {
	pcHeader    unsafe.Pointer
	funcnametab []byte
	cutab       []uint32
	filetab     []byte
	pctab       []byte
	pclntable   []byte
	ftab        []functab
	findfunctab uintptr
	minpc       uintptr
	maxpc       uintptr

	text, etext           uintptr
	noptrdata, enoptrdata uintptr
	data, edata           uintptr
	bss, ebss             uintptr
	noptrbss, enoptrbss   uintptr
	covctrs, ecovctrs     uintptr
	end                   uintptr
	gcdata, gcbss         uintptr
	types, etypes         uintptr
	rodata                uintptr
	gofunc                uintptr

	textsectmap  []textsect
	typelinks    []int32
	itablinks    []*itab
	ptab         []ptabEntry
	pluginpath   string
	pkghashes    []modulehash
	inittasks    []*initTask
	modulename   string
	modulehashes []modulehash
	hasmain      uint8
	bad          bool

	// Of modules that join later; see addmodule in linkname.go.
	gcdatamask, gcbssmask bitvector
	typemap               map[typeOff]*_type
	next                  *moduledata
}

type bitvector struct {
	n        int32
	bytedata *uint8
}

// Written by the linker. Packages that load code of their own hang their module behind the last one.
//
//go:linkname lastmoduledatap
var (
	firstmoduledata   moduledata
	lastmoduledatap   *moduledata
	runtime_inittasks []*initTask
)

// zerobase is where all values of size zero live.
var zerobase uintptr

// zeroVal is what a read of a missing map element points to.
//
//go:linkname zeroVal
var zeroVal [abi.ZeroValSize]byte

// writeBarrier is tested by compiled code before every pointer store. The kernel sets it while it marks.
//
//go:linkname writeBarrier
var writeBarrier struct {
	enabled bool
	_       [3]byte
	alignme uint64
}

// staticuint64s is where interface values of single bytes and other small numbers point to (smallints_amd64.s).
var staticuint64s [256]uint64

const (
	ptrSize  = unsafe.Sizeof(uintptr(0))
	maxAlloc = 1 << 48
)

// hex marks a number that print shows in base 16.
type hex uint64

//go:linkname add
func add(p unsafe.Pointer, x uintptr) unsafe.Pointer {
	return unsafe.Pointer(uintptr(p) + x)
}

// noescape returns p in a way that escape analysis cannot follow. The callee must not keep it.
//
//go:linkname noescape
//go:nosplit
func noescape(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}

func efaceOf(p *any) *eface {
	return (*eface)(unsafe.Pointer(p))
}

func stringStructOf(p *string) *stringStruct {
	return (*stringStruct)(unsafe.Pointer(p))
}

func bool2int(b bool) int {
	return int(*(*uint8)(unsafe.Pointer(&b)))
}

// getg is the goroutine that runs; the compiler replaces the call by R14.
func getg() *g

// Statically initialised, so that their type words are there before any initialiser runs.
var (
	stringEface any = ""
	sliceEface  any = []byte(nil)
)

// unreachableMethod takes the place of methods that the linker has pruned.
func unreachableMethod() {
	throw("unreachable method called. linker bug?")
}
