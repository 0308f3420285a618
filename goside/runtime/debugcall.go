// What debuggers call: functions of the program's, by way of debugcall_amd64.s, and some of the runtime's by name.

package runtime

import "unsafe"

func debugCallV2()
func debugCallPanicked(val any)

// injectedCall is where the goroutine begins that the kernel makes for a debugger's call. The stopped goroutine waits for
// it and goes on when it ends, even if the function called Goexit.
func injectedCall() {
	gp := getg()
	room := uintptr(gp.param)
	gp.param = nil
	defer kdebugreturn()
	enterRoom(room)
}

// enterRoom runs the code at room, in which the debugger calls the function; a panic is shown to the debugger and is over.
func enterRoom(room uintptr) {
	returned := false
	defer func() {
		if !returned {
			debugCallPanicked(recover())
		}
	}()
	code := &room // a func value is a pointer to the address of its code
	(*(*func())(unsafe.Pointer(&code)))()
	returned = true
}

// debugPinnerV1 makes a Pinner with which the debugger keeps alive what only it knows of, until it calls Unpin. It pins
// itself: nothing that leads to itself through a finalizer is freed, and Pin sets one.
func debugPinnerV1() *Pinner {
	p := new(Pinner)
	p.Pin(p)
	debuggersUnpin(new(Pinner))
	return p
}

// debuggersUnpin has Unpin linked where debugPinnerV1 is.
var debuggersUnpin = (*Pinner).Unpin
