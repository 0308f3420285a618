// Declarations of assembly functions, and small functions that only their name makes special.

package runtime

import "unsafe"

// memmove copies n bytes; the ranges may overlap. Aligned words are copied whole.
//
//go:linkname memmove
//go:noescape
func memmove(to, from unsafe.Pointer, n uintptr)

// memclrNoHeapPointers zeroes n bytes, without write barrier.
//
//go:linkname memclrNoHeapPointers
//go:noescape
func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr)

func duffzero()
func duffcopy()

// procyield is a polite spin of about cycles PAUSE instructions.
//
//go:linkname procyield
func procyield(cycles uint32)

// cputicks is the time stamp counter.
//
//go:linkname cputicks
func cputicks() int64

func publicationBarrier()
func mapinitnoop()

// getfp is the frame pointer of its caller.
func getfp() uintptr

func breakpoint()
func abort()

func spillArgs()
func unspillArgs()

func gcWriteBarrier1()

// gcWriteBarrier2 and the others reserve words of the write-barrier buffer for compiled code.
//
//go:linkname gcWriteBarrier2
func gcWriteBarrier2()
func gcWriteBarrier3()
func gcWriteBarrier4()
func gcWriteBarrier5()
func gcWriteBarrier6()
func gcWriteBarrier7()
func gcWriteBarrier8()

// Breakpoint stops the program in a debugger; without one SIGTRAP ends it.
func Breakpoint() {
	breakpoint()
}
