// Hooks of code coverage: the compiler calls addCovMeta in instrumented packages, internal/coverage reads the counters.

package runtime

import (
	"internal/coverage/rtcov"
	"unsafe"
)

func addCovMeta(p unsafe.Pointer, length uint32, hash [16]byte, pkgpath string, pkgid int, mode, granularity uint8) uint32 {
	id := rtcov.AddMeta(p, length, hash, pkgpath, pkgid, mode, granularity)
	if id == 0 {
		throw("runtime.addCovMeta: coverage package map collision")
	}
	return id
}

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []rtcov.CovCounterBlob {
	m := &firstmoduledata
	n := (m.ecovctrs - m.covctrs) / unsafe.Sizeof(uint32(0))
	if n == 0 {
		return nil
	}
	return []rtcov.CovCounterBlob{{Counters: *(**uint32)(unsafe.Pointer(&m.covctrs)), Len: uint64(n)}}
}
