// Faults of Go code. The signal handler makes the goroutine call sigpanic as if the faulting instruction had done so.

package runtime

import "unsafe"

// Signals that become panics, and their codes.
const (
	sigBUS  = 7
	sigFPE  = 8
	sigSEGV = 11

	busADRERR  = 2
	segvMAPERR = 1
	segvACCERR = 2
	fpeINTDIV  = 1
	fpeINTOVF  = 2

	// Below this address nothing is mapped: a fault there is a nil pointer.
	nilPage = 0x1000
)

var floatError = error(errorString("floating point error"))

// sigpanic raises the panic for the signal that g.sig describes.
//
//go:linkname sigpanic
func sigpanic() {
	gp := getg()
	if gp.m.locks != 0 {
		throw("unexpected signal during runtime execution")
	}
	switch gp.sig {
	case sigBUS:
		panicmem(gp, gp.sigcode0 == busADRERR)
	case sigSEGV:
		panicmem(gp, gp.sigcode0 == 0 || gp.sigcode0 == segvMAPERR || gp.sigcode0 == segvACCERR)
	case sigFPE:
		switch gp.sigcode0 {
		case fpeINTDIV:
			panicdivide()
		case fpeINTOVF:
			panicoverflow()
		}
		panic(floatError)
	}
	throw("unexpected signal value")
}

// panicmem decides by the address and by what the program asked for with debug.SetPanicOnFault.
func panicmem(gp *g, ordinary bool) {
	if ordinary && gp.sigcode1 < nilPage {
		panic(memoryError)
	}
	if gp.paniconfault {
		panic(errorAddressString{msg: "invalid memory address or nil pointer dereference", addr: gp.sigcode1})
	}
	print("unexpected fault address ", unsafe.Pointer(gp.sigcode1), "\n")
	throw("fault")
}
