// Interface values: making them, comparing them, asserting on them.
//
//	x.(I), switch x.(type) ─▶ per-site cache (compiled code) ─▶ typeAssert, interfaceSwitch ─▶ kgetitab (kernel)
//
// A per-site cache is immutable once published; a new one with one more entry replaces it. It holds addresses of
// immortal things only, so the collector need not look inside.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// convT makes the data word of an interface value out of a value in memory.
func convT(t *_type, v unsafe.Pointer) unsafe.Pointer {
	x := kmallocgc(t.Size_, t, true)
	typedmemmove(t, x, v)
	return x
}

func convTnoptr(t *_type, v unsafe.Pointer) unsafe.Pointer {
	x := kmallocgc(t.Size_, nil, false)
	memmove(x, v, t.Size_)
	return x
}

func convT16(val uint16) unsafe.Pointer {
	if val < uint16(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[val])
	}
	x := kmallocgc(2, nil, false)
	*(*uint16)(x) = val
	return x
}

func convT32(val uint32) unsafe.Pointer {
	if val < uint32(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[val])
	}
	x := kmallocgc(4, nil, false)
	*(*uint32)(x) = val
	return x
}

//go:linkname convT64
func convT64(val uint64) unsafe.Pointer {
	if val < uint64(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[val])
	}
	x := kmallocgc(8, nil, false)
	*(*uint64)(x) = val
	return x
}

//go:linkname convTstring
func convTstring(val string) unsafe.Pointer {
	if val == "" {
		return unsafe.Pointer(&zeroVal[0])
	}
	x := kmallocgc(unsafe.Sizeof(val), efaceOf(&stringEface)._type, true)
	*(*string)(x) = val
	return x
}

//go:linkname convTslice
func convTslice(val []byte) unsafe.Pointer {
	if unsafe.SliceData(val) == nil {
		return unsafe.Pointer(&zeroVal[0])
	}
	x := kmallocgc(unsafe.Sizeof(val), efaceOf(&sliceEface)._type, true)
	*(*[]byte)(x) = val
	return x
}

//go:linkname getStaticuint64s
func getStaticuint64s() *[256]uint64 {
	return &staticuint64s
}

func isDirectIface(t *_type) bool {
	return t.Kind_&abi.KindDirectIface != 0
}

// efaceeq compares two values of type any whose type words are both t.
func efaceeq(t *_type, x, y unsafe.Pointer) bool {
	if t == nil {
		return true
	}
	eq := t.Equal
	if eq == nil {
		panicUncomparable(t)
	}
	if isDirectIface(t) {
		return x == y
	}
	return eq(x, y)
}

// ifaceeq is the same for interfaces with methods.
func ifaceeq(tab *itab, x, y unsafe.Pointer) bool {
	if tab == nil {
		return true
	}
	return efaceeq(tab.Type, x, y)
}

// getitab finds how typ implements inter, or panics; with canfail it returns nil instead.
//
//go:linkname getitab
func getitab(inter *interfacetype, typ *_type, canfail bool) *itab {
	if len(inter.Methods) == 0 {
		throw("internal error - misuse of itab")
	}
	var tab *itab
	if typ.TFlag&abi.TFlagUncommon != 0 {
		tab = kgetitab(inter, typ)
	}
	if tab == nil && !canfail {
		panic(&TypeAssertionError{nil, typ, &inter.Type, missingMethod(inter, typ)})
	}
	return tab
}

// missingMethod names the first method of inter that typ lacks.
func missingMethod(inter *interfacetype, typ *_type) string {
	i := kmissingmethod(inter, typ)
	return nameAt(resolveNameOff(unsafe.Pointer(inter), inter.Methods[i].Name)).Name()
}

// assertE2I converts to an interface type or panics.
func assertE2I(inter *interfacetype, t *_type) *itab {
	if t == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	return getitab(inter, t, false)
}

// assertE2I2 converts to an interface type if it can.
func assertE2I2(inter *interfacetype, t *_type) *itab {
	if t == nil {
		return nil
	}
	return getitab(inter, t, true)
}

// siteCacheMax bounds the types that one site remembers. A site that sees more asks the kernel for the others.
const siteCacheMax = 512

// Every site starts with these.
var (
	emptyTypeAssertCache      = abi.TypeAssertCache{Mask: 0}
	emptyInterfaceSwitchCache = abi.InterfaceSwitchCache{Mask: 0}
)

// typeAssert is x.(I) where the site's cache does not know x's type.
func typeAssert(s *abi.TypeAssert, t *_type) *itab {
	var tab *itab
	if t == nil {
		if !s.CanFail {
			panic(&TypeAssertionError{nil, nil, &s.Inter.Type, ""})
		}
	} else {
		tab = getitab(s.Inter, t, s.CanFail)
	}
	if t != nil {
		rememberAssert(s, t, tab)
	}
	return tab
}

