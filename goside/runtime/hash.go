// Equality and hashing of values, as maps, interfaces and generated code ask for them.
//
// memhash, strhash, memhash32 and memhash64 are assembly (hash_amd64.s) with AES instructions; on a CPU without them
// the assembly jumps to the functions at the end of this file. Seeds differ from process to process.

package runtime

import (
	"internal/abi"
	"internal/byteorder"
	"internal/cpu"
	"internal/runtime/math"
	"internal/runtime/sys"
	"unsafe"
)

// memhash hashes size bytes at p.
//
//go:linkname memhash
//go:noescape
func memhash(p unsafe.Pointer, h, size uintptr) uintptr

// strhash hashes the string at p.
//
//go:linkname strhash
//go:noescape
func strhash(p unsafe.Pointer, h uintptr) uintptr

//go:noescape
func memhash32(p unsafe.Pointer, h uintptr) uintptr

//go:noescape
func memhash64(p unsafe.Pointer, h uintptr) uintptr

func memhash0(p unsafe.Pointer, h uintptr) uintptr   { return h }
func memhash8(p unsafe.Pointer, h uintptr) uintptr   { return memhash(p, h, 1) }
func memhash16(p unsafe.Pointer, h uintptr) uintptr  { return memhash(p, h, 2) }
func memhash128(p unsafe.Pointer, h uintptr) uintptr { return memhash(p, h, 16) }

// hashClosure is what the closure context of memhash_varlen points to.
type hashClosure struct {
	fn   uintptr
	size uintptr
}

// memhash_varlen hashes plain memory whose size stands in the closure.
//
//go:nosplit
func memhash_varlen(p unsafe.Pointer, h uintptr) uintptr {
	return memhash(p, h, (*hashClosure)(unsafe.Pointer(sys.GetClosurePtr())).size)
}

func f32hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float32)(p)
	switch {
	case f == 0:
		return mix(h, 0) // +0 equals -0.
	case f != f:
		return mix(h, uintptr(rand())) // A NaN equals nothing, so it may as well be spread.
	}
	return memhash32(p, h)
}

func f64hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float64)(p)
	switch {
	case f == 0:
		return mix(h, 0)
	case f != f:
		return mix(h, uintptr(rand()))
	}
	return memhash64(p, h)
}

func c64hash(p unsafe.Pointer, h uintptr) uintptr {
	return f32hash(add(p, 4), f32hash(p, h))
}

func c128hash(p unsafe.Pointer, h uintptr) uintptr {
	return f64hash(add(p, 8), f64hash(p, h))
}

func interhash(p unsafe.Pointer, h uintptr) uintptr {
	i := (*iface)(p)
	if i.tab == nil {
		return h
	}
	return valuehash(i.tab.Type, &i.data, h)
}

//go:linkname nilinterhash
func nilinterhash(p unsafe.Pointer, h uintptr) uintptr {
	e := (*eface)(p)
	if e._type == nil {
		return h
	}
	return valuehash(e._type, &e.data, h)
}

// valuehash hashes what an interface's data word stands for.
func valuehash(t *_type, data *unsafe.Pointer, h uintptr) uintptr {
	if t.Equal == nil {
		panicUnhashable(t)
	}
	if isDirectIface(t) {
		return mix(typehash(t, unsafe.Pointer(data), h), 1)
	}
	return mix(typehash(t, *data, h), 1)
}

// typehash hashes a value of any hashable type. It agrees with the hash function of the map type.
//
//go:linkname typehash
func typehash(t *_type, p unsafe.Pointer, h uintptr) uintptr {
	if t.TFlag&abi.TFlagRegularMemory != 0 {
		switch t.Size_ {
		case 4:
			return memhash32(p, h)
		case 8:
			return memhash64(p, h)
		}
		return memhash(p, h, t.Size_)
	}
	switch t.Kind_ & abi.KindMask {
	case abi.Float32:
		return f32hash(p, h)
	case abi.Float64:
		return f64hash(p, h)
	case abi.Complex64:
		return c64hash(p, h)
	case abi.Complex128:
		return c128hash(p, h)
	case abi.String:
		return strhash(p, h)
	case abi.Interface:
		if len((*interfacetype)(unsafe.Pointer(t)).Methods) == 0 {
			return nilinterhash(p, h)
		}
		return interhash(p, h)
	case abi.Array:
		a := (*abi.ArrayType)(unsafe.Pointer(t))
		for i := uintptr(0); i < a.Len; i++ {
			h = typehash(a.Elem, add(p, i*a.Elem.Size_), h)
		}
		return h
	case abi.Struct:
		fields := (*abi.StructType)(unsafe.Pointer(t)).Fields
		for i := range fields {
			if f := &fields[i]; !f.Name.IsBlank() {
				h = typehash(f.Typ, add(p, f.Offset), h)
			}
		}
		return h
	}
	panicUnhashable(t)
	return 0
}

//go:linkname reflect_typehash reflect.typehash
func reflect_typehash(t *_type, p unsafe.Pointer, h uintptr) uintptr {
	return typehash(t, p, h)
}

