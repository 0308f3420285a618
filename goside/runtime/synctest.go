// Hooks of internal/synctest: bubbles are the kernel's (crates/kernel/src/sync/bubble.rs).

package runtime

import (
	"internal/abi"
	"unsafe"
)

// How kbubblerun and kbubblewait end.
const (
	bubbleGood     = 0
	bubbleDeadlock = 1
	bubbleLeft     = 2
	bubbleNone     = 1
	bubbleBusy     = 2
)

// synctestDeadlockError is what Run panics with when goroutines of the bubble can never go on.
type synctestDeadlockError struct {
	reason string
	bubble unsafe.Pointer // whose goroutines a traceback shows
}

func (e synctestDeadlockError) Error() string {
	return e.reason
}

func (e synctestDeadlockError) RuntimeError() {}

//go:linkname synctestRun internal/synctest.Run
func synctestRun(f func()) {
	if debug.asynctimerchan.Load() != 0 {
		panic("synctest.Run not supported with asynctimerchan!=0")
	}
	if getg().bubble != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	kbubblenew()
	defer kbubbleleave()
	go f()
	switch kbubblerun() {
	case bubbleDeadlock:
		panic(synctestDeadlockError{"deadlock: all goroutines in bubble are blocked", getg().bubble})
	case bubbleLeft:
		panic(synctestDeadlockError{"deadlock: main bubble goroutine has exited but blocked goroutines remain", getg().bubble})
	}
}

//go:linkname synctestWait internal/synctest.Wait
func synctestWait() {
	switch kbubblewait() {
	case bubbleNone:
		panic("goroutine is not in a bubble")
	case bubbleBusy:
		panic("wait already in progress")
	}
}

//go:linkname synctest_isInBubble internal/synctest.IsInBubble
func synctest_isInBubble() bool {
	return getg().bubble != nil
}

// heldBubble is a reference that keeps a bubble's clock from moving.
type heldBubble struct {
	b unsafe.Pointer
}

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	if b := kbubblehold(); b != nil {
		return &heldBubble{b}
	}
	return nil
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(held any) {
	kbubbleunhold(held.(*heldBubble).b)
}

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(held any, f func()) {
	if !kbubbleenter(held.(*heldBubble).b) {
		panic("goroutine is already bubbled")
	}
	defer kbubbleleave()
	f()
}

// What kbubbleowner and kbubbleassoc say, as internal/synctest numbers it.
const (
	bubbleOwnerNone = iota
	bubbleOwnerHere
	bubbleOwnerOther
)

// A weak handle remembers the object, so that it may die although its bubble lives.
//
//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int {
	if owner := kbubbleowner(p); owner != bubbleOwnerNone {
		return owner
	}
	owner := kbubbleassoc(p, unsafe.Pointer(abi.Escape(new(uintptr))))
	KeepAlive(p)
	return owner
}

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) {
	kbubbledisassoc(p)
}

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool {
	return kbubbleowner(p) == bubbleOwnerHere
}