// rememberAssert publishes the site's cache with one more entry. Who loses a race loses an entry, no more.
func rememberAssert(s *abi.TypeAssert, t *_type, tab *itab) {
	slot := (*unsafe.Pointer)(unsafe.Pointer(&s.Cache))
	old := (*abi.TypeAssertCache)(atomic.Loadp(unsafe.Pointer(slot)))
	oldEntries := unsafe.Slice(&old.Entries[0], old.Mask+1)
	used := 0
	for i := range oldEntries {
		used += bool2int(oldEntries[i].Typ != 0)
	}
	if used >= siteCacheMax {
		return
	}
	n := siteCacheSize(used + 1)
	size := unsafe.Offsetof(old.Entries) + n*unsafe.Sizeof(old.Entries[0])
	new := (*abi.TypeAssertCache)(kmallocgc(size, nil, true))
	new.Mask = n - 1
	entries := unsafe.Slice(&new.Entries[0], n)
	for i := range oldEntries {
		if e := &oldEntries[i]; e.Typ != 0 {
			putAssert(entries, *e)
		}
	}
	putAssert(entries, abi.TypeAssertCacheEntry{Typ: uintptr(unsafe.Pointer(t)), Itab: uintptr(unsafe.Pointer(tab))})
	casp(slot, unsafe.Pointer(old), unsafe.Pointer(new))
}

func putAssert(entries []abi.TypeAssertCacheEntry, e abi.TypeAssertCacheEntry) {
	mask := uintptr(len(entries) - 1)
	at := uintptr((*_type)(unsafe.Pointer(e.Typ)).Hash) & mask
	for entries[at].Typ != 0 {
		at = (at + 1) & mask
	}
	entries[at] = e
}

// siteCacheSize is a power of two of which used entries fill at most half: probes of compiled code end at a free one.
func siteCacheSize(used int) uintptr {
	n := uintptr(2)
	for n < 2*uintptr(used) {
		n *= 2
	}
	return n
}

// interfaceSwitch finds the first interface case of a type switch that t implements, if the site's cache does not know.
func interfaceSwitch(s *abi.InterfaceSwitch, t *_type) (int, *itab) {
	cases := unsafe.Slice(&s.Cases[0], s.NCases)
	which, tab := len(cases), (*itab)(nil)
	for i, inter := range cases {
		if tab = getitab(inter, t, true); tab != nil {
			which = i
			break
		}
	}
	rememberSwitch(s, abi.InterfaceSwitchCacheEntry{
		Typ:  uintptr(unsafe.Pointer(t)),
		Case: which,
		Itab: uintptr(unsafe.Pointer(tab)),
	})
	return which, tab
}

// rememberSwitch is rememberAssert for type switches.
func rememberSwitch(s *abi.InterfaceSwitch, e abi.InterfaceSwitchCacheEntry) {
	slot := (*unsafe.Pointer)(unsafe.Pointer(&s.Cache))
	old := (*abi.InterfaceSwitchCache)(atomic.Loadp(unsafe.Pointer(slot)))
	oldEntries := unsafe.Slice(&old.Entries[0], old.Mask+1)
	used := 0
	for i := range oldEntries {
		used += bool2int(oldEntries[i].Typ != 0)
	}
	if used >= siteCacheMax {
		return
	}
	n := siteCacheSize(used + 1)
	size := unsafe.Offsetof(old.Entries) + n*unsafe.Sizeof(old.Entries[0])
	new := (*abi.InterfaceSwitchCache)(kmallocgc(size, nil, true))
	new.Mask = n - 1
	entries := unsafe.Slice(&new.Entries[0], n)
	for i := range oldEntries {
		if o := &oldEntries[i]; o.Typ != 0 {
			putSwitch(entries, *o)
		}
	}
	putSwitch(entries, e)
	casp(slot, unsafe.Pointer(old), unsafe.Pointer(new))
}

func putSwitch(entries []abi.InterfaceSwitchCacheEntry, e abi.InterfaceSwitchCacheEntry) {
	mask := uintptr(len(entries) - 1)
	at := uintptr((*_type)(unsafe.Pointer(e.Typ)).Hash) & mask
	for entries[at].Typ != 0 {
		at = (at + 1) & mask
	}
	entries[at] = e
}

//go:linkname reflect_ifaceE2I reflect.ifaceE2I
func reflect_ifaceE2I(inter *interfacetype, e eface, dst *iface) {
	*dst = iface{assertE2I(inter, e._type), e.data}
}

//go:linkname reflectlite_ifaceE2I internal/reflectlite.ifaceE2I
func reflectlite_ifaceE2I(inter *interfacetype, e eface, dst *iface) {
	*dst = iface{assertE2I(inter, e._type), e.data}
}