// stringHash, bytesHash, int32Hash and the like are entries for other packages' hash tables.
//
//go:linkname stringHash
func stringHash(s string, seed uintptr) uintptr {
	return strhash(noescape(unsafe.Pointer(&s)), seed)
}

func bytesHash(b []byte, seed uintptr) uintptr {
	return memhash(unsafe.Pointer(unsafe.SliceData(b)), seed, uintptr(len(b)))
}

func memequal0(p, q unsafe.Pointer) bool   { return true }
func memequal8(p, q unsafe.Pointer) bool   { return *(*int8)(p) == *(*int8)(q) }
func memequal16(p, q unsafe.Pointer) bool  { return *(*int16)(p) == *(*int16)(q) }
func memequal32(p, q unsafe.Pointer) bool  { return *(*int32)(p) == *(*int32)(q) }
func memequal64(p, q unsafe.Pointer) bool  { return *(*int64)(p) == *(*int64)(q) }
func memequal128(p, q unsafe.Pointer) bool { return *(*[2]int64)(p) == *(*[2]int64)(q) }
func f32equal(p, q unsafe.Pointer) bool    { return *(*float32)(p) == *(*float32)(q) }
func f64equal(p, q unsafe.Pointer) bool    { return *(*float64)(p) == *(*float64)(q) }
func c64equal(p, q unsafe.Pointer) bool    { return *(*complex64)(p) == *(*complex64)(q) }
func c128equal(p, q unsafe.Pointer) bool   { return *(*complex128)(p) == *(*complex128)(q) }
func strequal(p, q unsafe.Pointer) bool    { return *(*string)(p) == *(*string)(q) }

func interequal(p, q unsafe.Pointer) bool {
	x, y := *(*iface)(p), *(*iface)(q)
	return x.tab == y.tab && ifaceeq(x.tab, x.data, y.data)
}

func nilinterequal(p, q unsafe.Pointer) bool {
	x, y := *(*eface)(p), *(*eface)(q)
	return x._type == y._type && efaceeq(x._type, x.data, y.data)
}

// memequal is assembly of internal/bytealg.
//
//go:linkname memequal
//go:noescape
func memequal(a, b unsafe.Pointer, size uintptr) bool

// useAeshash is what the hash functions in assembly test first.
var useAeshash bool

// aeskeys are round keys of the hash functions with AES, hashkeys the multipliers of those without.
var (
	aeskeys  [16]uint64
	hashkeys [4]uint64
)

// hashinit chooses the hash functions and their keys. Called before the first map exists.
func hashinit() {
	useAeshash = cpu.X86.HasAES && cpu.X86.HasSSSE3 && cpu.X86.HasSSE41
	for i := range aeskeys {
		aeskeys[i] = rand()
	}
	for i := range hashkeys {
		hashkeys[i] = rand() | 1
	}
}

// mix folds the 128-bit product of two odd-looking numbers: every bit of either changes about half of the result.
func mix(a, b uintptr) uintptr {
	hi, lo := math.Mul64(uint64(a)^hashkeys[0], uint64(b)^hashkeys[1])
	return uintptr(hi ^ lo)
}

// memhashFallback hashes with 64-bit multiplications: a chain of mixes over 16 bytes each, then one over the length.
func memhashFallback(p unsafe.Pointer, seed, size uintptr) uintptr {
	h, n := seed^uintptr(hashkeys[2]), size
	for ; n > 16; n -= 16 {
		h = mix(uintptr(load64(p))^uintptr(hashkeys[3]), uintptr(load64(add(p, 8)))^h)
		p = add(p, 16)
	}
	var a, b uintptr
	switch {
	case n >= 8:
		a, b = uintptr(load64(p)), uintptr(load64(add(p, n-8)))
	case n >= 4:
		a, b = uintptr(load32(p)), uintptr(load32(add(p, n-4)))
	case n > 0:
		a = uintptr(*(*byte)(p)) | uintptr(*(*byte)(add(p, n/2)))<<8 | uintptr(*(*byte)(add(p, n-1)))<<16
	}
	return mix(mix(a^uintptr(hashkeys[3]), b^h), size)
}

func strhashFallback(p unsafe.Pointer, h uintptr) uintptr {
	s := (*stringStruct)(p)
	return memhashFallback(s.str, h, uintptr(s.len))
}

func memhash32Fallback(p unsafe.Pointer, seed uintptr) uintptr {
	v := uintptr(load32(p))
	return mix(mix(v|v<<32, seed^uintptr(hashkeys[2])), 4)
}

func memhash64Fallback(p unsafe.Pointer, seed uintptr) uintptr {
	return mix(mix(uintptr(load64(p)), seed^uintptr(hashkeys[2])), 8)
}

func load32(p unsafe.Pointer) uint32 {
	return byteorder.LEUint32((*[4]byte)(p)[:])
}

func load64(p unsafe.Pointer) uint64 {
	return byteorder.LEUint64((*[8]byte)(p)[:])
}
