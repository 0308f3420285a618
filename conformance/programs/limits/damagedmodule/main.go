// A module that wants to join at run time, as JIT loaders make them, with function tables that are wrong.
package main

import (
	"os"
	_ "unsafe" // for linkname
)

// The beginning of a module, as the linker lays it out.
type module struct {
	pcHeader    *header
	_           [15]uintptr
	ftab        []function
	findfunctab uintptr
	minpc       uintptr
	maxpc       uintptr
	text        uintptr
	_           [58]uintptr
}

type header struct {
	magic      uint32
	pad1, pad2 uint8
	minLC      uint8
	ptrSize    uint8
	nfunc      int
	nfiles     uint
	textStart  uintptr
}

type function struct {
	entry  uint32
	record uint32
}

//go:linkname lastmoduledatap runtime.lastmoduledatap
var lastmoduledatap *module

//go:linkname moduledataverify1 runtime.moduledataverify1
func moduledataverify1(*module)

func main() {
	m := *lastmoduledatap
	h := *m.pcHeader
	m.pcHeader = &h
	m.ftab = append([]function(nil), m.ftab...)
	last := len(m.ftab) - 1
	switch os.Args[1] {
	case "magic":
		h.magic++
	case "pointers":
		h.ptrSize = 4
	case "order":
		m.ftab[2].entry = m.ftab[3].entry + 16
	case "first":
		m.minpc++
	case "last":
		m.ftab[last].entry++
	}
	moduledataverify1(&m)
	println("not found")
}
